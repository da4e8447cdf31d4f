using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GruGen.Kernels;

/// <summary>16 floats in a 512-bit vector.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public struct V512 : ISimd<V512>
{
    private Vector512<float> _lanes;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    /// <inheritdoc/>
    public static bool Fuses
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    /// <inheritdoc/>
    public static V512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Create(float value)
    {
        V512 result;
        result._lanes = Vector512.Create(value);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Broadcast(ref float source, nuint offset)
    {
        V512 result;
        result._lanes = Vector512.Create(Unsafe.Add(ref source, offset));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Load(ref float source, nuint offset)
    {
        V512 result;
        result._lanes = Vector512.LoadUnsafe(ref source, offset);
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
        V512 result = this;
        if (add)
        {
            result._lanes = Vector512.LoadUnsafe(ref destination, offset) + result._lanes;
        }

        result.Put(ref destination, offset);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Add(V512 a, V512 b)
    {
        V512 result;
        result._lanes = a._lanes + b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Subtract(V512 a, V512 b)
    {
        V512 result;
        result._lanes = a._lanes - b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Subtract(float a, V512 b)
    {
        V512 result;
        result._lanes = Vector512.Create(a) - b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Multiply(V512 a, V512 b)
    {
        V512 result;
        result._lanes = a._lanes * b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Divide(V512 a, V512 b)
    {
        V512 result;
        result._lanes = a._lanes / b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Divide(float a, V512 b)
    {
        V512 result;
        result._lanes = Vector512.Create(a) / b._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Abs(V512 a)
    {
        V512 result;
        result._lanes = Vector512.Abs(a._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Max(V512 a, V512 b)
    {
        V512 result;
        result._lanes = Vector512.ConditionalSelect(
            Vector512.GreaterThan(a._lanes, b._lanes) | ~Vector512.Equals(a._lanes, a._lanes), a._lanes, b._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Sqrt(V512 a)
    {
        V512 result;
        result._lanes = Vector512.Sqrt(a._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 MultiplyAdd(V512 a, V512 b, V512 c)
    {
        V512 result;
        result._lanes = Vector512.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 MultiplyAdd(V512 a, float b, V512 c)
    {
        V512 result;
        result._lanes = Vector512.MultiplyAddEstimate(a._lanes, Vector512.Create(b), c._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 MultiplyAdd(V512 a, float b, float c)
    {
        V512 result;
        result._lanes = Vector512.MultiplyAddEstimate(a._lanes, Vector512.Create(b), Vector512.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 MultiplyAdd(V512 a, V512 b, float c)
    {
        V512 result;
        result._lanes = Vector512.MultiplyAddEstimate(a._lanes, b._lanes, Vector512.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Clamp(V512 value, float low, float high)
    {
        V512 result;
        result._lanes = Vector512.MaxNative(Vector512.Create(low), Vector512.MinNative(Vector512.Create(high), value._lanes));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Clamp(V512 value, float low, float end, float high)
    {
        V512 result;
        result._lanes = Vector512.ConditionalSelect(
            Vector512.LessThan(value._lanes, Vector512.Create(low)),
            Vector512.Create(end),
            Vector512.MinNative(Vector512.Create(high), value._lanes));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Positive(V512 value)
    {
        V512 result;
        result._lanes = Vector512.MaxNative(Vector512<float>.Zero, value._lanes);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 PowerOfTwo(V512 shifted)
    {
        V512 result;
        result._lanes = ((shifted._lanes.AsInt32() << 23) + Vector512.Create(0x3F800000)).AsSingle();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 WherePositive(V512 condition, V512 value)
    {
        V512 result;
        result._lanes = Vector512.GreaterThan(condition._lanes, Vector512<float>.Zero) & value._lanes;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 LowHalf(V512 pairs)
    {
        V512 result;
        result._lanes = Vector512.ShiftLeft(pairs._lanes.AsUInt32(), 16).AsSingle();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 HighHalf(V512 pairs)
    {
        V512 result;
        result._lanes = (pairs._lanes.AsUInt32() & Vector512.Create(0xFFFF0000u)).AsSingle();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Flush(V512 value, int bits = Faint.Bits)
    {
        V512 result;
        result._lanes = Vector512.ConditionalSelect(
            ~Vector512.Equals(value._lanes.AsInt32() & Vector512.Create(bits), Vector512<int>.Zero).AsSingle(),
            value._lanes,
            Vector512<float>.Zero);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V512 Blend(V512 z, V512 n, V512 h)
    {
        Vector512<float> kept = z._lanes * h._lanes;
        Vector512<int> large = (n._lanes.AsInt32() | h._lanes.AsInt32() | kept.AsInt32()) & Vector512.Create(Faint.Bits);

        // all bits where large is not 0, by its sign: a comparison would go through a mask register, which takes longer than the sum
        Vector512<int> stays = (Vector512<int>.Zero - large) >> 31;
        V512 result;
        result._lanes = Vector512.MultiplyAddEstimate(Vector512.Create(1f) - z._lanes, n._lanes, kept) & stays.AsSingle();
        return result;
    }
}
