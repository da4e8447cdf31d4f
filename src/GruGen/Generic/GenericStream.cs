using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A stream as a pass of one row, a step at a time; a whole sequence goes through it in blocks of steps.</summary>
internal sealed class GenericStream<TInput> : StreamCode<TInput>
    where TInput : unmanaged
{
    private const int BlockSteps = 16;

    private readonly SequencePass<TInput> _pass;
    private readonly PassMemory<TInput> _memory;
    private readonly AlignedBuffer[] _finals; // the final ones, which the next block of steps begins with

    public GenericStream(ModelWeights<TInput> weights)
        : base(weights)
    {
        _pass = new SequencePass<TInput>(weights, new PassSize(MaxBatch: 1, BlockSteps, Training: false));
        _memory = _pass.Memory;
        _finals = [.. Enumerable.Range(0, Schema.StateSizes.Length).Select(i => _memory.States[i].Final)];
    }

    public override void Step(ReadOnlySpan<TInput> input, Span<float> output)
    {
        CheckStep(input, Schema.ReadsTokens ? 1 : Schema.InputSize, output, Schema.OutputSize);
        if (Schema.ReadsTokens && MemoryMarshal.Cast<TInput, int>(input)[0] is int token && (uint)token >= (uint)Schema.InputSize)
        {
            throw BatchInputs<TInput>.BadToken(token, 0, Schema.InputSize, nameof(input));
        }

        Take(input, 1, output);
    }

    /// <summary>Takes so many steps, one or all of a sequence.</summary>
    internal void Take(ReadOnlySpan<TInput> inputs, int steps, Span<float> outputs)
    {
        (BatchLayout layout, PassCode<TInput> code, Share all) = (_memory.Layout, _pass.Code, _pass.Threads.Whole);
        if (layout.BatchSize == 0 || layout.StepCount != steps)
        {
            _pass.Arrange([steps]);
        }

        _memory.Weights = Weights;
        ref float before = ref States;
        foreach (AlignedBuffer state in _finals)
        {
            Packing.Copy(ref before, ref state.Start, state.Length);
            before = ref At(ref before, state.Length);
        }

        int from = 0;
        do
        {
            int to = Math.Min(from + BlockSteps, steps);
            _memory.States.Continue(batchSize: 1);
            _memory.Inputs.LoadRow(0, inputs, from, to);
            code.ForwardSteps(from, to, to - from, all);
            if (Schema.Output == SequenceOutput.EveryStep || to == steps)
            {
                code.ForwardFinal(all);
                WriteOutputs(Schema.Output == SequenceOutput.EveryStep
                    ? outputs[(from * Schema.OutputSize)..(to * Schema.OutputSize)]
                    : outputs);
            }

            from = to;
        }
        while (from < steps);

        ref float after = ref NextStates;
        foreach (AlignedBuffer state in _finals)
        {
            Packing.Copy(ref state.Start, ref after, state.Length);
            after = ref At(ref after, state.Length);
        }

        Advance();
    }

    /// <summary>The last layer, for as many rows as there is room for, block by block.</summary>
    private void WriteOutputs(Span<float> outputs)
    {
        int size = Schema.OutputSize, all = outputs.Length / size;
        for (int first = 0; first < all; first += _memory.HeadBlock)
        {
            int rows = Math.Min(_memory.HeadBlock, all - first);
            _pass.Code.Head(first, rows, _pass.Threads.Whole);
            ref float logits = ref _memory.Heads[0].Logits.Start, output = ref MemoryMarshal.GetReference(outputs[(first * size)..]);
            Activations.Apply<VectorT>(Schema.OutputActivation, ref logits, rows, size);
            Packing.CopyRows(ref logits, _memory.OutputStride, ref output, size, rows, size);
        }
    }
}
