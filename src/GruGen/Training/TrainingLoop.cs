using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace GruGen;

/// <summary>
/// The loop of every training, of one model and of two that are chained: epochs, their batches in an order of their own, the sums over
/// them, and the reports of progress.
/// </summary>
/// <param name="options">The options.</param>
/// <param name="loss">The loss.</param>
/// <param name="model">The class of the model, or of the one with the loss.</param>
internal sealed class TrainingLoop(TrainingOptions options, Loss loss, Type model)
{
    private readonly string? _unoptimizedAssembly = options.Progress is null ? null : UnoptimizedAssembly(model);
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly Totals _totals = new(loss, options.Metrics); // of the epoch so far
    private int[] _order = [];
    private long _epochBegun;
    private int _batch;
    private int _batches;
    private bool _isInEpoch; // and not in a step of a loop of one's own, whose metrics nobody reads

    /// <summary>The number of complete epochs so far.</summary>
    public int EpochCount { get; set; }

    /// <summary>What the orders of the epochs are drawn from.</summary>
    public int Seed { get; set; } = options.Seed;

    /// <summary>Trains until all epochs are complete.</summary>
    /// <exception cref="TrainingCanceledException">It was cancelled.</exception>
    public History Fit<TData>(ITraining<TData> training, DataParts<TData> parts, CancellationToken cancellationToken)
        where TData : SequenceDataset
    {
        var history = new History();
        try
        {
            while (EpochCount < options.Epochs)
            {
                Evaluation mean = RunEpoch(training, parts.TrainingData, parts.TrainingCount, cancellationToken);
                Evaluation? validation = parts.ValidationCount > 0
                    ? training.Evaluate(parts.ValidationData, parts.ValidationFirst, parts.ValidationCount, cancellationToken)
                    : null;
                history.Add(mean, validation);
                ReportEpochEnd(mean, validation);
            }
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            history.Elapsed = Stopwatch.GetElapsedTime(_begun);
            throw new TrainingCanceledException(history, exception, cancellationToken);
        }

        history.Elapsed = Stopwatch.GetElapsedTime(_begun);
        return history;
    }

    /// <summary>Trains once on the first <paramref name="count"/> sequences, and publishes the new weights.</summary>
    /// <returns>The loss and the metrics as they were during the epoch.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled, before a batch; the steps that were made stay.</exception>
    public Evaluation RunEpoch<TData>(ITraining<TData> training, TData data, int count, CancellationToken cancellationToken)
        where TData : SequenceDataset
    {
        _epochBegun = Stopwatch.GetTimestamp();
        _totals.Clear();
        Arrange(count);
        _batches = (int)(((long)count + options.BatchSize - 1) / options.BatchSize);
        _batch = 0;
        while (_batch < _batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = _batch * options.BatchSize;
            StepInEpoch(training, data, _order.AsSpan(first, Math.Min(options.BatchSize, count - first)));
            _batch++;
            if (options.Progress is not null)
            {
                Report(_totals.Mean(), validation: null, isEpochEnd: false);
            }
        }

        EpochCount++;
        training.Publish();
        return _totals.Mean();
    }

    /// <summary>All batches are done, the weights are published, and validation was, where it is.</summary>
    public void ReportEpochEnd(Evaluation mean, Evaluation? validation) => Report(mean, validation, isEpochEnd: true);

    /// <summary>The last layer and the loss of a batch, and back through both; adds them to the sums of an epoch.</summary>
    /// <param name="pass">The pass, forward through all but the last layer.</param>
    /// <param name="data">The targets.</param>
    /// <param name="indices">Where the sequences of the batch are in <paramref name="data"/>.</param>
    /// <param name="counts">How much of the batch counts: something does.</param>
    /// <param name="step">The number of the step.</param>
    /// <returns>The mean loss.</returns>
    /// <exception cref="NotFiniteNumberException">It is not finite.</exception>
    public double RunLoss<TInput>(
        SequencePass<TInput> pass, SequenceDataset data, ReadOnlySpan<int> indices, TargetCounts counts, long step)
        where TInput : unmanaged
    {
        double mean = pass.RunLoss(loss, 1 / counts.Divisor, data, indices, _isInEpoch ? _totals : null) / counts.Divisor;
        if (!double.IsFinite(mean))
        {
            throw NotFinite("loss", mean, step);
        }

        if (_isInEpoch)
        {
            _totals.AddCounts(counts);
        }

        return mean;
    }

    /// <summary>The exception for a loss or a gradient that is not finite.</summary>
    public NotFiniteNumberException NotFinite(string what, double value, long step) => new(
        $"The {what} of step {step} (epoch {EpochCount + 1}) is {value}. The parameters are those before this step. "
            + "A lower learning rate, or a limit on the gradients' norm (ClipNorm), may help.",
        value);

    private void StepInEpoch<TData>(ITraining<TData> training, TData data, ReadOnlySpan<int> indices)
        where TData : SequenceDataset
    {
        _isInEpoch = true;
        try
        {
            training.Step(data, indices);
        }
        finally
        {
            _isInEpoch = false;
        }
    }

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
        options.Progress?.Report(new TrainingProgress
        {
            Epoch = epoch,
            Epochs = Math.Max(epoch, options.Epochs),
            Batch = _batch,
            Batches = _batches,
            Metrics = mean,
            Validation = validation,
            IsEpochEnd = isEpochEnd,
            EpochElapsed = Stopwatch.GetElapsedTime(_epochBegun),
            Elapsed = Stopwatch.GetElapsedTime(_begun),
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
