using System.ComponentModel;

namespace GruGen.Kernels;

/// <summary>
/// A vector of <see cref="Count"/> floats. Emitted kernels are written once against this contract and specialised by the JIT for each
/// implementation. Every operation works lane by lane and rounds alike at every width, so a kernel gives the same bits
/// with any of them.
/// </summary>
/// <remarks>
/// Operations with constants take them as floats, and implementations set their one field instead of calling a constructor: the JIT stops
/// inlining in a method after some hundred inlined calls, and every call counts.
/// </remarks>
/// <typeparam name="V">The implementing vector.</typeparam>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISimd<V>
    where V : struct, ISimd<V>
{
    /// <summary>The number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>
    /// Whether a multiply-add is one operation of the processor; otherwise it takes a register of its own for the product.
    /// </summary>
    static abstract bool Fuses { get; }

    /// <summary>The vector of zeros.</summary>
    static abstract V Zero { get; }

    /// <summary><paramref name="value"/> in every lane.</summary>
    static abstract V Create(float value);

    /// <summary>The float at <paramref name="source"/> + <paramref name="offset"/> elements, in every lane.</summary>
    static abstract V Broadcast(ref float source, nuint offset);

    /// <summary>The lanes at <paramref name="source"/> + <paramref name="offset"/> elements; no alignment needed.</summary>
    static abstract V Load(ref float source, nuint offset);

    /// <summary>Writes the lanes to <paramref name="destination"/> + <paramref name="offset"/> elements.</summary>
    void Store(ref float destination, nuint offset);

    /// <summary>
    /// Writes the lanes as <see cref="Store"/> does, but +0 where one is below 2^−95: <c>Flush(this).Store(…)</c>, for results that may
    /// have faded.
    /// </summary>
    void Put(ref float destination, nuint offset);

    /// <summary>The same, or adds the lanes to what is there before it.</summary>
    void Put(ref float destination, nuint offset, bool add);

    /// <summary><c>a + b</c></summary>
    static abstract V Add(V a, V b);

    /// <summary><c>a − b</c></summary>
    static abstract V Subtract(V a, V b);

    /// <summary><c>a · b</c></summary>
    static abstract V Multiply(V a, V b);

    /// <summary><c>a / b</c></summary>
    static abstract V Divide(V a, V b);

    /// <summary><c>|a|</c></summary>
    static abstract V Abs(V a);

    /// <summary>The larger of both, <paramref name="b"/> of two that are equal; NaN if either is.</summary>
    /// <remarks>
    /// From comparisons, because the runtime's own maximum loses a NaN where it was compiled while subnormal numbers were switched off.
    /// </remarks>
    static abstract V Max(V a, V b);

    /// <summary><c>√a</c></summary>
    static abstract V Sqrt(V a);

    /// <summary><c>a · b + c</c>, rounded once where the processor has fused multiply-add.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary><c>a · b + c</c></summary>
    static abstract V MultiplyAdd(V a, float b, V c);

    /// <summary><c>a · b + c</c></summary>
    static abstract V MultiplyAdd(V a, float b, float c);

    /// <summary><c>a · b + c</c></summary>
    static abstract V MultiplyAdd(V a, V b, float c);

    /// <summary><c>a − b</c></summary>
    static abstract V Subtract(float a, V b);

    /// <summary><c>a / b</c></summary>
    static abstract V Divide(float a, V b);

    /// <summary>
    /// <paramref name="value"/>, but no less than <paramref name="low"/> and no more than <paramref name="high"/>; a NaN stays.
    /// </summary>
    static abstract V Clamp(V value, float low, float high);

    /// <summary>
    /// <paramref name="value"/>, but <paramref name="end"/> where it is less than <paramref name="low"/>, and no more than
    /// <paramref name="high"/>; a NaN stays.
    /// </summary>
    static abstract V Clamp(V value, float low, float end, float high);

    /// <summary>max(<paramref name="value"/>, 0); a NaN stays.</summary>
    static abstract V Positive(V value);

    /// <summary>
    /// <c>2^n</c> for <paramref name="shifted"/> = 1.5·2²³ + n with a whole n in −127…128; 128 gives infinity and −127 zero.
    /// </summary>
    static abstract V PowerOfTwo(V shifted);

    /// <summary>The bfloat16 in the low half of each lane's bits, as a float.</summary>
    static abstract V LowHalf(V pairs);

    /// <summary>The bfloat16 in the high half of each lane's bits, as a float.</summary>
    static abstract V HighHalf(V pairs);

    /// <summary><paramref name="value"/> where <paramref name="condition"/> is above zero, and 0 elsewhere.</summary>
    static abstract V WherePositive(V condition, V value);

    /// <summary>
    /// <paramref name="value"/>, but +0 where it is so small that its exponent has none of the <paramref name="bits"/>: of
    /// <see cref="Faint"/>, which has the thresholds. NaN and infinities stay.
    /// </summary>
    static abstract V Flush(V value, int bits = Faint.Bits);

    /// <summary>
    /// The next state of a GRU, <c>h' = (1 − z) · n + z · h</c>, but +0 where n and h are both below 2^−95, so that a state that fades
    /// ends at zero and not among subnormal numbers.
    /// </summary>
    /// <remarks>
    /// n and h are looked at instead of h', because they are there while h' is still being computed, so that nothing waits; and z · h, so
    /// that a NaN in z stays.
    /// </remarks>
    static abstract V Blend(V z, V n, V h);
}
