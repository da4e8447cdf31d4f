using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Integers = System.Runtime.Intrinsics.Vector128<int>;
using Lanes = System.Runtime.Intrinsics.Vector128<float>;
using Ops = System.Runtime.Intrinsics.Vector128;

namespace GruGen.Kernels;

/// <summary>4 floats in a 128-bit vector.</summary>
/// <remarks>The three widths have one text, but for names, and for <see cref="Flush"/> and <see cref="Blend"/> at 512 bits.</remarks>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public struct V128 : ISimd<V128>
{
    private Lanes _lanes;

    /// <inheritdoc/>
    public static int Count { [MethodImpl(Jit.Inline)] get => Lanes.Count; }

    /// <inheritdoc/>
    public static bool Fuses { [MethodImpl(Jit.Inline)] get => Simd.Fuses; }

    /// <inheritdoc/>
    public static V128 Zero { [MethodImpl(Jit.Inline)] get => default; }

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Create(float value) => new() { _lanes = Ops.Create(value) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Broadcast(ref float source, nuint offset) => new() { _lanes = Ops.Create(Unsafe.Add(ref source, offset)) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Load(ref float source, nuint offset) => new() { _lanes = Ops.LoadUnsafe(ref source, offset) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public readonly void Store(ref float destination, nuint offset) => _lanes.StoreUnsafe(ref destination, offset);

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public readonly void Put(ref float destination, nuint offset) => Flush(this)._lanes.StoreUnsafe(ref destination, offset);

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public readonly void Put(ref float destination, nuint offset, bool add)
    {
        V128 result = this;
        if (add)
        {
            result._lanes = Ops.LoadUnsafe(ref destination, offset) + result._lanes;
        }

        result.Put(ref destination, offset);
    }

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Add(V128 a, V128 b) => new() { _lanes = a._lanes + b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Subtract(V128 a, V128 b) => new() { _lanes = a._lanes - b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Subtract(float a, V128 b) => new() { _lanes = Ops.Create(a) - b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Multiply(V128 a, V128 b) => new() { _lanes = a._lanes * b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Divide(V128 a, V128 b) => new() { _lanes = a._lanes / b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Divide(float a, V128 b) => new() { _lanes = Ops.Create(a) / b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Abs(V128 a) => new() { _lanes = Ops.Abs(a._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Max(V128 a, V128 b) =>
        new() { _lanes = Ops.ConditionalSelect(Ops.GreaterThan(a._lanes, b._lanes) | ~Ops.Equals(a._lanes, a._lanes), a._lanes, b._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Sqrt(V128 a) => new() { _lanes = Ops.Sqrt(a._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 MultiplyAdd(V128 a, V128 b, V128 c) => new() { _lanes = Ops.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 MultiplyAdd(V128 a, float b, V128 c) =>
        new() { _lanes = Ops.MultiplyAddEstimate(a._lanes, Ops.Create(b), c._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 MultiplyAdd(V128 a, float b, float c) =>
        new() { _lanes = Ops.MultiplyAddEstimate(a._lanes, Ops.Create(b), Ops.Create(c)) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 MultiplyAdd(V128 a, V128 b, float c) =>
        new() { _lanes = Ops.MultiplyAddEstimate(a._lanes, b._lanes, Ops.Create(c)) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Clamp(V128 value, float low, float high) =>
        new() { _lanes = Ops.MaxNative(Ops.Create(low), Ops.MinNative(Ops.Create(high), value._lanes)) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Clamp(V128 value, float low, float end, float high) => new()
    {
        _lanes = Ops.ConditionalSelect(
            Ops.LessThan(value._lanes, Ops.Create(low)), Ops.Create(end), Ops.MinNative(Ops.Create(high), value._lanes)),
    };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Positive(V128 value) => new() { _lanes = Ops.MaxNative(Lanes.Zero, value._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 PowerOfTwo(V128 shifted) =>
        new() { _lanes = ((shifted._lanes.AsInt32() << 23) + Ops.Create(0x3F800000)).AsSingle() };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 WherePositive(V128 condition, V128 value) =>
        new() { _lanes = Ops.GreaterThan(condition._lanes, Lanes.Zero) & value._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 LowHalf(V128 pairs) => new() { _lanes = Ops.ShiftLeft(pairs._lanes.AsUInt32(), 16).AsSingle() };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 HighHalf(V128 pairs) => new() { _lanes = (pairs._lanes.AsUInt32() & Ops.Create(0xFFFF0000u)).AsSingle() };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Flush(V128 value, int bits = Faint.Bits) => new()
    {
        _lanes = Ops.AndNot(value._lanes, Ops.Equals(value._lanes.AsInt32() & Ops.Create(bits), Integers.Zero).AsSingle()),
    };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V128 Blend(V128 z, V128 n, V128 h)
    {
        Lanes kept = z._lanes * h._lanes, next = Ops.MultiplyAddEstimate(Ops.Create(1f) - z._lanes, n._lanes, kept);
        Integers large = (n._lanes.AsInt32() | h._lanes.AsInt32() | kept.AsInt32()) & Ops.Create(Faint.Bits);
        return new() { _lanes = Ops.AndNot(next, Ops.Equals(large, Integers.Zero).AsSingle()) };
    }
}
