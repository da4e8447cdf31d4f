using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>Steps of many sequences whose states are kept elsewhere: what a group of streams is built on.</summary>
/// <param name="pass">A pass for one step.</param>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
internal sealed class StreamSteps<TInput>(SequencePass<TInput> pass)
    where TInput : unmanaged
{
    private readonly PassMemory<TInput> _memory = pass.Memory;

    /// <summary>Takes one step of <paramref name="rows"/> sequences, with the states they have.</summary>
    /// <param name="rows">The number of sequences, up to the pass' most.</param>
    /// <param name="states">For each recurrent layer [sequences, hidden size padded]: read and replaced.</param>
    /// <param name="inputs">tokens[rows], or features[rows, input size]; checked by the caller.</param>
    /// <param name="outputs">Receives outputs[rows, output size].</param>
    [MethodImpl(Jit.Optimized)]
    public void Step(int rows, ReadOnlySpan<AlignedBuffer> states, ReadOnlySpan<TInput> inputs, Span<float> outputs)
    {
        _memory.States.UseMemoryOf(states);
        if (_memory.Layout.ArrangeStep(rows))
        {
            pass.Threads.Divide();
        }

        _memory.Inputs.LoadStep(inputs);
        Run(rows, rows, outputs);
    }

    /// <summary>The same of a model that makes one step of several: sequences whose steps have an output come before the others.</summary>
    /// <param name="rows">The number of sequences, up to the pass' most.</param>
    /// <param name="counts">How many of them, the first ones, have a step of each clock that a layer makes.</param>
    /// <param name="states">For each recurrent layer [sequences, hidden size padded]: read and replaced.</param>
    /// <param name="inputs">tokens[rows], or features[rows, input size]; checked by the caller.</param>
    /// <param name="outputs">Receives outputs[sequences that have one, output size].</param>
    public void TryStep(
        int rows, ReadOnlySpan<int> counts, ReadOnlySpan<AlignedBuffer> states, ReadOnlySpan<TInput> inputs, Span<float> outputs)
    {
        _memory.States.UseMemoryOf(states);
        if (_memory.Layout.ArrangeStep(rows))
        {
            pass.Threads.Divide();
        }

        _memory.Clocks.ArrangeStep(counts);
        _memory.Inputs.LoadStep(inputs);
        Run(rows, counts[^1], outputs);
    }

    /// <summary>Runs a step, and the last layer of the first rows.</summary>
    [MethodImpl(Jit.Optimized)]
    private void Run(int sequences, int rows, Span<float> outputs)
    {
        Share all = pass.Threads.Whole;
        pass.Code.ForwardSteps(0, 1, sequences, all);
        pass.Code.ForwardFinal(all);

        int size = _memory.Schema.OutputSize;
        ref float output = ref MemoryMarshal.GetReference(outputs);
        for (int first = 0; first < rows; first += _memory.HeadBlock)
        {
            int count = Math.Min(_memory.HeadBlock, rows - first);
            pass.Code.Head(first, count, all);
            _memory.Activate(count);
            foreach (OutputHead head in _memory.Heads)
            {
                ref float own = ref Unsafe.Add(ref output, head.Schema.Offset);
                Packing.CopyRows(ref head.Logits.Start, head.Stride, ref own, size, count, head.Schema.Size);
            }

            output = ref Unsafe.Add(ref output, count * size);
        }
    }
}
