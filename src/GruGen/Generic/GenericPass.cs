using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>The layers one after another, forward and backward, with the memory of each.</summary>
internal sealed class GenericPass<TInput> : SequencePass<TInput>
    where TInput : unmanaged
{
    private readonly GenericEmbedding? _embedding;
    private readonly GenericRows[] _rows; // all layers but the embedding and the head
    private readonly GenericLayer[] _layers; // theirs
    private readonly int _stepLayers; // how many of them work on steps; the others work on final states
    private readonly GenericDense? _head; // the last layer, where that is a Dense layer
    private readonly GenericDenseRows? _headRows;

    public GenericPass(GenericModel<TInput> model, PassSetup<TInput> setup)
        : base(setup)
    {
        ReadOnlySpan<GenericLayer> layers = model.Layers;
        _head = layers[^1] as GenericDense;
        _headRows = _head is null ? null : new GenericDenseRows(_head, maxRows: 0, setup.Training);
        _layers = layers[..(_head is null ? layers.Length : layers.Length - 1)].ToArray();
        _rows = new GenericRows[_layers.Length];
        int recurrent = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            if (_layers[i] is GenericGru gru)
            {
                _rows[i] = new GenericGruRows(gru, recurrent, State(recurrent), setup.MaxBatch, setup.BlockRows, setup.Training);
                recurrent++;
            }
            else
            {
                bool final = _layers[i].Schema.Output == GruGen.Steps.Last;
                _rows[i] = new GenericDenseRows((GenericDense)_layers[i], final ? setup.MaxBatch : setup.BlockRows, setup.Training);
            }

            // a GRU that hands on its final state works on steps itself
            if (_layers[i] is GenericGru || _layers[i].Schema.Output == GruGen.Steps.Every)
            {
                _stepLayers = i + 1;
            }
        }

        LayerSchema first = model.Schema.Layers[0];
        _embedding = first.Kind == LayerKind.Embedding ? new GenericEmbedding(first, setup.BlockRows, setup.Training) : null;
    }

    protected override void ForwardStepsCore(int from, int to)
    {
        nint rows = Rows(from, to);
        _embedding?.Forward(ref Tokens, rows, ref Weights.Table.Start);
        for (int i = 0; i < _stepLayers; i++)
        {
            _rows[i].Forward(ref Input(i), Active(from, to), rows, Weights);
            if (_rows[i] is GenericGruRows gru)
            {
                KeepFinalStates(gru.Index, ref gru.States.Start, from, to);
            }
        }
    }

    protected override void ForwardFinalCore()
    {
        for (int i = _stepLayers; i < _rows.Length; i++)
        {
            _rows[i].Forward(ref Input(i), default, BatchSize, Weights);
        }
    }

    protected override void HeadCore(nint first, nint rows)
    {
        ref float x = ref Top(first);
        if (_head is not null)
        {
            _head.Multiply(ref x, rows, ref Logits, Weights);
            return;
        }

        // the top rows are the output; both have the same stride
        Span((int)rows, ref x).CopyTo(Span((int)rows, ref Logits));
    }

    protected override void BeginBackwardCore()
    {
        foreach (GenericRows rows in _rows)
        {
            rows.ClearGradients();
        }

        _headRows?.ClearGradients();
    }

    protected override void HeadBackwardCore(nint first, nint rows)
    {
        InputGradient below = Below(_rows.Length, first);
        if (_headRows is not null)
        {
            _headRows.Backward(ref Top(first), ref LogitGradients, rows, below, Weights);
            return;
        }

        Span<float> gradients = Span((int)rows, ref LogitGradients), target = Span((int)rows, ref below.Start);
        if (!below.Adds)
        {
            gradients.CopyTo(target);
            return;
        }

        for (int i = 0; i < target.Length; i++)
        {
            target[i] += gradients[i];
        }
    }

    protected override void BackwardBodyCore()
    {
        for (int i = _rows.Length - 1; i >= 0; i--)
        {
            bool steps = i < _stepLayers;
            _rows[i].Backward(ref Input(i), steps ? Active(0, StepCount) : default, steps ? Rows(0, StepCount) : BatchSize, Below(i, 0), Weights);
        }
    }

    protected override void StoreGradientsCore(ref float gradients)
    {
        _embedding?.StoreGradients(ref Tokens, Rows(0, StepCount), ref gradients);
        for (int i = 0; i < _rows.Length; i++)
        {
            _rows[i].StoreGradients(ref Unsafe.Add(ref gradients, _layers[i].Parameters));
        }

        _headRows?.StoreGradients(ref Unsafe.Add(ref gradients, _head!.Parameters));
    }

    /// <summary>The rows that layer <paramref name="i"/> reads.</summary>
    private ref float Input(int i)
    {
        if (i > 0)
        {
            return ref _rows[i - 1].Output.Start;
        }

        return ref _embedding is null ? ref Features : ref _embedding.Output.Start;
    }

    /// <summary>What the last layer reads from row <paramref name="first"/> on, or what the last GRU gives if there is no Dense layer above it.</summary>
    private ref float Top(nint first) => ref _rows[^1].Output.At(first * _layers[^1].OutputStride);

    /// <summary>Where layer <paramref name="i"/> leaves the gradient of its input, from row <paramref name="first"/> on.</summary>
    private InputGradient Below(int i, nint first)
    {
        if (i > 0)
        {
            return new InputGradient(ref _rows[i - 1].OutputGradient.At(first * _layers[i - 1].OutputStride), _rows[i - 1].AddsGradient);
        }

        if (_embedding is not null)
        {
            return new InputGradient(ref _embedding.OutputGradient.Start, adds: false);
        }

        return InputGradients ? new InputGradient(ref FeatureGradients, adds: false) : default;
    }

    private Span<float> Span(int rows, ref float start) => MemoryMarshal.CreateSpan(ref start, rows * OutputStride);
}
