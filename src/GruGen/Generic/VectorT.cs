using System.Numerics;
using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// A vector of the width that the runtime picks for <see cref="Vector{T}"/>: what portable code uses, and what the emitted kernels, which
/// choose their width themselves, are compared with.
/// </summary>
internal struct VectorT : ISimd<VectorT>
{
    private Vector<float> _lanes;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector<float>.Count;
    }

    /// <inheritdoc/>
    public static VectorT Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Create(float value)
    {
        VectorT result;
        result._lanes = Vector.Create(value);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Broadcast(ref float source, nuint offset) => Create(Unsafe.Add(ref source, offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Load(ref float source, nuint offset)
    {
        VectorT result;
        result._lanes = Vector.LoadUnsafe(ref source, offset);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(ref float destination, nuint offset) => _lanes.StoreUnsafe(ref destination, offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Add(VectorT a, VectorT b)
    {
        VectorT result;
        result._lanes = a._lanes + b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Subtract(VectorT a, VectorT b)
    {
        VectorT result;
        result._lanes = a._lanes - b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Subtract(float a, VectorT b)
    {
        VectorT result;
        result._lanes = Vector.Create(a) - b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Multiply(VectorT a, VectorT b)
    {
        VectorT result;
        result._lanes = a._lanes * b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Divide(VectorT a, VectorT b)
    {
        VectorT result;
        result._lanes = a._lanes / b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Divide(float a, VectorT b)
    {
        VectorT result;
        result._lanes = Vector.Create(a) / b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Sqrt(VectorT a)
    {
        VectorT result;
        result._lanes = Vector.SquareRoot(a._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT MultiplyAdd(VectorT a, VectorT b, VectorT c)
    {
        VectorT result;
        result._lanes = Vector.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT MultiplyAdd(VectorT a, float b, VectorT c)
    {
        VectorT result;
        result._lanes = Vector.MultiplyAddEstimate(a._lanes, Vector.Create(b), c._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT MultiplyAdd(VectorT a, float b, float c)
    {
        VectorT result;
        result._lanes = Vector.MultiplyAddEstimate(a._lanes, Vector.Create(b), Vector.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT MultiplyAdd(VectorT a, VectorT b, float c)
    {
        VectorT result;
        result._lanes = Vector.MultiplyAddEstimate(a._lanes, b._lanes, Vector.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Clamp(VectorT value, float low, float high)
    {
        VectorT result;
        result._lanes = Vector.MaxNative(Vector.Create(low), Vector.MinNative(Vector.Create(high), value._lanes));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT Positive(VectorT value)
    {
        VectorT result;
        result._lanes = Vector.MaxNative(Vector<float>.Zero, value._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT PowerOfTwo(VectorT shifted)
    {
        VectorT result;
        result._lanes = Vector.AsVectorSingle((Vector.AsVectorInt32(shifted._lanes) << 23) + Vector.Create(0x3F800000));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorT WherePositive(VectorT condition, VectorT value)
    {
        VectorT result;
        result._lanes = Vector.AsVectorSingle(Vector.GreaterThan(condition._lanes, Vector<float>.Zero)) & value._lanes;
        return result;
    }
}
