namespace GruGen;

/// <summary>
/// The exception for a <c>Fit</c> that was cancelled. The model keeps what it has learned until then, and predicts with it.
/// </summary>
public sealed class TrainingCanceledException : OperationCanceledException
{
    internal TrainingCanceledException(History history, OperationCanceledException cause, CancellationToken cancellationToken)
        : base(
            $"Training was cancelled; epochs that are complete: {history.Epochs}. The model keeps what it has learned so far.",
            cause,
            cancellationToken) => History = history;

    /// <summary>What was measured in the complete epochs; the epoch that was cancelled has no values.</summary>
    public History History { get; }
}
