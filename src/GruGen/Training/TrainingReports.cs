using System.Diagnostics;
using GruGen.Kernels;

namespace GruGen;

/// <summary>How far a training is, how long it has taken, whether its loss runs away, and the reports of all that.</summary>
/// <param name="options">The options.</param>
/// <param name="model">The class of the model, or of the one with the loss.</param>
internal sealed class TrainingReports(TrainingOptions options, Type model)
{
    private const double Runaway = 1000; // times the loss that training began with, or had at best

    private readonly string? _unoptimizedAssembly =
        options.Progress is null && options.OnEpochEnd is null ? null : ModelCalls.UnoptimizedAssembly(model);

    private long _begun; // 0 before anything was trained
    private double _batchesBefore; // that another trainer, or an earlier run of the program, has done
    private long _epochBegun;
    private int _batchesBeforeInEpoch;
    private double _firstLoss = double.NaN; // of a batch
    private double _lowestLoss = double.PositiveInfinity; // of an epoch

    /// <summary>The number of batches of the epoch that are done.</summary>
    public int Batch { get; set; }

    /// <summary>The number of batches in an epoch; 0 if it is not known.</summary>
    public int Batches { get; set; }

    /// <summary>The loss of the last batch.</summary>
    public double BatchLoss { get; private set; }

    /// <summary>The time that training has taken.</summary>
    public TimeSpan Elapsed => _begun == 0 ? default : Stopwatch.GetElapsedTime(_begun);

    /// <summary>Whether the loss of the last batch, or of the last epoch, has run away.</summary>
    public bool IsDiverging { get; private set; }

    /// <summary>The numbers that <see cref="SetState"/> goes on from.</summary>
    public double[] State => [_firstLoss, _lowestLoss];

    /// <summary>Goes on where another training was.</summary>
    /// <exception cref="InvalidDataException">The numbers are no such state.</exception>
    public void SetState(ReadOnlySpan<double> state)
    {
        if (state is not [var first, var lowest])
        {
            throw new InvalidDataException("The losses that tell whether a training diverges are two numbers.");
        }

        (_firstLoss, _lowestLoss, _batchesBefore) = (first, lowest, double.NaN);
    }

    /// <summary>An epoch begins, or goes on.</summary>
    /// <param name="epoch">The number of complete epochs.</param>
    public void BeginEpoch(int epoch)
    {
        _epochBegun = Stopwatch.GetTimestamp();
        _begun = _begun == 0 ? _epochBegun : _begun;
        _batchesBefore = double.IsNaN(_batchesBefore) ? (double)epoch * Batches + Batch : _batchesBefore;
        _batchesBeforeInEpoch = Batch;
    }

    /// <summary>Takes the loss of a batch.</summary>
    public void TakeBatch(double loss)
    {
        BatchLoss = loss;
        _firstLoss = double.IsNaN(_firstLoss) || _firstLoss == 0 ? loss : _firstLoss; // 0 where nothing counts
        IsDiverging = loss > Runaway * Math.Abs(_firstLoss) && _firstLoss != 0;
    }

    /// <summary>Takes the mean loss of a whole epoch.</summary>
    public void TakeEpoch(double loss)
    {
        IsDiverging |= loss > Runaway * Math.Abs(_lowestLoss) && _lowestLoss != 0;
        _lowestLoss = Math.Min(_lowestLoss, loss);
    }

    /// <summary>Makes a report, if anybody wants it.</summary>
    /// <param name="epoch">The epoch, counted from 1.</param>
    /// <param name="metrics">The means so far.</param>
    /// <param name="validation">Those of the validation.</param>
    /// <param name="isEpochEnd">Whether the epoch is complete.</param>
    public void Report(int epoch, Evaluation metrics, Evaluation? validation, bool isEpochEnd)
    {
        var progress = new TrainingProgress
        {
            Epoch = epoch,
            Epochs = Math.Max(epoch, options.Epochs),
            Batch = Batch,
            Batches = Batches,
            Metrics = metrics,
            Validation = validation,
            IsEpochEnd = isEpochEnd,
            IsDiverging = IsDiverging,
            EpochElapsed = Stopwatch.GetElapsedTime(_epochBegun),
            Elapsed = Elapsed,
            UnoptimizedAssembly = _unoptimizedAssembly,
            BatchesBefore = _batchesBefore,
            BatchesBeforeInEpoch = _batchesBeforeInEpoch,
        };
        options.Progress?.Report(progress);
        if (isEpochEnd)
        {
            options.OnEpochEnd?.Invoke(progress);
        }
    }
}
