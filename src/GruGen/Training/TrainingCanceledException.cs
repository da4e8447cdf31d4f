namespace GruGen;

/// <summary>
/// Training was cancelled. The model has learned what it learned until then, and predicts with it; the history tells of the epochs that
/// are complete.
/// </summary>
public sealed class TrainingCanceledException : OperationCanceledException
{
    internal TrainingCanceledException(History history, OperationCanceledException cause, CancellationToken cancellationToken)
        : base(
            $"Training was cancelled; epochs that are complete: {history.Epochs}. The model keeps what it has learned so far.",
            cause,
            cancellationToken) => History = history;

    /// <summary>What was measured, epoch by epoch; the one that was cancelled has no values.</summary>
    public History History { get; }
}
