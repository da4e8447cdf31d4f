namespace GruGen;

/// <summary>Sequences that are predicted together, and how.</summary>
internal interface IBatches<TInput> : ISequences<TInput>
    where TInput : unmanaged
{
    /// <summary>The states they start from, and where those that they end in go.</summary>
    PredictOptions Options { get; }

    /// <summary>
    /// The number of elements that a sequence has room for, which are those whose outputs are handed out: its own, or more where it was
    /// filled up to some length.
    /// </summary>
    int Room(int index);
}
