namespace GruGen;

/// <summary>Another process of a <see cref="TrainingCluster"/> has failed, or the processes do not do the same.</summary>
public sealed class TrainingClusterException : Exception
{
    internal TrainingClusterException(int rank, string message)
        : base(message) => Rank = rank;

    /// <summary>The process that has failed; where processes differ, the first one that differs from process 0.</summary>
    public int Rank { get; }
}
