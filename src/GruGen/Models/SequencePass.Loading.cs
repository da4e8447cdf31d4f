using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>How a batch is arranged, and its sequences are read into their rows.</content>
public abstract partial class SequencePass<TInput>
{
    /// <summary>Sets the lengths of a batch; every initial state is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Arrange(ReadOnlySpan<int> lengths)
    {
        (BatchSize, StepCount, _rowsOfStep) = (lengths.Length, 0, 0);
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
        ShareSequences();
        foreach (RecurrentState state in _states)
        {
            state.Initial.Span[..(BatchSize * state.Stride)].Clear();
            state.Final.Span[..(BatchSize * state.Stride)].Clear();
        }

        _statesGiven = false;
        _hasForward = false;
    }

    /// <summary>
    /// Fills in the steps <paramref name="from"/> … <paramref name="to"/> − 1 of the sequence that has <paramref name="row"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void LoadRow(int row, ReadOnlySpan<TInput> sequence, int from, int to)
    {
        to = Math.Min(to, _lengths[row]);
        nint origin = _offsets[from] - row;
        if (typeof(TInput) == typeof(int))
        {
            LoadTokens(row, MemoryMarshal.Cast<TInput, int>(sequence), from, to, origin);
        }
        else
        {
            int size = Schema.InputSize;
            ref float features = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<TInput, float>(sequence)[..(Math.Max(to, 0) * size)]);
            for (int t = from; t < to; t++)
            {
                Faint.CopyRow(ref Unsafe.Add(ref features, (nint)t * size), ref _features!.At((_offsets[t] - origin) * _featureStride), size);
            }
        }
    }

    /// <summary>The number of steps of a sequence, without those that only fill it.</summary>
    internal int StepsOf(ReadOnlySpan<TInput> sequence) => Schema.ReadsTokens
        ? Schema.PaddingToken < 0 ? sequence.Length : sequence.Length - MemoryMarshal.Cast<TInput, int>(sequence).Count(Schema.PaddingToken)
        : sequence.Length / Schema.InputSize;

    private void LoadTokens(int row, ReadOnlySpan<int> tokens, int from, int to, nint origin)
    {
        int padding = Schema.PaddingToken, place = from == 0 || padding < 0 ? from : _cursors[row];
        for (int t = from; t < to; t++, place++)
        {
            int token = tokens[place];
            while (token == padding && padding >= 0)
            {
                token = tokens[++place];
            }

            if ((uint)token >= (uint)Schema.InputSize)
            {
                throw BadToken(token, place, Schema.InputSize, "inputs");
            }

            _tokens[_offsets[t] - origin] = token;
            if (padding >= 0)
            {
                _stepsOfRows[_offsets[t] - origin] = place;
            }
        }

        if (padding >= 0)
        {
            _cursors[row] = place;
        }
    }

    /// <summary>Which sequence, and which of its steps, each output row is, from the first one on.</summary>
    /// <param name="from">The first step that the pass holds.</param>
    internal OutputWalk WalkOutputs(int from = 0) => Schema.Output == GruGen.Steps.Last
        ? OutputWalk.OfSequences(Order)
        : OutputWalk.OfSteps(Order, Active(0, StepCount), _stepsOfRows, from);

    internal static ArgumentOutOfRangeException BadToken(int token, int step, int vocabulary, string name) => new(
        name, token, $"The token at step {step} is {token}, but the vocabulary has the tokens 0 to {vocabulary - 1}.");
}
