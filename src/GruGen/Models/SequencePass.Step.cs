using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>One step of many sequences whose states are kept elsewhere: what a group of streams is built on.</content>
public abstract partial class SequencePass<TInput>
{
    private int _rowsOfStep; // of the step that the pass is arranged for; 0 if it is for something else

    /// <summary>
    /// Reads states from <paramref name="states"/> and leaves them there, so that no step copies them. A pass that does not go back has
    /// read a layer's initial states when it writes its final ones, so both may have the same place.
    /// </summary>
    /// <param name="states">For each recurrent layer [sequences, hidden size padded].</param>
    internal void UseStates(ReadOnlySpan<AlignedBuffer> states)
    {
        for (int i = 0; i < _states.Length; i++)
        {
            _states[i].Initial.UseMemoryOf(states[i]);
            _states[i].Final.UseMemoryOf(states[i]);
        }
    }

    /// <summary>The packed weights from <paramref name="offset"/> on, where they hold an initial state.</summary>
    internal ReadOnlySpan<float> InitialState(nint offset, int size) => _weights.Forward.Span.Slice((int)offset, size);

    /// <summary>Takes one step of <paramref name="rows"/> sequences, with the states they have.</summary>
    /// <param name="rows">The number of sequences, up to <see cref="MaxBatch"/>.</param>
    /// <param name="inputs">tokens[rows], or features[rows, input size]; checked by the caller.</param>
    /// <param name="outputs">Receives outputs[rows, output size].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Step(int rows, ReadOnlySpan<TInput> inputs, Span<float> outputs)
    {
        ArrangeStep(rows);
        LoadStep(inputs);
        ForwardStepsCore(0, 1, rows, _whole);
        ForwardFinalCore(_whole);

        int size = Schema.OutputSize;
        ref float output = ref MemoryMarshal.GetReference(outputs);
        for (int first = 0; first < rows; first += HeadBlock)
        {
            int count = Math.Min(HeadBlock, rows - first);
            HeadCore(first, count, _whole);
            Activations.Apply(Schema.OutputActivation, LogitRows, count, size, _weights.Lanes);
            Packing.CopyRows(ref LogitRows.Start, OutputStride, ref output, size, count, size);
            output = ref Unsafe.Add(ref output, count * size);
        }
    }

    /// <summary>As <see cref="Arrange"/> of lengths 1, which leaves nothing to sort; the states stay.</summary>
    private void ArrangeStep(int rows)
    {
        if (_rowsOfStep == rows)
        {
            return;
        }

        (_rowsOfStep, BatchSize, StepCount, _active[0], _offsets[0], _offsets[1]) = (rows, rows, 1, rows, 0, rows);
        _whole.To = rows;
        for (int row = 0; row < rows; row++)
        {
            _order[row] = row;
            _lengths[row] = 1;
        }

        _hasForward = false;
    }

    private void LoadStep(ReadOnlySpan<TInput> inputs)
    {
        if (typeof(TInput) == typeof(int))
        {
            MemoryMarshal.Cast<TInput, int>(inputs).CopyTo(_tokens);
            return;
        }

        int size = Schema.InputSize;
        ref float features = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<TInput, float>(inputs));
        Faint.CopyRows(ref features, size, ref _features!.Start, _featureStride, BatchSize, size);
    }
}
