using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GruGen.Kernels;

/// <summary>4 floats in a 128-bit vector.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public struct V128 : ISimd<V128>
{
    private Vector128<float> _lanes;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    /// <inheritdoc/>
    public static bool Fuses
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Simd.Fuses;
    }

    /// <inheritdoc/>
    public static V128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Create(float value)
    {
        V128 result;
        result._lanes = Vector128.Create(value);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Broadcast(ref float source, nuint offset)
    {
        V128 result;
        result._lanes = Vector128.Create(Unsafe.Add(ref source, offset));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Load(ref float source, nuint offset)
    {
        V128 result;
        result._lanes = Vector128.LoadUnsafe(ref source, offset);
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
        V128 result = this;
        if (add)
        {
            result._lanes = Vector128.LoadUnsafe(ref destination, offset) + result._lanes;
        }

        result.Put(ref destination, offset);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Add(V128 a, V128 b)
    {
        V128 result;
        result._lanes = a._lanes + b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Subtract(V128 a, V128 b)
    {
        V128 result;
        result._lanes = a._lanes - b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Subtract(float a, V128 b)
    {
        V128 result;
        result._lanes = Vector128.Create(a) - b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Multiply(V128 a, V128 b)
    {
        V128 result;
        result._lanes = a._lanes * b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Divide(V128 a, V128 b)
    {
        V128 result;
        result._lanes = a._lanes / b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Divide(float a, V128 b)
    {
        V128 result;
        result._lanes = Vector128.Create(a) / b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Abs(V128 a)
    {
        V128 result;
        result._lanes = Vector128.Abs(a._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Max(V128 a, V128 b)
    {
        V128 result;
        result._lanes = Vector128.ConditionalSelect(
            Vector128.GreaterThan(a._lanes, b._lanes) | ~Vector128.Equals(a._lanes, a._lanes), a._lanes, b._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Sqrt(V128 a)
    {
        V128 result;
        result._lanes = Vector128.Sqrt(a._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 MultiplyAdd(V128 a, V128 b, V128 c)
    {
        V128 result;
        result._lanes = Vector128.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 MultiplyAdd(V128 a, float b, V128 c)
    {
        V128 result;
        result._lanes = Vector128.MultiplyAddEstimate(a._lanes, Vector128.Create(b), c._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 MultiplyAdd(V128 a, float b, float c)
    {
        V128 result;
        result._lanes = Vector128.MultiplyAddEstimate(a._lanes, Vector128.Create(b), Vector128.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 MultiplyAdd(V128 a, V128 b, float c)
    {
        V128 result;
        result._lanes = Vector128.MultiplyAddEstimate(a._lanes, b._lanes, Vector128.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Clamp(V128 value, float low, float high)
    {
        V128 result;
        result._lanes = Vector128.MaxNative(Vector128.Create(low), Vector128.MinNative(Vector128.Create(high), value._lanes));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Clamp(V128 value, float low, float end, float high)
    {
        V128 result;
        result._lanes = Vector128.ConditionalSelect(
            Vector128.LessThan(value._lanes, Vector128.Create(low)),
            Vector128.Create(end),
            Vector128.MinNative(Vector128.Create(high), value._lanes));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Positive(V128 value)
    {
        V128 result;
        result._lanes = Vector128.MaxNative(Vector128<float>.Zero, value._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 PowerOfTwo(V128 shifted)
    {
        V128 result;
        result._lanes = ((shifted._lanes.AsInt32() << 23) + Vector128.Create(0x3F800000)).AsSingle();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 WherePositive(V128 condition, V128 value)
    {
        V128 result;
        result._lanes = Vector128.GreaterThan(condition._lanes, Vector128<float>.Zero) & value._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 LowHalf(V128 pairs)
    {
        V128 result;
        result._lanes = Vector128.ShiftLeft(pairs._lanes.AsUInt32(), 16).AsSingle();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 HighHalf(V128 pairs)
    {
        V128 result;
        result._lanes = (pairs._lanes.AsUInt32() & Vector128.Create(0xFFFF0000u)).AsSingle();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Flush(V128 value, int bits = Faint.Bits)
    {
        V128 result;
        result._lanes = Vector128.AndNot(
            value._lanes, Vector128.Equals(value._lanes.AsInt32() & Vector128.Create(bits), Vector128<int>.Zero).AsSingle());
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V128 Blend(V128 z, V128 n, V128 h)
    {
        Vector128<float> kept = z._lanes * h._lanes;
        Vector128<int> large = (n._lanes.AsInt32() | h._lanes.AsInt32() | kept.AsInt32()) & Vector128.Create(Faint.Bits);
        V128 result;
        result._lanes = Vector128.AndNot(
            Vector128.MultiplyAddEstimate(Vector128.Create(1f) - z._lanes, n._lanes, kept),
            Vector128.Equals(large, Vector128<int>.Zero).AsSingle());
        return result;
    }
}
