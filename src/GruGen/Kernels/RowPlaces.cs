using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// Where the rows of a batch lie: step by step without gaps, and in each step the sequences that have it, which are a prefix of all,
/// because the longest come first. Step t of sequence b has the row offsets[t] + b.
/// </summary>
/// <remarks>
/// Whoever goes over all rows goes step by step, and in each step over the first <see cref="Count"/> sequences, and so meets the rows in
/// the order of memory.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct RowPlaces
{
    private readonly ReadOnlySpan<int> _lengths;
    private readonly ReadOnlySpan<nint> _offsets;

    /// <summary>Sequences that differ in length.</summary>
    /// <param name="lengths">lengths[sequences], the longest first.</param>
    /// <param name="offsets">offsets[steps + 1]: the row of sequence 0 at each step, the first of them 0, and the number of rows.</param>
    [MethodImpl(Jit.Inline)]
    public RowPlaces(ReadOnlySpan<int> lengths, ReadOnlySpan<nint> offsets)
    {
        _lengths = lengths;
        _offsets = offsets;
        Sequences = lengths.Length;
        Steps = lengths.IsEmpty ? 0 : lengths[0];
    }

    /// <summary>Sequences of one length, with offsets[t] = t · sequences.</summary>
    /// <param name="sequences">Their number.</param>
    /// <param name="steps">The number of steps of each.</param>
    [MethodImpl(Jit.Inline)]
    public RowPlaces(int sequences, int steps)
    {
        Sequences = sequences;
        Steps = steps;
    }

    /// <summary>A single sequence: step t has the row t.</summary>
    /// <param name="steps">The number of its steps.</param>
    [MethodImpl(Jit.Inline)]
    public RowPlaces(int steps)
        : this(1, steps)
    {
    }

    /// <summary>The number of sequences, empty ones included.</summary>
    public int Sequences { get; }

    /// <summary>The number of steps of the longest sequence.</summary>
    public int Steps { get; }

    /// <summary>The number of rows: all steps of all sequences.</summary>
    public nint Rows => _offsets.IsEmpty ? (nint)Sequences * Steps : _offsets[Steps];

    /// <summary>The number of steps of a sequence.</summary>
    /// <param name="sequence">The sequence, by its place in the batch.</param>
    [MethodImpl(Jit.Inline)]
    public int Length(int sequence) => _offsets.IsEmpty ? Steps : _lengths[sequence];

    /// <summary>The row of one step of a sequence.</summary>
    /// <param name="sequence">The sequence, by its place in the batch.</param>
    /// <param name="step">The step, which the sequence has.</param>
    [MethodImpl(Jit.Inline)]
    public nint Row(int sequence, int step) => (_offsets.IsEmpty ? (nint)step * Sequences : _offsets[step]) + sequence;

    /// <summary>The row of the same step counted from the sequence's end: of step length − 1 − <paramref name="step"/>.</summary>
    /// <param name="sequence">The sequence, by its place in the batch.</param>
    /// <param name="step">The step, which the sequence has.</param>
    [MethodImpl(Jit.Inline)]
    public nint Reversed(int sequence, int step) => Row(sequence, Length(sequence) - 1 - step);

    /// <summary>How many sequences have a step: the first ones.</summary>
    /// <param name="step">The step, which one of them has at least.</param>
    [MethodImpl(Jit.Inline)]
    public int Count(int step) => _offsets.IsEmpty ? Sequences : (int)(_offsets[step + 1] - _offsets[step]);
}
