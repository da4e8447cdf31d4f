namespace GruGen;

/// <summary>Where training is: reported after every batch, and once more at the end of each epoch.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Epochs">The number of epochs asked for.</param>
/// <param name="Batch">The number of batches of this epoch that are done.</param>
/// <param name="Batches">The number of batches of an epoch.</param>
/// <param name="Metrics">The loss and the metrics over the epoch so far.</param>
/// <param name="Validation">At the end of an epoch, the loss and the metrics over the validation data, if there are any; else null.</param>
/// <param name="IsEpochEnd">Whether the epoch is complete, its weights published and its validation done.</param>
/// <param name="EpochElapsed">The time since the epoch began.</param>
/// <param name="Elapsed">The time since training began.</param>
public readonly record struct TrainingProgress(
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    Evaluation Metrics,
    Evaluation? Validation,
    bool IsEpochEnd,
    TimeSpan EpochElapsed,
    TimeSpan Elapsed)
{
    /// <summary>
    /// The name of the model's assembly if it was compiled without optimisation, as a Debug build is: then nothing optimises the emitted
    /// code when it runs, and training takes some 45 times as long. Else null.
    /// </summary>
    public string? UnoptimizedAssembly { get; init; }

    /// <summary>The loss over the epoch so far.</summary>
    public double Loss => Metrics.Loss;

    /// <summary>About the time to the end of the epoch, without validation.</summary>
    public TimeSpan EpochRemaining => EpochElapsed * ((double)(Batches - Batch) / Batch);

    /// <summary>About the time to the end of training.</summary>
    public TimeSpan Remaining
    {
        get
        {
            double done = (double)(Epoch - 1) * Batches + Batch;
            return Elapsed * (((double)Epochs * Batches - done) / done);
        }
    }
}
