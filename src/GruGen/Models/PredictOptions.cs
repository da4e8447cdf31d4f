namespace GruGen;

/// <summary>How a list of sequences is predicted: parallelism, lengths, initial and final states.</summary>
public sealed record PredictOptions
{
    /// <summary>
    /// The largest number of batches, of up to 64 sequences each, that run at the same time, on the caller's thread and on threads of the
    /// thread pool; 1 by default. Each batch takes memory of its own. The outputs are the same to the bit with any number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxDegreeOfParallelism
    {
        get;
        init => field = Check.Positive(value, nameof(MaxDegreeOfParallelism));
    } = 1;

    /// <summary>
    /// The length of each sequence in steps, where inputs are padded at their ends: what lies past it is no part of the sequence, and the
    /// outputs there are zeros. Null, the default, if there is no such padding.
    /// </summary>
    public IReadOnlyList<int>? Lengths { get; init; }

    /// <summary>
    /// The states that the sequences start from, [sequences, <see cref="ModelSchema.StateSize"/>], for each sequence the states of all GRUs
    /// one after another, as <see cref="SequenceStream{TInput}.CopyStateTo"/> gives them; empty, the default, for those of the model, which
    /// are learned or zeros.
    /// </summary>
    public ReadOnlyMemory<float> InitialStates { get; init; }

    /// <summary>
    /// Receives the states after the last step of each sequence, laid out like <see cref="InitialStates"/>; empty, the default, if they are
    /// not wanted. It may be the same memory as <see cref="InitialStates"/>.
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
