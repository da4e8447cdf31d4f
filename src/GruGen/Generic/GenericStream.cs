using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A stream as a pass of one row, a step at a time; a whole sequence goes through it in blocks of steps.</summary>
internal sealed class GenericStream<TInput>(GenericModel<TInput> model) : SequenceStream<TInput>(model)
    where TInput : unmanaged
{
    private const int BlockSteps = 16;

    private readonly GenericPass<TInput> _pass = new(model, new PassSetup<TInput>(model, maxBatch: 1, BlockSteps, training: false));

    public override void Step(ReadOnlySpan<TInput> input, Span<float> output)
    {
        CheckStep(input, Schema.ReadsTokens ? 1 : Schema.InputSize, output, Schema.OutputSize);
        if (Schema.ReadsTokens && MemoryMarshal.Cast<TInput, int>(input)[0] is int token && (uint)token >= (uint)Schema.InputSize)
        {
            throw SequencePass<TInput>.BadToken(token, 0, Schema.InputSize, nameof(input));
        }

        RunCore(input, 1, output);
    }

    protected override void RunCore(ReadOnlySpan<TInput> inputs, int steps, Span<float> outputs)
    {
        if (_pass.BatchSize == 0 || _pass.StepCount != steps)
        {
            _pass.Arrange([steps]);
        }

        _pass.UseWeights(Weights);
        ref float before = ref States;
        foreach (AlignedBuffer state in _pass.FinalStates)
        {
            Packing.Copy(ref before, ref state.Start, state.Length);
            before = ref At(ref before, state.Length);
        }

        int from = 0;
        do
        {
            int to = Math.Min(from + BlockSteps, steps);
            _pass.Continue();
            _pass.LoadRow(0, inputs, from, to);
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
        foreach (AlignedBuffer state in _pass.FinalStates)
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
        for (int first = 0; first < all; first += _pass.HeadBlock)
        {
            int rows = Math.Min(_pass.HeadBlock, all - first);
            _pass.Head(first, rows);
            Activations.Apply<VectorT>(Schema.OutputActivation, ref _pass.LogitRows.Start, rows, size);
            Packing.CopyRows(
                ref _pass.LogitRows.Start, _pass.OutputStride, ref MemoryMarshal.GetReference(outputs[(first * size)..]), size, rows, size);
        }
    }
}
