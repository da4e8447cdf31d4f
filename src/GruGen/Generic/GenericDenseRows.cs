using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A Dense layer on its way through a pass.</summary>
internal sealed class GenericDenseRows : GenericRows
{
    private const int ChunkRows = 256; // rows at a time, so that they are still in a cache when the next panel wants them

    private readonly GenericDense _layer;
    private readonly AlignedBuffer _dWeight; // [units, input size padded]
    private readonly AlignedBuffer _dBias;
    private readonly AlignedBuffer _xPanels;

    /// <summary>The memory of the layer; the last layer of a model has no rows of its own.</summary>
    public GenericDenseRows(GenericDense layer, long maxRows, bool training)
    {
        _layer = layer;
        Output = new AlignedBuffer(maxRows * layer.OutputStride);
        OutputGradient = new AlignedBuffer(training ? maxRows * layer.OutputStride : 0);
        _dWeight = new AlignedBuffer(training ? (long)layer.OutputSize * layer.InputStride : 0);
        _dBias = new AlignedBuffer(training ? layer.OutputStride : 0);
        _xPanels = new AlignedBuffer(training ? Panels.Length(ChunkRows, layer.InputSize) : 0);
    }

    public override AlignedBuffer Output { get; }

    public override AlignedBuffer OutputGradient { get; }

    public override bool AddsGradient => false;

    public override void Forward(ref float x, ReadOnlySpan<int> active, nint rows, PackedWeights weights)
    {
        for (nint first = 0; first < rows; first += ChunkRows)
        {
            nint count = nint.Min(ChunkRows, rows - first);
            ref float y = ref Output.At(first * _layer.OutputStride);
            _layer.Multiply(ref Unsafe.Add(ref x, first * _layer.InputStride), count, ref y, weights);
            Activations.Apply<VectorT>(_layer.Schema.Activation, ref y, count, _layer.OutputSize);
        }
    }

    public override void Backward(ref float x, ReadOnlySpan<int> active, nint rows, InputGradient dx, PackedWeights weights)
    {
        Activations.Backward<VectorT>(_layer.Schema.Activation, ref Output.Start, ref OutputGradient.Start, rows, _layer.OutputSize);
        Backward(ref x, ref OutputGradient.Start, rows, dx, weights);
    }

    /// <summary>Goes back through the product alone: dW += dyᵀ·x, db += Σ dy, dx = Wᵀ·dy.</summary>
    public void Backward(ref float x, ref float dy, nint rows, InputGradient dx, PackedWeights weights)
    {
        (nint xStride, nint yStride) = (_layer.InputStride, _layer.OutputStride);
        for (nint first = 0; first < rows; first += ChunkRows)
        {
            nint count = nint.Min(ChunkRows, rows - first);
            var chunk = new Matrix(ref Unsafe.Add(ref dy, first * yStride), count, _layer.OutputSize, yStride);
            var xChunk = new Matrix(ref Unsafe.Add(ref x, first * xStride), count, _layer.InputSize, xStride);
            Panels.PackRows(xChunk, ref _xPanels.Start, 0, count);
            var dWeight = new Matrix(ref _dWeight.Start, _layer.OutputSize, _layer.InputSize, xStride);
            Product.Multiply(chunk.Transposed, ref _xPanels.Start, dWeight, dWeight);
            Columns.Sum(chunk, ref _dBias.Start);
            if (dx.IsWanted)
            {
                _layer.MultiplyBackward(ref chunk[0, 0], count, dx.From(first * xStride), weights);
            }
        }
    }

    public override void ClearGradients()
    {
        _dWeight.Span.Clear();
        _dBias.Span.Clear();
    }

    public override void StoreGradients(ref float gradients)
    {
        nint input = _layer.InputSize, output = _layer.OutputSize;
        new Matrix(ref _dWeight.Start, output, input, _layer.InputStride).CopyTo(ref gradients);
        new Matrix(ref _dBias.Start, 1, output, 0).CopyTo(ref Unsafe.Add(ref gradients, output * input));
    }
}
