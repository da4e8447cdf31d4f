using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// y = W·x + b, forward and backward: what a Dense layer does once and a GRU twice, with its input and with its state. A GRU's y has three
/// gates, r | z | n, each padded as a row of its own; a Dense layer's has one.
/// </summary>
internal sealed class Projection
{
    /// <summary>Gradients of weights are summed over this many rows at a time, while a cache holds them.</summary>
    public const int ChunkRows = 160;

    private readonly TensorSchema _weight; // [gates · size, input size]
    private readonly TensorSchema _bias; // [gates · size]
    private readonly int _gates, _size, _inputSize;
    private readonly nint _gateStride, _columns; // of y
    private readonly nint _packed, _packedBackward; // where b[y] and the panels of Wᵀ[input, y] lie, and those of W[y, input]
    private readonly MatrixBuffer _dWeight; // [y, input size]
    private readonly AlignedBuffer _dBias; // [y]
    private readonly AlignedBuffer _chunk; // x[chunk, input size], packed

    private Projection(TensorSchema weight, TensorSchema bias, int gates, Projection? previous, bool training)
    {
        (_weight, _bias, _gates, _size, _inputSize) = (weight, bias, gates, bias.Shape[0] / gates, weight.Shape[1]);
        _gateStride = Simd.Padded(_size);
        _columns = (gates - 1) * _gateStride + _size;
        (_packed, _packedBackward) = (previous?.PackedEnd ?? 0, previous?.PackedBackwardEnd ?? 0);
        PackedEnd = checked(_packed + gates * _gateStride * (1 + (nint)_inputSize));
        PackedBackwardEnd = checked(_packedBackward + _columns * Simd.Padded(_inputSize));
        _dWeight = new MatrixBuffer(training ? _columns : 0, _inputSize);
        _dBias = new AlignedBuffer(training ? _columns : 0);
        _chunk = new AlignedBuffer(training ? ChunkRows * Simd.Padded(_inputSize) : 0);
    }

    /// <summary>Where its weights end among all that are packed for the forward pass.</summary>
    public nint PackedEnd { get; }

    /// <summary>Where they end among those for the backward pass.</summary>
    public nint PackedBackwardEnd { get; }

    /// <summary>The projections of all layers in order. Each weight has its bias; only the table of an embedding has none.</summary>
    public static Projection[] Of(ModelSchema schema, bool training)
    {
        IEnumerable<TensorSchema> weights = schema.Tensors.Where(tensor => tensor.Shape.Length == 2).Skip(schema.ReadsTokens ? 1 : 0);
        IEnumerable<TensorSchema> biases = schema.Tensors.Where(tensor => tensor.Shape.Length == 1);
        var projections = new List<Projection>();
        foreach ((TensorSchema weight, TensorSchema bias) in weights.Zip(biases))
        {
            int gates = weight.Name.StartsWith("gru", StringComparison.Ordinal) ? 3 : 1;
            projections.Add(new Projection(weight, bias, gates, projections.LastOrDefault(), training));
        }

        return [.. projections];
    }

    public void Pack(ref float parameters, ref float packed)
    {
        packed = ref Unsafe.Add(ref packed, _packed);
        for (int gate = 0; gate < _gates; gate++)
        {
            ref float panels = ref Unsafe.Add(ref packed, (_gates + gate * _inputSize) * _gateStride);
            Bias(ref parameters, gate).CopyTo(new Matrix(ref Unsafe.Add(ref packed, gate * _gateStride), 1, _size, 0));
            Product.Pack(Weight(ref parameters, gate).Transposed, ref panels, 0, _inputSize);
        }
    }

    public void PackBackward(ref float parameters, ref float packed)
    {
        for (int gate = 0; gate < _gates; gate++)
        {
            Product.Pack(Weight(ref parameters, gate), ref Unsafe.Add(ref packed, _packedBackward), gate * _gateStride, _columns);
        }
    }

    /// <summary>y = W·x + b</summary>
    public void Forward(in Matrix x, in Matrix y, PackedWeights weights)
    {
        ref float packed = ref weights.Forward.At(_packed);
        Product.Multiply(x, ref Unsafe.Add(ref packed, _gates * _gateStride), new Matrix(ref packed, y.Rows, _columns, 0), y);
    }

    /// <summary>dx += Wᵀ·dy; nothing for a dx without columns.</summary>
    public void AddInputGradient(in Matrix dy, in Matrix dx, PackedWeights weights) =>
        Product.Multiply(dy, ref weights.Backward!.At(_packedBackward), dx, dx);

    /// <summary>dW += dyᵀ·x, db += Σ dy over all rows.</summary>
    public void AddParameterGradients(in Matrix x, in Matrix dy)
    {
        Matrix dWeight = _dWeight.Rows(0, _columns), dBias = new(ref _dBias.Start, dy.Rows, _columns, 0);
        for (nint first = 0; first < x.Rows; first += ChunkRows)
        {
            nint rows = nint.Min(ChunkRows, x.Rows - first);
            Product.Pack(x.Slice(first, rows), ref _chunk.Start, 0, rows);
            Product.Multiply(dy.Slice(first, rows).Transposed, ref _chunk.Start, dWeight, dWeight);
        }

        dy.AddTo(dBias);
    }

    public void ClearGradients()
    {
        _dWeight.Rows(0, _columns).Clear();
        _dBias.Span.Clear();
    }

    /// <summary>Writes the gradients of W and b to their places among those of all parameters.</summary>
    public void StoreGradients(ref float gradients)
    {
        for (int gate = 0; gate < _gates; gate++)
        {
            _dWeight.Rows(gate * _gateStride, _size).CopyTo(Weight(ref gradients, gate));
            new Matrix(ref _dBias.At(gate * _gateStride), 1, _size, 0).CopyTo(Bias(ref gradients, gate));
        }
    }

    private Matrix Weight(ref float parameters, nint gate) =>
        new(ref Unsafe.Add(ref parameters, (nint)_weight.Offset + gate * _size * _inputSize), _size, _inputSize, _inputSize);

    private Matrix Bias(ref float parameters, nint gate) =>
        new(ref Unsafe.Add(ref parameters, (nint)_bias.Offset + gate * _size), 1, _size, 0);
}
