namespace GruGen;

/// <summary>How much a pass has room for.</summary>
/// <param name="MaxBatch">The most sequences of a batch.</param>
/// <param name="BlockSteps">The most steps held at once.</param>
/// <param name="Training">Whether there is a backward pass.</param>
internal sealed record PassSize(int MaxBatch, int BlockSteps, bool Training)
{
    /// <summary>The most rows held at once: one for each step of each sequence, unless sequences share them.</summary>
    public long BlockRows { get; init; } = (long)MaxBatch * BlockSteps;
}
