using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Integers = System.Runtime.Intrinsics.Vector512<int>;
using Lanes = System.Runtime.Intrinsics.Vector512<float>;
using Ops = System.Runtime.Intrinsics.Vector512;

namespace GruGen.Kernels;

/// <summary>16 floats in a 512-bit vector.</summary>
/// <remarks>The three widths have one text, but for names, and for <see cref="Flush"/> and <see cref="Blend"/> at 512 bits.</remarks>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public struct V512 : ISimd<V512>
{
    private Lanes _lanes;

    /// <inheritdoc/>
    public static int Count { [MethodImpl(Jit.Inline)] get => Lanes.Count; }

    /// <inheritdoc/>
    public static bool Fuses { [MethodImpl(Jit.Inline)] get => Simd.Fuses; }

    /// <inheritdoc/>
    public static V512 Zero { [MethodImpl(Jit.Inline)] get => default; }

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Create(float value) => new() { _lanes = Ops.Create(value) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Broadcast(ref float source, nuint offset) => new() { _lanes = Ops.Create(Unsafe.Add(ref source, offset)) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Load(ref float source, nuint offset) => new() { _lanes = Ops.LoadUnsafe(ref source, offset) };

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
        V512 result = this;
        if (add)
        {
            result._lanes = Ops.LoadUnsafe(ref destination, offset) + result._lanes;
        }

        result.Put(ref destination, offset);
    }

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Add(V512 a, V512 b) => new() { _lanes = a._lanes + b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Subtract(V512 a, V512 b) => new() { _lanes = a._lanes - b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Subtract(float a, V512 b) => new() { _lanes = Ops.Create(a) - b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Multiply(V512 a, V512 b) => new() { _lanes = a._lanes * b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Divide(V512 a, V512 b) => new() { _lanes = a._lanes / b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Divide(float a, V512 b) => new() { _lanes = Ops.Create(a) / b._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Abs(V512 a) => new() { _lanes = Ops.Abs(a._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Max(V512 a, V512 b) =>
        new() { _lanes = Ops.ConditionalSelect(Ops.GreaterThan(a._lanes, b._lanes) | ~Ops.Equals(a._lanes, a._lanes), a._lanes, b._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Sqrt(V512 a) => new() { _lanes = Ops.Sqrt(a._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 MultiplyAdd(V512 a, V512 b, V512 c) => new() { _lanes = Ops.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 MultiplyAdd(V512 a, float b, V512 c) =>
        new() { _lanes = Ops.MultiplyAddEstimate(a._lanes, Ops.Create(b), c._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 MultiplyAdd(V512 a, float b, float c) =>
        new() { _lanes = Ops.MultiplyAddEstimate(a._lanes, Ops.Create(b), Ops.Create(c)) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 MultiplyAdd(V512 a, V512 b, float c) =>
        new() { _lanes = Ops.MultiplyAddEstimate(a._lanes, b._lanes, Ops.Create(c)) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Clamp(V512 value, float low, float high) =>
        new() { _lanes = Ops.MaxNative(Ops.Create(low), Ops.MinNative(Ops.Create(high), value._lanes)) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Clamp(V512 value, float low, float end, float high) => new()
    {
        _lanes = Ops.ConditionalSelect(
            Ops.LessThan(value._lanes, Ops.Create(low)), Ops.Create(end), Ops.MinNative(Ops.Create(high), value._lanes)),
    };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Positive(V512 value) => new() { _lanes = Ops.MaxNative(Lanes.Zero, value._lanes) };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 PowerOfTwo(V512 shifted) =>
        new() { _lanes = ((shifted._lanes.AsInt32() << 23) + Ops.Create(0x3F800000)).AsSingle() };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 WherePositive(V512 condition, V512 value) =>
        new() { _lanes = Ops.GreaterThan(condition._lanes, Lanes.Zero) & value._lanes };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 LowHalf(V512 pairs) => new() { _lanes = Ops.ShiftLeft(pairs._lanes.AsUInt32(), 16).AsSingle() };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 HighHalf(V512 pairs) => new() { _lanes = (pairs._lanes.AsUInt32() & Ops.Create(0xFFFF0000u)).AsSingle() };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Flush(V512 value, int bits = Faint.Bits) => new()
    {
        _lanes = Ops.ConditionalSelect(
            ~Ops.Equals(value._lanes.AsInt32() & Ops.Create(bits), Integers.Zero).AsSingle(), value._lanes, Lanes.Zero),
    };

    /// <inheritdoc/>
    [MethodImpl(Jit.Inline)]
    public static V512 Blend(V512 z, V512 n, V512 h)
    {
        Lanes kept = z._lanes * h._lanes, next = Ops.MultiplyAddEstimate(Ops.Create(1f) - z._lanes, n._lanes, kept);
        Integers large = (n._lanes.AsInt32() | h._lanes.AsInt32() | kept.AsInt32()) & Ops.Create(Faint.Bits);

        // all bits where large is not 0, by its sign: a comparison would go through a mask register, which takes longer than the sum
        return new() { _lanes = next & ((Integers.Zero - large) >> 31).AsSingle() };
    }
}
