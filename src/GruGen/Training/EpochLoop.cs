using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace GruGen;

/// <summary>
/// What every trainer has beside its steps: the order of an epoch's batches, the sums over it, and the reports of progress.
/// </summary>
/// <param name="options">The options.</param>
/// <param name="model">The class of the model, or of the first of them.</param>
internal sealed class EpochLoop(TrainingOptions options, Type model)
{
    private readonly string? _unoptimizedAssembly = options.Progress is null ? null : UnoptimizedAssembly(model);
    private readonly long _begun = Stopwatch.GetTimestamp();
    private int[] _order = [];
    private long _epochBegun;
    private int _batch;
    private int _batches;

    /// <summary>The loss and the metrics of the epoch so far.</summary>
    public Totals Totals { get; } = new(options.Metrics);

    /// <summary>The number of complete epochs so far.</summary>
    public int EpochCount { get; set; }

    /// <summary>What the orders of the epochs are drawn from.</summary>
    public int Seed { get; set; } = options.Seed;

    /// <summary>Whether a batch is left.</summary>
    public bool HasBatch => _batch < _batches;

    /// <summary>The indices of the batch at hand.</summary>
    public ReadOnlySpan<int> Batch
    {
        get
        {
            int first = _batch * options.BatchSize;
            return _order.AsSpan(first, Math.Min(options.BatchSize, _order.Length - first));
        }
    }

    /// <summary>Begins an epoch over the first <paramref name="count"/> sequences.</summary>
    public void Begin(int count)
    {
        _epochBegun = Stopwatch.GetTimestamp();
        Totals.Clear();
        Arrange(count);
        _batch = 0;
        _batches = (int)(((long)count + options.BatchSize - 1) / options.BatchSize);
    }

    /// <summary>The batch at hand is done.</summary>
    public void EndBatch()
    {
        _batch++;
        Report(Totals.Mean(), validation: null, isEpochEnd: false);
    }

    /// <summary>All batches are done, the weights are published, and validation was, where it is.</summary>
    public void ReportEpochEnd(Evaluation mean, Evaluation? validation) => Report(mean, validation, isEpochEnd: true);

    /// <summary>The exception for a loss or a gradient that is not finite.</summary>
    public NotFiniteNumberException NotFinite(string what, double value, long step) => new(
        $"The {what} of step {step} (epoch {EpochCount + 1}) is {value}. The parameters are those before this step. "
            + "A lower learning rate, or a limit on the gradients' norm (ClipNorm), may help.",
        value);

    private void Arrange(int count)
    {
        if (_order.Length != count)
        {
            _order = new int[count];
        }

        for (int i = 0; i < count; i++)
        {
            _order[i] = i;
        }

        if (options.Shuffle)
        {
            new RandomSource((ulong)Seed, RandomSource.ShuffleStream + (ulong)EpochCount).Shuffle(_order);
        }
    }

    private void Report(Evaluation mean, Evaluation? validation, bool isEpochEnd)
    {
        int epoch = EpochCount + (isEpochEnd ? 0 : 1);
        options.Progress?.Report(new TrainingProgress(
            epoch, Math.Max(epoch, options.Epochs), _batch, _batches, mean, validation, isEpochEnd, Stopwatch.GetElapsedTime(_epochBegun), Stopwatch.GetElapsedTime(_begun))
        {
            UnoptimizedAssembly = _unoptimizedAssembly,
        });
    }

    /// <summary>
    /// The compiler leaves a word for the JIT in what it does not optimise. Code that was compiled ahead of time has no JIT to read it.
    /// </summary>
    private static string? UnoptimizedAssembly(Type model) =>
        RuntimeFeature.IsDynamicCodeCompiled && model.Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true }
            ? model.Assembly.GetName().Name
            : null;
}
