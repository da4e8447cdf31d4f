using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A GRU on its way through a pass.</summary>
internal sealed class GenericGruRows : GenericRows
{
    private const int ChunkRows = 160; // gate gradients become gradients of weights about this many rows at a time, while a cache holds them

    private readonly GenericGru _layer;
    private readonly RecurrentState _state;
    private readonly bool _training;
    private readonly bool _every;
    private readonly AlignedBuffer _h; // [rows, hidden size padded]
    private readonly AlignedBuffer _saved; // [rows, r | z | n | q, hidden size padded]
    private readonly AlignedBuffer _dy; // [rows, hidden size padded], or one row of zeros
    private readonly AlignedBuffer _gates; // [chunk, dn | dr | dz | dq]
    private readonly AlignedBuffer _panels; // x or h of a chunk
    private readonly AlignedBuffer _dInputWeight; // [n | r | z, input size padded]
    private readonly AlignedBuffer _dHiddenWeight; // [r | z | n, hidden size padded]
    private readonly AlignedBuffer _dBias; // [dn | dr | dz | dq]
    private readonly nint _chunk;

    public GenericGruRows(GenericGru layer, int index, RecurrentState state, int maxBatch, long maxRows, bool training)
    {
        _layer = layer;
        Index = index;
        _state = state;
        _training = training;
        _every = layer.Schema.Output == Steps.Every;
        nint stride = layer.OutputStride;
        long gates = 3L * layer.OutputSize;
        _h = new AlignedBuffer(maxRows * stride);
        _chunk = training ? (nint)Math.Max(maxBatch, Math.Min(ChunkRows, maxRows)) : 0;
        _saved = new AlignedBuffer(training ? maxRows * 4 * stride : 0);
        _dy = new AlignedBuffer(training && _every ? maxRows * stride : stride);
        _gates = new AlignedBuffer((long)_chunk * layer.GateStride);
        _panels = new AlignedBuffer(Panels.Length(_chunk, Math.Max(layer.InputSize, layer.OutputSize)));
        _dInputWeight = new AlignedBuffer(training ? gates * layer.InputStride : 0);
        _dHiddenWeight = new AlignedBuffer(training ? gates * stride : 0);
        _dBias = new AlignedBuffer(training ? layer.GateStride : 0);
    }

    /// <summary>The number of recurrent layers below.</summary>
    public int Index { get; }

    /// <summary>h[rows, hidden size, padded] of the steps at hand.</summary>
    public AlignedBuffer States => _h;

    public override AlignedBuffer Output => _every ? _h : _state.Final;

    public override AlignedBuffer OutputGradient => _every ? _dy : _state.Gradient;

    public override bool AddsGradient => !_every;

    public override void Forward(ref float x, ReadOnlySpan<int> active, nint rows, PackedWeights weights)
    {
        nint stride = _layer.OutputStride, first = 0;
        ref float previous = ref _state.Initial.Start;
        foreach (int count in active)
        {
            ref float xStep = ref Unsafe.Add(ref x, first * _layer.InputStride);
            ref float next = ref _h.At(first * stride);
            _layer.Step(count, ref xStep, ref previous, ref next, ref _saved.At(first * 4 * stride), _training, weights);
            previous = ref next;
            first += count;
        }
    }

    public override void Backward(ref float x, ReadOnlySpan<int> active, nint rows, InputGradient dx, PackedWeights weights)
    {
        nint end = rows;
        for (int to = active.Length; to > 0;)
        {
            // a chunk: as many steps as there is room for
            int from = to;
            nint first = end;
            while (from > 0 && end - first + active[from - 1] <= _chunk)
            {
                first -= active[--from];
            }

            nint start = end;
            for (int t = to - 1; t >= from; t--)
            {
                start -= active[t];
                StepBackward(t, start, active, ref _gates.At((start - first) * _layer.GateStride), weights);
            }

            Gather(ref Unsafe.Add(ref x, first * _layer.InputStride), active, from, to, first, end - first);
            if (dx.IsWanted)
            {
                _layer.MultiplyBackward(ref _gates.Start, end - first, dx.From(first * _layer.InputStride), weights);
            }

            (to, end) = (from, first);
        }
    }

    public override void ClearGradients()
    {
        _dInputWeight.Span.Clear();
        _dHiddenWeight.Span.Clear();
        _dBias.Span.Clear();
    }

    public override void StoreGradients(ref float gradients)
    {
        nint input = _layer.InputSize, hidden = _layer.OutputSize, xStride = _layer.InputStride, hStride = _layer.OutputStride;

        // n, r, z become r, z, n
        new Matrix(ref _dInputWeight.At(hidden * xStride), 2 * hidden, input, xStride).CopyTo(ref gradients);
        new Matrix(ref _dInputWeight.Start, hidden, input, xStride).CopyTo(ref Unsafe.Add(ref gradients, 2 * hidden * input));
        gradients = ref Unsafe.Add(ref gradients, 3 * hidden * input);
        new Matrix(ref _dHiddenWeight.Start, 3 * hidden, hidden, hStride).CopyTo(ref gradients);
        gradients = ref Unsafe.Add(ref gradients, 3 * hidden * hidden);
        new Matrix(ref _dBias.At(hidden), 1, 2 * hidden, 0).CopyTo(ref gradients);
        new Matrix(ref _dBias.Start, 1, hidden, 0).CopyTo(ref Unsafe.Add(ref gradients, 2 * hidden));
        new Matrix(ref _dBias.At(hidden), 1, 3 * hidden, 0).CopyTo(ref Unsafe.Add(ref gradients, 3 * hidden));
    }

    private void StepBackward(int t, nint start, ReadOnlySpan<int> active, ref float gates, PackedWeights weights)
    {
        nint stride = _layer.OutputStride, dyStride = _every ? stride : 0;
        _layer.StepBackward(
            active[t], ref _saved.At(start * 4 * stride), ref StateBefore(t, start, active), ref _dy.At(start * dyStride), dyStride,
            ref _state.Gradient.Start, ref gates, weights);
    }

    /// <summary>The states before the step <paramref name="t"/>, whose rows start at <paramref name="start"/>.</summary>
    private ref float StateBefore(int t, nint start, ReadOnlySpan<int> active) =>
        ref t == 0 ? ref _state.Initial.Start : ref _h.At((start - active[t - 1]) * _layer.OutputStride);

    /// <summary>dW_ih += [dn | dr | dz]ᵀ·x, dW_hh += [dr | dz | dq]ᵀ·h, db += Σ [dn | dr | dz | dq] over the rows of a chunk.</summary>
    private void Gather(ref float x, ReadOnlySpan<int> active, int from, int to, nint first, nint rows)
    {
        Panels.PackRows(new Matrix(ref x, rows, _layer.InputSize, _layer.InputStride), ref _panels.Start, 0, rows);
        var dInputWeight = new Matrix(ref _dInputWeight.Start, 3 * (nint)_layer.OutputSize, _layer.InputSize, _layer.InputStride);
        Product.Multiply(_layer.InputGates(ref _gates.Start, rows).Transposed, ref _panels.Start, dInputWeight, dInputWeight);

        nint place = 0;
        for (int t = from; t < to; t++)
        {
            ref float before = ref StateBefore(t, first + place, active);
            Panels.PackRows(new Matrix(ref before, active[t], _layer.OutputSize, _layer.OutputStride), ref _panels.Start, place, rows);
            place += active[t];
        }

        var dHiddenWeight = new Matrix(ref _dHiddenWeight.Start, 3 * (nint)_layer.OutputSize, _layer.OutputSize, _layer.OutputStride);
        Product.Multiply(_layer.HiddenGates(ref _gates.Start, rows).Transposed, ref _panels.Start, dHiddenWeight, dHiddenWeight);
        Columns.Sum(new Matrix(ref _gates.Start, rows, 4 * (nint)_layer.OutputSize, _layer.GateStride), ref _dBias.Start);
    }
}
