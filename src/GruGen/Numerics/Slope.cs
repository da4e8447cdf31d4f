using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// The slopes of the curves, lane by lane, from what a curve gave: <c>y = Curve.Tanh(x)</c> has the derivative <c>Slope.Tanh(y)</c> at x.
/// Where a curve has a corner, the slope is that of its flat side.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Slope
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

    [MethodImpl(Jit.Inline)]
    private static V Between<V>(V y, float slope)
        where V : struct, ISimd<V> =>
        V.WherePositive(y, V.WherePositive(V.Subtract(1f, y), V.Create(slope)));
}
