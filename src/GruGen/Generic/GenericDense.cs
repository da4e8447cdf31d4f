using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary><c>y = W·x + b</c>. Packed: the bias, then Wᵀ[input, units] as <see cref="Panels"/>; backward: a row of zeros, then W[units, input].</summary>
internal sealed class GenericDense(LayerSchema schema) : GenericLayer(schema)
{
    public override long ParameterCount => (long)OutputSize * (InputSize + 1);

    public override long PackedLength => OutputStride + Panels.Length(InputSize, OutputSize);

    public override long PackedBackwardLength => InputStride + Panels.Length(OutputSize, InputSize);

    public override void Pack(ref float parameters, ref float packed)
    {
        ref float bias = ref Unsafe.Add(ref parameters, (nint)OutputSize * InputSize);
        for (nint unit = 0; unit < OutputSize; unit++)
        {
            Unsafe.Add(ref packed, unit) = Unsafe.Add(ref bias, unit);
        }

        Panels.Pack(Weight(ref parameters).Transposed, ref Unsafe.Add(ref packed, OutputStride), 0, InputSize);
    }

    public override void PackBackward(ref float parameters, ref float packed) =>
        Panels.Pack(Weight(ref parameters), ref Unsafe.Add(ref packed, InputStride), 0, OutputSize);

    /// <summary>y = W·x + b for x[rows, input size, padded], without the activation.</summary>
    public void Multiply(ref float x, nint rows, ref float y, PackedWeights weights)
    {
        ref float packed = ref weights.Forward.At(Packed);
        Product.Multiply(
            new Matrix(ref x, rows, InputSize, InputStride),
            ref Unsafe.Add(ref packed, OutputStride),
            new Matrix(ref packed, rows, OutputSize, 0),
            new Matrix(ref y, rows, OutputSize, OutputStride));
    }

    /// <summary>dx = Wᵀ·dy, or dx += Wᵀ·dy.</summary>
    public void MultiplyBackward(ref float dy, nint rows, InputGradient dx, PackedWeights weights)
    {
        ref float packed = ref weights.Backward!.At(PackedBackward);
        var target = new Matrix(ref dx.Start, rows, InputSize, InputStride);
        Product.Multiply(
            new Matrix(ref dy, rows, OutputSize, OutputStride),
            ref Unsafe.Add(ref packed, InputStride),
            dx.Adds ? target : new Matrix(ref packed, rows, InputSize, 0),
            target);
    }

    private Matrix Weight(ref float parameters) => new(ref parameters, OutputSize, InputSize, InputSize);
}
