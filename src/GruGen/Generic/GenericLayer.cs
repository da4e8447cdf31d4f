using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A layer with weights whose sizes are known at run time: where its parameters lie, and how kernels want them packed.</summary>
internal abstract class GenericLayer(LayerSchema schema)
{
    public LayerSchema Schema { get; } = schema;

    public int InputSize => Schema.InputSize;

    public int OutputSize => Schema.OutputSize;

    /// <summary>The floats from one row of input to the next.</summary>
    public nint InputStride { get; } = Simd.Padded(schema.InputSize);

    /// <summary>The floats from one row of output to the next.</summary>
    public nint OutputStride { get; } = Simd.Padded(schema.OutputSize);

    /// <summary>Where the layer's parameters start among all parameters.</summary>
    public nint Parameters { get; private set; }

    /// <summary>Where the layer's weights start among those packed for the forward pass.</summary>
    public nint Packed { get; private set; }

    /// <summary>Where the layer's weights start among those packed for the backward pass.</summary>
    public nint PackedBackward { get; private set; }

    public abstract long ParameterCount { get; }

    public abstract long PackedLength { get; }

    public abstract long PackedBackwardLength { get; }

    /// <summary>Packs for the forward pass; both refs are the layer's own.</summary>
    public abstract void Pack(ref float parameters, ref float packed);

    /// <summary>Packs for the backward pass; both refs are the layer's own.</summary>
    public abstract void PackBackward(ref float parameters, ref float packed);

    /// <summary>Gives the layer its places, once.</summary>
    public void Place(nint parameters, nint packed, nint packedBackward) =>
        (Parameters, Packed, PackedBackward) = (parameters, packed, packedBackward);
}
