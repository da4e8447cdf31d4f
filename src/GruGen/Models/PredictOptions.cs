namespace GruGen;

/// <summary>How many sequences are predicted at once, and what is known of them.</summary>
public sealed record PredictOptions
{
    /// <summary>
    /// The most batches, of up to 64 sequences, that run at once, on the caller's thread and those of the thread pool. Each takes memory of
    /// its own. With any number the bits are the same.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxDegreeOfParallelism
    {
        get;
        init => field = Check.Positive(value, nameof(MaxDegreeOfParallelism));
    } = 1;

    /// <summary>
    /// The length of each sequence in steps, where inputs were filled up to one length: what lies past it is no part of the sequence, and
    /// outputs there are zeros. Null, the default, if every step of the inputs counts.
    /// </summary>
    public IReadOnlyList<int>? Lengths { get; init; }

    /// <summary>
    /// The states that the sequences start from, [sequences, state size], of each the states of all layers one after another, as
    /// <see cref="SequenceStream{TInput}.CopyStateTo"/> gives them; empty, the default, for those of the model, which are learned or zeros.
    /// </summary>
    public ReadOnlyMemory<float> InitialStates { get; init; }

    /// <summary>
    /// Receives the states after the last step of each sequence, laid out as <see cref="InitialStates"/>; empty, the default, if they are
    /// not wanted. It may be the memory of <see cref="InitialStates"/> itself.
    /// </summary>
    public Memory<float> FinalStates { get; init; }

    internal static PredictOptions Default { get; } = new();

    /// <summary>Throws unless states that are given, or wanted, are those of so many sequences.</summary>
    internal void CheckStates(int sequences, int stateSize)
    {
        CheckStates(InitialStates.Length, sequences, stateSize, nameof(InitialStates));
        CheckStates(FinalStates.Length, sequences, stateSize, nameof(FinalStates));
        if (InitialStates.Span.Overlaps(FinalStates.Span, out int distance) && distance != 0)
        {
            throw SeparateMemory.Overlap(nameof(FinalStates), nameof(InitialStates));
        }
    }

    private static void CheckStates(int given, int sequences, int stateSize, string name)
    {
        if (given != 0 && given != (long)sequences * stateSize)
        {
            throw new ArgumentException(
                $"'{name}' has {given} elements, but {(long)sequences * stateSize} are expected ({sequences} sequences of {stateSize}).",
                "options");
        }
    }
}
