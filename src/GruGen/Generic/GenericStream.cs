using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>The layers one after another for one row.</summary>
internal sealed class GenericStream<TInput> : SequenceStream<TInput>
    where TInput : unmanaged
{
    private readonly GenericLayer[] _layers;
    private readonly AlignedBuffer[] _outputs; // one row of each Dense layer
    private readonly int _stepLayers; // how many layers work on steps; the others work on the final state
    private readonly nint _top; // where the state of the last recurrent layer lies

    public GenericStream(GenericModel<TInput> model)
        : base(model)
    {
        _layers = model.Layers.ToArray();
        _outputs = [.. _layers.Select(layer => new AlignedBuffer(layer is GenericDense ? layer.OutputStride : 0))];
        int lastRecurrent = Array.FindLastIndex(_layers, layer => layer is GenericGru);
        _stepLayers = _layers[lastRecurrent].Schema.Output == Steps.Every ? _layers.Length : lastRecurrent + 1;
        _top = (nint)_layers.Take(lastRecurrent).Where(layer => layer is GenericGru).Sum(layer => (long)layer.OutputStride);
    }

    public override void Step(ReadOnlySpan<TInput> input, Span<float> output)
    {
        CheckStep(input.Length, Schema.ReadsTokens ? 1 : Schema.InputSize, output.Length, Schema.OutputSize);
        if (Schema.ReadsTokens)
        {
            int token = MemoryMarshal.Cast<TInput, int>(input)[0];
            if ((uint)token >= (uint)Schema.InputSize)
            {
                throw SequencePass<TInput>.BadToken(token, 0, Schema.InputSize, nameof(input));
            }
        }

        StepLayers(input);
        FinalLayers();
        CopyOutputTo(output);
    }

    protected override void RunCore(ReadOnlySpan<TInput> inputs, int steps, Span<float> outputs)
    {
        int size = Schema.ReadsTokens ? 1 : Schema.InputSize;
        bool every = Schema.Output == Steps.Every;
        for (int t = 0; t < steps; t++)
        {
            StepLayers(inputs.Slice(t * size, size));
            if (every)
            {
                CopyOutputTo(outputs[(t * Schema.OutputSize)..]);
            }
        }

        if (!every)
        {
            FinalLayers();
            CopyOutputTo(outputs);
        }
    }

    /// <summary>The layers that work on steps.</summary>
    private void StepLayers(ReadOnlySpan<TInput> input)
    {
        ref float x = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<TInput, float>(input));
        if (Schema.ReadsTokens)
        {
            int token = MemoryMarshal.Cast<TInput, int>(input)[0];
            x = ref Weights.Table.At((nint)token * Schema.Layers[0].OutputSize);
        }

        ref float h = ref States;
        ref float next = ref NextStates;
        for (int i = 0; i < _stepLayers; i++)
        {
            if (_layers[i] is GenericGru gru)
            {
                gru.Step(1, ref x, ref h, ref next, ref next, saves: false, Weights);
                x = ref next;
                h = ref Unsafe.Add(ref h, gru.OutputStride);
                next = ref Unsafe.Add(ref next, gru.OutputStride);
            }
            else
            {
                x = ref Dense(i, ref x);
            }
        }

        Advance();
        if (Schema.Output == Steps.Every)
        {
            TakeOutput(ref x);
        }
    }

    /// <summary>The layers that work on the final state, which is the state of the last recurrent layer.</summary>
    private void FinalLayers()
    {
        if (Schema.Output == Steps.Every)
        {
            return;
        }

        ref float x = ref Unsafe.Add(ref States, _top);
        for (int i = _stepLayers; i < _layers.Length; i++)
        {
            x = ref Dense(i, ref x);
        }

        TakeOutput(ref x);
    }

    private ref float Dense(int i, ref float x)
    {
        ref float y = ref _outputs[i].Start;
        ((GenericDense)_layers[i]).Multiply(ref x, 1, ref y, Weights);
        Activations.Apply<VectorT>(_layers[i].Schema.Activation, ref y, 1, _layers[i].OutputSize);
        return ref y;
    }

    private void TakeOutput(ref float y) => MemoryMarshal.CreateReadOnlySpan(ref y, Schema.OutputSize).CopyTo(OutputSpan);
}
