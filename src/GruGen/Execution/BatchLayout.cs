using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Where the sequences of a batch lie. They are sorted by length, longest first, and lie step by step without gaps: the rows of step t are
/// a prefix of the rows of step t − 1, so a sequence stops at its own length and nothing is computed past it.
/// </summary>
internal sealed class BatchLayout(int maxBatch, int maxSteps)
{
    private readonly int[] _order = new int[maxBatch];
    private readonly int[] _lengths = new int[maxBatch];
    private int[] _active = new int[maxSteps];
    private nint[] _offsets = new nint[maxSteps + 1]; // the row of sequence 0 at each step, and after the last step
    private bool _isOneStep; // of all sequences in the order given

    /// <summary>The number of sequences.</summary>
    public int BatchSize { get; private set; }

    /// <summary>The number of steps of the longest sequence.</summary>
    public int StepCount { get; private set; }

    /// <summary>The number of rows of all steps.</summary>
    public nint RowCount => _offsets[StepCount];

    /// <summary>The sequences in the order of their rows: the longest first.</summary>
    public ReadOnlySpan<int> Order => _order.AsSpan(0, BatchSize);

    /// <summary>The lengths in the order of the rows.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, BatchSize);

    /// <summary>Where the rows of all steps lie.</summary>
    public RowPlaces Places => new(Lengths, _offsets.AsSpan(0, StepCount + 1));

    /// <summary>For each step, how many sequences still run.</summary>
    public ReadOnlySpan<int> Active(int from, int to) => _active.AsSpan(from, to - from);

    /// <summary>The number of rows of the steps <paramref name="from"/> … <paramref name="to"/> − 1.</summary>
    public nint Rows(int from, int to) => _offsets[to] - _offsets[from];

    /// <summary>The row of sequence 0 at a step.</summary>
    public nint Offset(int step) => _offsets[step];

    /// <summary>Takes the lengths of another batch.</summary>
    [MethodImpl(Jit.Optimized)]
    public void Arrange(ReadOnlySpan<int> lengths)
    {
        (BatchSize, StepCount, _isOneStep) = (lengths.Length, 0, false);
        foreach (int length in lengths)
        {
            StepCount = Math.Max(StepCount, length);
        }

        if (StepCount > _active.Length)
        {
            Array.Resize(ref _active, StepCount);
            Array.Resize(ref _offsets, StepCount + 1);
        }

        // sort by counting: offsets[t] first counts the sequences of length t
        Array.Clear(_offsets, 0, StepCount + 1);
        foreach (int length in lengths)
        {
            _offsets[length]++;
        }

        nint longer = 0;
        for (int t = StepCount; t >= 0; t--)
        {
            nint equal = _offsets[t];
            _offsets[t] = longer;
            if (t < StepCount)
            {
                _active[t] = (int)longer;
            }

            longer += equal;
        }

        for (int i = 0; i < lengths.Length; i++)
        {
            nint row = _offsets[lengths[i]]++;
            _order[row] = i;
            _lengths[row] = lengths[i];
        }

        nint rows = 0;
        for (int t = 0; t < StepCount; t++)
        {
            _offsets[t] = rows;
            rows += _active[t];
        }

        _offsets[StepCount] = rows;
    }

    /// <summary>As <see cref="Arrange"/> of lengths 1, which leaves nothing to sort. Returns false where it is so already.</summary>
    /// <param name="sequences">Their number.</param>
    public bool ArrangeStep(int sequences)
    {
        if (_isOneStep && BatchSize == sequences)
        {
            return false;
        }

        (_isOneStep, BatchSize, StepCount, _active[0], _offsets[0], _offsets[1]) = (true, sequences, 1, sequences, 0, sequences);
        for (int row = 0; row < sequences; row++)
        {
            _order[row] = row;
            _lengths[row] = 1;
        }

        return true;
    }
}
