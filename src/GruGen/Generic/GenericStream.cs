using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A stream as a pass of one row, a step at a time; a whole sequence goes through it in blocks of steps.</summary>
internal sealed class GenericStream<TInput>(ModelWeights<TInput> weights) : StreamCode<TInput>(weights)
    where TInput : unmanaged
{
    private const int BlockSteps = 16;

    private readonly SequencePass<TInput> _pass = new(weights, new PassSize(MaxBatch: 1, BlockSteps, Training: false));

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
        if (_pass.Layout.BatchSize == 0 || _pass.Layout.StepCount != steps)
        {
            _pass.Arrange([steps]);
        }

        _pass.UseWeights(Weights);
        ref float before = ref States;
        for (int i = 0; i < Schema.StateSizes.Length; i++)
        {
            AlignedBuffer state = _pass.Memory.States[i].Final;
            Packing.Copy(ref before, ref state.Start, state.Length);
            before = ref At(ref before, state.Length);
        }

        int from = 0;
        do
        {
            int to = Math.Min(from + BlockSteps, steps);
            _pass.Memory.States.Continue(batchSize: 1);
            _pass.Memory.Inputs.LoadRow(0, inputs, from, to);
            _pass.ForwardSteps(from, to);
            if (Schema.Output == Steps.Every || to == steps)
            {
                _pass.ForwardFinal();
                WriteOutputs(Schema.Output == Steps.Every ? outputs[(from * Schema.OutputSize)..(to * Schema.OutputSize)] : outputs);
            }

            from = to;
        }
        while (from < steps);

        ref float after = ref NextStates;
        for (int i = 0; i < Schema.StateSizes.Length; i++)
        {
            AlignedBuffer state = _pass.Memory.States[i].Final;
            Packing.Copy(ref state.Start, ref after, state.Length);
            after = ref At(ref after, state.Length);
        }

        Advance();
    }

    /// <summary>The last layer, for as many rows as there is room for, block by block.</summary>
    private void WriteOutputs(Span<float> outputs)
    {
        int size = Schema.OutputSize, all = outputs.Length / size;
        for (int first = 0; first < all; first += _pass.Memory.HeadBlock)
        {
            int rows = Math.Min(_pass.Memory.HeadBlock, all - first);
            _pass.Head(first, rows);
            Activations.Apply<VectorT>(Schema.OutputActivation, ref _pass.Memory.Logits.Start, rows, size);
            Packing.CopyRows(
                ref _pass.Memory.Logits.Start,
                _pass.Memory.OutputStride,
                ref MemoryMarshal.GetReference(outputs[(first * size)..]),
                size,
                rows,
                size);
        }
    }
}
