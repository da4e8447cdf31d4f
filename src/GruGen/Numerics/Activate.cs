using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// The activations of gates and layers, lane by lane. A NaN stays NaN, and infinities give the limits. The errors are the largest over
/// every float of the range, in units in the last place of the exact value; in parentheses those on a processor without fused
/// multiply-add.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Activate
{
    // 2^f on [−0.5, 0.5] by a polynomial of degree 5, minimax in relative error (2^−23.7).
    private const float E0 = 1.0f, E1 = 0.693146967062f, E2 = 0.240221197237f;
    private const float E3 = 0.0555071327608f, E4 = 0.00967554134287f, E5 = 0.0013276471387f;

    // tanh x = x·P(x²)/Q(x²) on [−9, 9], minimax in relative error (2^−25.5).
    private const float P0 = 0.999999979449f, P1 = 0.133810244518f, P2 = 0.0034955867606f, P3 = 2.06090613411e-5f, P4 = 1.33546350524e-8f;
    private const float Q1 = 0.467143400422f, Q2 = 0.0258769768899f, Q3 = 0.000328563265077f, Q4 = 7.7765469327e-7f;

    // Φ(−t)·e^(t²/2)·(t + 4) for t from 0 to 14.2 by a polynomial of degree 9 in w = (t − 4)/(t + 4), minimax in relative error (2^−25.6).
    private const float N0 = 0.7552851354371f, N1 = -0.6078966122064f, N2 = 0.3871368829761f, N3 = -0.18652278728f, N4 = 0.06040454801939f;
    private const float N5 = -0.007529506268615f, N6 = -0.003518978127f, N7 = 0.001576076807336f, N8 = 0.0001944996893386f;
    private const float N9 = -0.0001250977869166f;

    // Added to a square, so that no power of a tiny argument is subnormal. All that it changes is which way a square rounds that lies
    // halfway between two floats: the last bit of one result in a million, with fused multiply-add; without, none.
    internal const float Tiny = 8.6736174e-19f; // 2^−60

    private const float Log2E = 1.44269504f;
    private const float Log2EError = 1.33497e-8f; // (log₂ e − Log2E)·ln 2
    private const float Shift = 12582912f; // 1.5·2²³: adding it rounds to a whole number

    /// <summary><c>σ(x) = 1 / (1 + e^−x)</c></summary>
    /// <remarks>
    /// Above 0 within 1.9 (1.9) ULP, from −10 on within 5.5 (10) ULP, from −20 on within 7.5 (18) ULP, from −88.3 on within 22 (65) ULP;
    /// below −88.38, where the exact value is under 4.2e-39, it is 0. The absolute error is 1.1e-7 anywhere.
    /// </remarks>
    [MethodImpl(Jit.Inline)]
    public static V Sigmoid<V>(V x)
        where V : struct, ISimd<V> =>
        InverseOfOnePlusExp(V.Clamp(x, -88.9f, 88.2f));

    /// <summary>
    /// <c>σ(x)</c> of a gate: as <see cref="Sigmoid"/>, but 0 below 2^−31, that is for x below −21.48. A state or a gradient, both zero
    /// or at least 2^−95 (<see cref="Faint"/>), times a gate is then zero or a normal number.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    public static V SigmoidGate<V>(V x)
        where V : struct, ISimd<V> =>
        InverseOfOnePlusExp(V.Clamp(x, -21.48f, -88.9f, 88.2f));

    /// <summary><c>1 / (1 + e^−x)</c> for x from −88.9, where it is 0, to 88.2, where it is 1.</summary>
    [MethodImpl(Jit.Inline)]
    private static V InverseOfOnePlusExp<V>(V x)
        where V : struct, ISimd<V>
    {
        // e^−x = 2^n · 2^f with n whole and |f| ≤ ½; the ends give 2^128 = ∞, hence 0, and 2^−127 = 0, hence 1
        V shifted = V.MultiplyAdd(x, -Log2E, Shift);
        V f = V.MultiplyAdd(x, -Log2E, V.Subtract(Shift, shifted));
        return V.Divide(1f, V.MultiplyAdd(PowerOfTwo(f), V.PowerOfTwo(shifted), 1f));
    }

    /// <summary>
    /// <c>e^x</c>; infinity above 88.37, which is a little before a float is full, and 0 below −87.68, where floats are denormal.
    /// </summary>
    /// <remarks>From −10 to 0 within 3.3 (8.5) ULP, up to 10 within 5 (9.1) ULP, from −87.3 to 88.37 within 21 (65) ULP.</remarks>
    [MethodImpl(Jit.Inline)]
    public static V Exp<V>(V x)
        where V : struct, ISimd<V>
    {
        x = V.Clamp(x, -88.2f, 88.9f);
        V shifted = V.MultiplyAdd(x, Log2E, Shift);
        V f = V.MultiplyAdd(x, Log2E, V.Subtract(Shift, shifted));
        return V.Multiply(PowerOfTwo(f), V.PowerOfTwo(shifted));
    }

    /// <summary><c>tanh x</c></summary>
    /// <remarks>Within 5.6 (6.3) ULP, an absolute error of 3.8e-7; exactly odd. From 8.00167 on exactly ±1.</remarks>
    [MethodImpl(Jit.Inline)]
    public static V Tanh<V>(V x)
        where V : struct, ISimd<V>
    {
        x = V.Clamp(x, -8.00167f, 8.00167f); // where the quotient is ±1
        V u = V.MultiplyAdd(x, x, Tiny), u2 = V.Multiply(u, u);
        V p = V.MultiplyAdd(V.MultiplyAdd(u2, P4, V.MultiplyAdd(u, P3, P2)), u2, V.MultiplyAdd(u, P1, P0));
        V q = V.MultiplyAdd(V.MultiplyAdd(u2, Q4, V.MultiplyAdd(u, Q3, Q2)), u2, V.MultiplyAdd(u, Q1, 1f));
        return V.Divide(V.Multiply(x, p), q);
    }

    /// <summary><c>x / (1 + |x|)</c></summary>
    /// <remarks>Within 1.5 ULP; exactly odd.</remarks>
    [MethodImpl(Jit.Inline)]
    public static V Softsign<V>(V x)
        where V : struct, ISimd<V>
    {
        x = V.Clamp(x, float.MinValue, float.MaxValue); // where the quotient is ±1
        return V.Divide(x, V.Add(V.Create(1f), V.Abs(x)));
    }

    /// <summary><c>x · σ(x)</c></summary>
    /// <remarks>
    /// Above 0 within 3.4 (3.4) ULP, from −10 on within 6 (11) ULP, from −20 on within 8.5 (20) ULP, from −87.3 on within 23 (66) ULP;
    /// below, where the exact value is under 1.1e-36, it is 0.
    /// </remarks>
    [MethodImpl(Jit.Inline)]
    public static V Silu<V>(V x)
        where V : struct, ISimd<V> =>
        V.Multiply(V.Clamp(x, -88f, float.PositiveInfinity), InverseOfOnePlusExp(V.Clamp(x, -87.3f, -88.9f, 88.2f)));

    /// <summary><c>x · Φ(x)</c> with the standard normal distribution Φ (Hendrycks and Gimpel 2016).</summary>
    /// <remarks>
    /// Above 0 within 6.8 (6.8) ULP, from −3 on within 9.5 (10) ULP, from −13.1 on within 9.5 (105) ULP; below, where the exact value is
    /// under 2.2e-38, it is 0.
    /// </remarks>
    [MethodImpl(Jit.Inline)]
    public static V Gelu<V>(V x)
        where V : struct, ISimd<V>
    {
        V s = LowerHalf(x); // x·Φ(x) = max(x, 0) + s·Φ(s)
        return V.MultiplyAdd(V.Multiply(s, NormalRatio(s)), NormalPower(s), V.Positive(x));
    }

    /// <summary><c>−|x|</c>, but −14.2 below −13.1, where <see cref="NormalPower"/> is 0.</summary>
    [MethodImpl(Jit.Inline)]
    internal static V LowerHalf<V>(V x)
        where V : struct, ISimd<V> =>
        V.Clamp(V.Subtract(0f, V.Abs(x)), -13.1f, -14.2f, 0f);

    /// <summary><c>e^(−s²/2)</c> for s from −14.2, where it is 0, to 0.</summary>
    [MethodImpl(Jit.Inline)]
    internal static V NormalPower<V>(V s)
        where V : struct, ISimd<V>
    {
        // what the square, and the constant of the exponential function, have lost in rounding is a factor that is almost 1
        V square = V.MultiplyAdd(s, s, Tiny), lost = V.MultiplyAdd(s, s, V.Subtract(0f, square));
        V power = Exp(V.Multiply(square, V.Create(-0.5f)));
        return V.MultiplyAdd(V.Multiply(power, V.Create(-0.5f)), V.MultiplyAdd(square, V.Create(Log2EError), lost), power);
    }

    /// <summary><c>Φ(s)·e^(s²/2)</c> for s from −14.2 to 0.</summary>
    [MethodImpl(Jit.Inline)]
    internal static V NormalRatio<V>(V s)
        where V : struct, ISimd<V>
    {
        V inverse = V.Divide(1f, V.Subtract(4f, s)), w = V.MultiplyAdd(inverse, -8f, 1f), w2 = V.Multiply(w, w), w4 = V.Multiply(w2, w2);
        V low = V.MultiplyAdd(V.MultiplyAdd(w, N3, N2), w2, V.MultiplyAdd(w, N1, N0));
        V high = V.MultiplyAdd(V.MultiplyAdd(w, N7, N6), w2, V.MultiplyAdd(w, N5, N4));
        return V.Multiply(inverse, V.MultiplyAdd(V.MultiplyAdd(V.MultiplyAdd(w, N9, N8), w4, high), w4, low));
    }

    /// <summary><c>x/6 + ½</c>, but no less than 0 and no more than 1: PyTorch's and Keras 3's.</summary>
    [MethodImpl(Jit.Inline)]
    public static V HardSigmoid<V>(V x)
        where V : struct, ISimd<V> =>
        V.Clamp(V.MultiplyAdd(x, 1f / 6, 0.5f), 0f, 1f);

    /// <summary><c>0.2·x + ½</c>, but no less than 0 and no more than 1: Keras 2's, and ONNX' default.</summary>
    [MethodImpl(Jit.Inline)]
    public static V HardSigmoidKeras2<V>(V x)
        where V : struct, ISimd<V> =>
        V.Clamp(V.MultiplyAdd(x, 0.2f, 0.5f), 0f, 1f);

    /// <summary><c>2^f</c> for |f| ≤ ½</summary>
    [MethodImpl(Jit.Inline)]
    private static V PowerOfTwo<V>(V f)
        where V : struct, ISimd<V>
    {
        V f2 = V.MultiplyAdd(f, f, Tiny);
        V high = V.MultiplyAdd(f, E5, E4);
        V middle = V.MultiplyAdd(f, E3, E2);
        V low = V.MultiplyAdd(f, E1, E0);
        return V.MultiplyAdd(V.MultiplyAdd(high, f2, middle), f2, low);
    }
}

/// <summary>
/// The derivatives of the activations, lane by lane, from what an activation gave: <c>y = Activate.Tanh(x)</c> has the derivative
/// <c>Derivative.Tanh(y)</c> at x; those whose parameter is called x are computed from that. Where an activation has a corner, the
/// derivative is that of its flat side.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Derivative
{
    /// <summary><c>1</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V Linear<V>(V y)
        where V : struct, ISimd<V> =>
        V.Create(1f);

    /// <summary><c>σ' = σ·(1 − σ)</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V Sigmoid<V>(V y)
        where V : struct, ISimd<V> =>
        V.Multiply(y, V.Subtract(1f, y));

    /// <summary><c>tanh' = (1 − tanh)·(1 + tanh)</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V Tanh<V>(V y)
        where V : struct, ISimd<V> =>
        V.Multiply(V.Subtract(1f, y), V.Add(V.Create(1f), y));

    /// <summary><c>1</c> where y is above 0, else <c>0</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V Relu<V>(V y)
        where V : struct, ISimd<V> =>
        V.WherePositive(y, V.Create(1f));

    /// <summary><c>(1 − |y|)²</c>, which is <c>1 / (1 + |x|)²</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V Softsign<V>(V y)
        where V : struct, ISimd<V>
    {
        V rest = V.Subtract(1f, V.Abs(y));
        return V.Multiply(rest, rest);
    }

    /// <summary><c>σ(x) + x · σ(x) · σ(−x)</c></summary>
    /// <remarks>The absolute error is 2e-7.</remarks>
    [MethodImpl(Jit.Inline)]
    public static V Silu<V>(V x)
        where V : struct, ISimd<V>
    {
        // with e = e^−|x| the sigmoids of |x| and −|x| are 1/(1 + e) and e/(1 + e)
        x = V.Clamp(x, -87.3f, -88.9f, 87.3f); // where the derivative is 0 and 1
        V e = Activate.Exp(V.Subtract(0f, V.Abs(x)));
        V large = V.Divide(1f, V.Add(V.Create(1f), e)), small = V.Multiply(e, large);
        return V.MultiplyAdd(V.Multiply(x, small), large, Choose(x, large, small));
    }

    /// <summary><c>Φ(x) + x · φ(x)</c> with the standard normal distribution Φ and its density φ.</summary>
    /// <remarks>The absolute error is 2.6e-7.</remarks>
    [MethodImpl(Jit.Inline)]
    public static V Gelu<V>(V x)
        where V : struct, ISimd<V>
    {
        V s = Activate.LowerHalf(x); // that of s, and 1 less that of s
        V lower = V.Multiply(Activate.NormalPower(s), V.MultiplyAdd(s, 0.39894228f, Activate.NormalRatio(s)));
        return Choose(x, V.Subtract(1f, lower), lower);
    }

    /// <summary><c>1/6</c> where y is between 0 and 1, else <c>0</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V HardSigmoid<V>(V y)
        where V : struct, ISimd<V> =>
        Between(y, 1f / 6);

    /// <summary><c>0.2</c> where y is between 0 and 1, else <c>0</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V HardSigmoidKeras2<V>(V y)
        where V : struct, ISimd<V> =>
        Between(y, 0.2f);

    /// <summary><paramref name="above"/> where x is above 0, <paramref name="other"/> elsewhere; both are finite.</summary>
    [MethodImpl(Jit.Inline)]
    private static V Choose<V>(V x, V above, V other)
        where V : struct, ISimd<V> =>
        V.Add(V.WherePositive(x, above), V.Subtract(other, V.WherePositive(x, other)));

    [MethodImpl(Jit.Inline)]
    private static V Between<V>(V y, float derivative)
        where V : struct, ISimd<V> =>
        V.WherePositive(y, V.WherePositive(V.Subtract(1f, y), V.Create(derivative)));
}
