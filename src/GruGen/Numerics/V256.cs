using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GruGen.Kernels;

/// <summary>8 floats in a 256-bit vector.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public struct V256 : ISimd<V256>
{
    private Vector256<float> _lanes;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    /// <inheritdoc/>
    public static bool Fuses
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Simd.Fuses;
    }

    /// <inheritdoc/>
    public static V256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Create(float value)
    {
        V256 result;
        result._lanes = Vector256.Create(value);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Broadcast(ref float source, nuint offset)
    {
        V256 result;
        result._lanes = Vector256.Create(Unsafe.Add(ref source, offset));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Load(ref float source, nuint offset)
    {
        V256 result;
        result._lanes = Vector256.LoadUnsafe(ref source, offset);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(ref float destination, nuint offset) => _lanes.StoreUnsafe(ref destination, offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Put(ref float destination, nuint offset) => Flush(this)._lanes.StoreUnsafe(ref destination, offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Put(ref float destination, nuint offset, bool add)
    {
        V256 result = this;
        if (add)
        {
            result._lanes = Vector256.LoadUnsafe(ref destination, offset) + result._lanes;
        }

        result.Put(ref destination, offset);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Add(V256 a, V256 b)
    {
        V256 result;
        result._lanes = a._lanes + b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Subtract(V256 a, V256 b)
    {
        V256 result;
        result._lanes = a._lanes - b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Subtract(float a, V256 b)
    {
        V256 result;
        result._lanes = Vector256.Create(a) - b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Multiply(V256 a, V256 b)
    {
        V256 result;
        result._lanes = a._lanes * b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Divide(V256 a, V256 b)
    {
        V256 result;
        result._lanes = a._lanes / b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Divide(float a, V256 b)
    {
        V256 result;
        result._lanes = Vector256.Create(a) / b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Abs(V256 a)
    {
        V256 result;
        result._lanes = Vector256.Abs(a._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Max(V256 a, V256 b)
    {
        V256 result;
        result._lanes = Vector256.ConditionalSelect(
            Vector256.GreaterThan(a._lanes, b._lanes) | ~Vector256.Equals(a._lanes, a._lanes), a._lanes, b._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Sqrt(V256 a)
    {
        V256 result;
        result._lanes = Vector256.Sqrt(a._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 MultiplyAdd(V256 a, V256 b, V256 c)
    {
        V256 result;
        result._lanes = Vector256.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 MultiplyAdd(V256 a, float b, V256 c)
    {
        V256 result;
        result._lanes = Vector256.MultiplyAddEstimate(a._lanes, Vector256.Create(b), c._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 MultiplyAdd(V256 a, float b, float c)
    {
        V256 result;
        result._lanes = Vector256.MultiplyAddEstimate(a._lanes, Vector256.Create(b), Vector256.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 MultiplyAdd(V256 a, V256 b, float c)
    {
        V256 result;
        result._lanes = Vector256.MultiplyAddEstimate(a._lanes, b._lanes, Vector256.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Clamp(V256 value, float low, float high)
    {
        V256 result;
        result._lanes = Vector256.MaxNative(Vector256.Create(low), Vector256.MinNative(Vector256.Create(high), value._lanes));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Clamp(V256 value, float low, float end, float high)
    {
        V256 result;
        result._lanes = Vector256.ConditionalSelect(
            Vector256.LessThan(value._lanes, Vector256.Create(low)),
            Vector256.Create(end),
            Vector256.MinNative(Vector256.Create(high), value._lanes));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Positive(V256 value)
    {
        V256 result;
        result._lanes = Vector256.MaxNative(Vector256<float>.Zero, value._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 PowerOfTwo(V256 shifted)
    {
        V256 result;
        result._lanes = ((shifted._lanes.AsInt32() << 23) + Vector256.Create(0x3F800000)).AsSingle();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 WherePositive(V256 condition, V256 value)
    {
        V256 result;
        result._lanes = Vector256.GreaterThan(condition._lanes, Vector256<float>.Zero) & value._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 LowHalf(V256 pairs)
    {
        V256 result;
        result._lanes = Vector256.ShiftLeft(pairs._lanes.AsUInt32(), 16).AsSingle();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 HighHalf(V256 pairs)
    {
        V256 result;
        result._lanes = (pairs._lanes.AsUInt32() & Vector256.Create(0xFFFF0000u)).AsSingle();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Flush(V256 value, int bits = Faint.Bits)
    {
        V256 result;
        result._lanes = Vector256.AndNot(
            value._lanes, Vector256.Equals(value._lanes.AsInt32() & Vector256.Create(bits), Vector256<int>.Zero).AsSingle());
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V256 Blend(V256 z, V256 n, V256 h)
    {
        Vector256<float> kept = z._lanes * h._lanes;
        Vector256<int> large = (n._lanes.AsInt32() | h._lanes.AsInt32() | kept.AsInt32()) & Vector256.Create(Faint.Bits);
        V256 result;
        result._lanes = Vector256.AndNot(
            Vector256.MultiplyAddEstimate(Vector256.Create(1f) - z._lanes, n._lanes, kept),
            Vector256.Equals(large, Vector256<int>.Zero).AsSingle());
        return result;
    }
}
