using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// One float: the scalar twin. With it the very text of a kernel runs as ordinary scalar code, which is what the wide runs are compared
/// with, bit for bit.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct V1 : ISimd<V1>
{
    private readonly float _lane;

    private V1(float lane) => _lane = lane;

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    public static bool Fuses => Simd.Fuses;

    /// <inheritdoc/>
    public static V1 Zero => default;

    /// <inheritdoc/>
    public static V1 Create(float value) => new(value);

    /// <inheritdoc/>
    public static V1 Broadcast(ref float source, nuint offset) => Load(ref source, offset);

    /// <inheritdoc/>
    public static V1 Load(ref float source, nuint offset) => new(Unsafe.Add(ref source, offset));

    /// <inheritdoc/>
    public void Store(ref float destination, nuint offset) => Unsafe.Add(ref destination, offset) = _lane;

    /// <inheritdoc/>
    public void Put(ref float destination, nuint offset) => Unsafe.Add(ref destination, offset) = Faint.Flush(_lane);

    /// <inheritdoc/>
    public void Put(ref float destination, nuint offset, bool add) =>
        (add ? new V1(Unsafe.Add(ref destination, offset) + _lane) : this).Put(ref destination, offset);

    /// <inheritdoc/>
    public static V1 Add(V1 a, V1 b) => new(a._lane + b._lane);

    /// <inheritdoc/>
    public static V1 Subtract(V1 a, V1 b) => new(a._lane - b._lane);

    /// <inheritdoc/>
    public static V1 Multiply(V1 a, V1 b) => new(a._lane * b._lane);

    /// <inheritdoc/>
    public static V1 Divide(V1 a, V1 b) => new(a._lane / b._lane);

    /// <inheritdoc/>
    public static V1 Abs(V1 a) => new(MathF.Abs(a._lane));

    /// <inheritdoc/>
    public static V1 Max(V1 a, V1 b) => a._lane > b._lane || float.IsNaN(a._lane) ? a : b;

    /// <inheritdoc/>
    public static V1 Sqrt(V1 a) => new(MathF.Sqrt(a._lane));

    /// <inheritdoc/>
    public static V1 MultiplyAdd(V1 a, V1 b, V1 c) => new(float.MultiplyAddEstimate(a._lane, b._lane, c._lane));

    /// <inheritdoc/>
    public static V1 MultiplyAdd(V1 a, float b, V1 c) => new(float.MultiplyAddEstimate(a._lane, b, c._lane));

    /// <inheritdoc/>
    public static V1 MultiplyAdd(V1 a, float b, float c) => new(float.MultiplyAddEstimate(a._lane, b, c));

    /// <inheritdoc/>
    public static V1 MultiplyAdd(V1 a, V1 b, float c) => new(float.MultiplyAddEstimate(a._lane, b._lane, c));

    /// <inheritdoc/>
    public static V1 Subtract(float a, V1 b) => new(a - b._lane);

    /// <inheritdoc/>
    public static V1 Divide(float a, V1 b) => new(a / b._lane);

    /// <inheritdoc/>
    public static V1 Clamp(V1 value, float low, float high) => new(value._lane < low ? low : value._lane > high ? high : value._lane);

    /// <inheritdoc/>
    public static V1 Clamp(V1 value, float low, float end, float high) =>
        new(value._lane < low ? end : value._lane > high ? high : value._lane);

    /// <inheritdoc/>
    public static V1 Positive(V1 value) => value._lane < 0 ? default : value;

    /// <inheritdoc/>
    public static V1 PowerOfTwo(V1 shifted) =>
        new(BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(shifted._lane) << 23) + 0x3F800000));

    /// <inheritdoc/>
    public static V1 WherePositive(V1 condition, V1 value) => condition._lane > 0 ? value : default;

    /// <inheritdoc/>
    public static V1 LowHalf(V1 pairs) => new(BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(pairs._lane) << 16));

    /// <inheritdoc/>
    public static V1 HighHalf(V1 pairs) => new(BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(pairs._lane) & 0xFFFF0000u));

    /// <inheritdoc/>
    public static V1 Flush(V1 value, int bits = Faint.Bits) => new(Faint.Flush(value._lane, bits));

    /// <inheritdoc/>
    public static V1 Blend(V1 z, V1 n, V1 h)
    {
        var kept = new V1(z._lane * h._lane);
        return ((Bits(n) | Bits(h) | Bits(kept)) & Faint.Bits) == 0
            ? default
            : new(float.MultiplyAddEstimate(1 - z._lane, n._lane, kept._lane));
    }

    private static int Bits(V1 value) => BitConverter.SingleToInt32Bits(value._lane);
}
