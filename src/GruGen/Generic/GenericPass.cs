using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>The layers one after another, forward and backward.</summary>
internal sealed class GenericPass<TInput> : PassCode<TInput>
    where TInput : unmanaged
{
    private readonly PassMemory<TInput> _memory;
    private readonly Projection[] _projections;
    private readonly List<GenericLayer> _layers = []; // all but the embedding and the head
    private readonly int _stepLayers; // how many of them work on steps; the others work on final states
    private readonly Projection? _head; // that of the last layer, where this is a Dense layer
    private readonly MatrixBuffer? _vectors, _dVectors; // [rows, size], where an embedding stands below

    public GenericPass(PassMemory<TInput> memory)
        : base(memory)
    {
        _memory = memory;
        (_projections, int next, int states) = (Projection.Of(Schema, memory.Training), 0, 0);
        foreach (LayerSchema layer in Schema.Layers)
        {
            bool every = layer.Output == SequenceOutput.EveryStep;
            if (layer.Kind == LayerKind.Embedding)
            {
                _vectors = new MatrixBuffer(memory.BlockRows, layer.OutputSize);
                _dVectors = new MatrixBuffer(memory.Training ? memory.BlockRows : 0, layer.OutputSize);
            }
            else if (layer.Kind == LayerKind.Gru)
            {
                (Projection input, Projection hidden) = (_projections[next++], _projections[next++]);
                _layers.Add(new GenericGru(layer, input, hidden, State(states++), memory.MaxBatch, memory.BlockRows, memory.Training));
                _stepLayers = _layers.Count;
            }
            else if (layer == Schema.Layers[^1])
            {
                _head = _projections[next];
            }
            else
            {
                _layers.Add(new GenericDense(layer, _projections[next++], every ? memory.BlockRows : memory.MaxBatch, memory.Training));
                _stepLayers = every ? _layers.Count : _stepLayers;
            }
        }
    }

    private ModelSchema Schema => _memory.Schema;

    // A generic pass is not shared out: its first thread does it all.

    public override void ForwardSteps(int from, int to, nint rows, Share share)
    {
        if (!share.IsFirst)
        {
            return;
        }

        for (nint row = 0; _vectors is not null && row < rows; row++)
        {
            Vector(ref Weights.Table.Start, row).CopyTo(_vectors.Rows(row, 1));
        }

        for (int i = 0; i < _stepLayers; i++)
        {
            _layers[i].Forward(Input(i, rows), Active(from, to), Weights);
        }
    }

    public override void ForwardFinal(Share share)
    {
        for (int i = _stepLayers; share.IsFirst && i < _layers.Count; i++)
        {
            _layers[i].Forward(Input(i, BatchSize), default, Weights);
        }
    }

    public override void Head(nint first, nint rows, Share share)
    {
        if (!share.IsFirst)
        {
            return;
        }

        Matrix x = _layers[^1].Output.Rows(first, rows), y = new(ref Logits, rows, Schema.OutputSize, _memory.OutputStride);
        if (_head is null)
        {
            x.CopyTo(y);
        }
        else
        {
            _head.Forward(x, y, Weights);
        }
    }

    public override void BeginBackward()
    {
        foreach (Projection projection in _projections)
        {
            projection.ClearGradients();
        }

        for (int i = 0; i <= _layers.Count; i++)
        {
            InputGradient(i).Clear(); // whoever has a part in a gradient adds it
        }
    }

    public override void HeadBackward(nint first, nint rows, Share share)
    {
        if (!share.IsFirst)
        {
            return;
        }

        Matrix dx = _layers[^1].OutputGradient.Rows(first, rows);
        Matrix dy = new(ref LogitGradients, rows, Schema.OutputSize, _memory.OutputStride);
        if (_head is null)
        {
            dy.AddTo(dx);
        }
        else
        {
            _head.AddParameterGradients(_layers[^1].Output.Rows(first, rows), dy);
            _head.AddInputGradient(dy, dx, Weights);
        }
    }

    public override void BackwardBody(nint rows, Share share)
    {
        for (int i = _layers.Count - 1; share.IsFirst && i >= 0; i--)
        {
            _layers[i].Backward(Input(i, InputRows(i)), Active(0, StepCount), InputGradient(i), Weights);
        }
    }

    public override void StoreGradients(ref float gradients)
    {
        for (nint row = 0; _dVectors is not null && row < Rows(0, StepCount); row++)
        {
            _dVectors.Rows(row, 1).AddTo(Vector(ref gradients, row));
        }

        foreach (Projection projection in _projections)
        {
            projection.StoreGradients(ref gradients);
        }
    }

    public override void Trace(TraceWriter trace)
    {
        int below = _vectors is null ? 0 : 1;
        for (int i = 0; i < _layers.Count; i++)
        {
            _layers[i].Trace(trace, Schema.Layers[below + i].Name);
        }
    }

    /// <summary>The rows of the whole batch that layer <paramref name="i"/> reads; the head comes after all layers.</summary>
    private nint InputRows(int i) => i < _stepLayers ? Rows(0, StepCount) : _memory.OutputRows;

    /// <summary>The row of table[vocabulary, size] that belongs to the token of a row.</summary>
    private Matrix Vector(ref float table, nint row)
    {
        nint size = Schema.Layers[0].OutputSize;
        return new Matrix(ref At(ref table, Unsafe.Add(ref Tokens, row) * size), 1, size, 0);
    }

    private Matrix Input(int i, nint rows) =>
        i > 0 ? _layers[i - 1].Output.Rows(0, rows)
        : _vectors is not null ? _vectors.Rows(0, rows)
        : new Matrix(ref Features, rows, Schema.InputSize, Simd.Padded(Schema.InputSize));

    /// <summary>The gradient of what layer <paramref name="i"/> reads; without columns if nobody wants it.</summary>
    private Matrix InputGradient(int i) =>
        i > 0 ? _layers[i - 1].OutputGradient.Rows(0, InputRows(i))
        : _dVectors is not null ? _dVectors.Rows(0, InputRows(i))
        : InputGradients ? new Matrix(ref FeatureGradients, InputRows(i), Schema.InputSize, Simd.Padded(Schema.InputSize))
        : default;
}
