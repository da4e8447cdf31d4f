using System.Numerics;
using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// A vector of the width that the runtime picks for <see cref="Vector{T}"/>: what portable code uses, and what the emitted kernels, which
/// choose their width themselves, are compared with.
/// </summary>
internal readonly struct VectorT : ISimd<VectorT>
{
    private readonly Vector<float> _lanes;

    private VectorT(Vector<float> lanes) => _lanes = lanes;

    public static int Count { [MethodImpl(Jit.Inline)] get => Vector<float>.Count; }

    public static bool Fuses { [MethodImpl(Jit.Inline)] get => Simd.Fuses; }

    public static VectorT Zero { [MethodImpl(Jit.Inline)] get => default; }

    [MethodImpl(Jit.Inline)] public static VectorT Create(float value) => new(Vector.Create(value));
    [MethodImpl(Jit.Inline)] public static VectorT Broadcast(ref float source, nuint offset) => Create(Unsafe.Add(ref source, offset));
    [MethodImpl(Jit.Inline)] public static VectorT Load(ref float source, nuint offset) => new(Vector.LoadUnsafe(ref source, offset));
    [MethodImpl(Jit.Inline)]
    public void Put(ref float destination, nuint offset, bool add) =>
        (add ? Add(Load(ref destination, offset), this) : this).Put(ref destination, offset);

    [MethodImpl(Jit.Inline)]
    public void Put(ref float destination, nuint offset) => Flush(this)._lanes.StoreUnsafe(ref destination, offset);

    [MethodImpl(Jit.Inline)] public void Store(ref float destination, nuint offset) => _lanes.StoreUnsafe(ref destination, offset);

    [MethodImpl(Jit.Inline)] public static VectorT Add(VectorT a, VectorT b) => new(a._lanes + b._lanes);
    [MethodImpl(Jit.Inline)] public static VectorT Subtract(VectorT a, VectorT b) => new(a._lanes - b._lanes);
    [MethodImpl(Jit.Inline)] public static VectorT Subtract(float a, VectorT b) => new(Vector.Create(a) - b._lanes);
    [MethodImpl(Jit.Inline)] public static VectorT Multiply(VectorT a, VectorT b) => new(a._lanes * b._lanes);
    [MethodImpl(Jit.Inline)] public static VectorT Divide(VectorT a, VectorT b) => new(a._lanes / b._lanes);
    [MethodImpl(Jit.Inline)] public static VectorT Divide(float a, VectorT b) => new(Vector.Create(a) / b._lanes);
    [MethodImpl(Jit.Inline)] public static VectorT Abs(VectorT a) => new(Vector.Abs(a._lanes));

    [MethodImpl(Jit.Inline)]
    public static VectorT Max(VectorT a, VectorT b) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(a._lanes, b._lanes) | ~Vector.Equals(a._lanes, a._lanes), a._lanes, b._lanes));

    [MethodImpl(Jit.Inline)] public static VectorT Sqrt(VectorT a) => new(Vector.SquareRoot(a._lanes));

    [MethodImpl(Jit.Inline)]
    public static VectorT MultiplyAdd(VectorT a, VectorT b, VectorT c) => new(Vector.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes));

    [MethodImpl(Jit.Inline)] public static VectorT MultiplyAdd(VectorT a, VectorT b, float c) => MultiplyAdd(a, b, Create(c));
    [MethodImpl(Jit.Inline)] public static VectorT MultiplyAdd(VectorT a, float b, VectorT c) => MultiplyAdd(a, Create(b), c);
    [MethodImpl(Jit.Inline)] public static VectorT MultiplyAdd(VectorT a, float b, float c) => MultiplyAdd(a, Create(b), Create(c));

    [MethodImpl(Jit.Inline)]
    public static VectorT Clamp(VectorT value, float low, float high) =>
        new(Vector.MaxNative(Vector.Create(low), Vector.MinNative(Vector.Create(high), value._lanes)));

    [MethodImpl(Jit.Inline)]
    public static VectorT Clamp(VectorT value, float low, float end, float high) => new(Vector.ConditionalSelect(
        Vector.LessThan(value._lanes, Vector.Create(low)), Vector.Create(end), Vector.MinNative(Vector.Create(high), value._lanes)));

    [MethodImpl(Jit.Inline)]
    public static VectorT Positive(VectorT value) => new(Vector.MaxNative(Vector<float>.Zero, value._lanes));

    [MethodImpl(Jit.Inline)]
    public static VectorT PowerOfTwo(VectorT shifted) =>
        new(Vector.AsVectorSingle((Vector.AsVectorInt32(shifted._lanes) << 23) + Vector.Create(0x3F800000)));

    [MethodImpl(Jit.Inline)]
    public static VectorT LowHalf(VectorT pairs) => new(Vector.AsVectorSingle(Vector.AsVectorUInt32(pairs._lanes) << 16));

    [MethodImpl(Jit.Inline)]
    public static VectorT HighHalf(VectorT pairs) =>
        new(Vector.AsVectorSingle(Vector.AsVectorUInt32(pairs._lanes) & Vector.Create(0xFFFF0000u)));

    [MethodImpl(Jit.Inline)]
    public static VectorT WherePositive(VectorT condition, VectorT value) =>
        new(Vector.AsVectorSingle(Vector.GreaterThan(condition._lanes, Vector<float>.Zero)) & value._lanes);

    [MethodImpl(Jit.Inline)]
    public static VectorT Flush(VectorT value, int bits = Faint.Bits) =>
        new(Vector.AndNot(value._lanes, Small(Vector.AsVectorInt32(value._lanes), bits)));

    [MethodImpl(Jit.Inline)]
    public static VectorT Blend(VectorT z, VectorT n, VectorT h)
    {
        Vector<float> kept = z._lanes * h._lanes, next = Vector.MultiplyAddEstimate(Vector<float>.One - z._lanes, n._lanes, kept);
        Vector<int> numbers = Vector.AsVectorInt32(n._lanes) | Vector.AsVectorInt32(h._lanes) | Vector.AsVectorInt32(kept);
        return new(Vector.AndNot(next, Small(numbers, Faint.Bits)));
    }

    [MethodImpl(Jit.Inline)]
    private static Vector<float> Small(Vector<int> number, int bits) =>
        Vector.AsVectorSingle(Vector.Equals(number & Vector.Create(bits), Vector<int>.Zero));
}
