namespace GruGen;

/// <summary>A progress report of training: made after every batch, and once more at the end of each epoch.</summary>
public readonly record struct TrainingProgress
{
    /// <summary>The epoch, counted from 1.</summary>
    public int Epoch { get; init; }

    /// <summary>The number of epochs asked for; never less than <see cref="Epoch"/>.</summary>
    public int Epochs { get; init; }

    /// <summary>The number of batches of this epoch that are done.</summary>
    public int Batch { get; init; }

    /// <summary>
    /// The number of batches in an epoch; 0 if it is not known, because the data is read from a source that does not say.
    /// </summary>
    public int Batches { get; init; }

    /// <summary>The loss and the metrics over the epoch so far.</summary>
    public Evaluation Metrics { get; init; }

    /// <summary>At the end of an epoch, the loss and the metrics over the validation data, if there are any; else null.</summary>
    public Evaluation? Validation { get; init; }

    /// <summary>Whether this is the report at the end of an epoch, after its weights are published and its validation is done.</summary>
    public bool IsEpochEnd { get; init; }

    /// <summary>
    /// Whether the loss has run away without becoming NaN: that of the batch is more than a thousand times that of the first batch, or that
    /// of the epoch more than a thousand times that of the best epoch.
    /// </summary>
    public bool IsDiverging { get; init; }

    /// <summary>The time since the epoch began.</summary>
    public TimeSpan EpochElapsed { get; init; }

    /// <summary>The time since training began or went on from a checkpoint.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>
    /// The name of the model's assembly if it was compiled without optimisation, as a Debug build is; otherwise null. The JIT does not
    /// optimise the emitted code of such an assembly, and training takes up to 45 times as long.
    /// </summary>
    public string? UnoptimizedAssembly { get; init; }

    /// <summary>The loss over the epoch so far.</summary>
    public double Loss => Metrics.Loss;

    /// <summary>An estimate of the time to the end of the epoch, without validation; zero if nothing is known.</summary>
    public TimeSpan EpochRemaining => Estimate(EpochElapsed, Batch - BatchesBeforeInEpoch, Batches - Batch);

    /// <summary>An estimate of the time to the end of training; zero if nothing is known.</summary>
    public TimeSpan Remaining
    {
        get
        {
            double done = (double)(Epoch - 1) * Batches + Batch;
            return Estimate(Elapsed, done - BatchesBefore, (double)Epochs * Batches - done);
        }
    }

    /// <summary>The batches of all epochs that were done before the time that is counted.</summary>
    internal double BatchesBefore { get; init; }

    /// <summary>Those of the epoch.</summary>
    internal int BatchesBeforeInEpoch { get; init; }

    private TimeSpan Estimate(TimeSpan elapsed, double done, double left) =>
        done <= 0 || left <= 0 || Batches == 0 ? default : elapsed * (left / done);
}
