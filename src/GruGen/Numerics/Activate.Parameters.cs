using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <content>Activations with a slope or a limit below zero, α.</content>
public static partial class Activate
{
    /// <summary><c>x</c> above 0, <c>α·(e^x − 1)</c> elsewhere; α from 0 on.</summary>
    /// <remarks>
    /// <c>e^x − 1 = 2t/(1 − t)</c> with <c>t = tanh(x/2)</c>: below 0 nothing cancels in it. With α = 1 within 5 (5) ULP.
    /// </remarks>
    [MethodImpl(Jit.Inline)]
    public static V Elu<V>(V x, float alpha = 1f)
        where V : struct, ISimd<V>
    {
        V t = Tanh(V.MultiplyAdd(V.Clamp(x, float.MinValue, 0f), 0.5f, 0f));
        return V.Add(V.Positive(x), V.Divide(V.Multiply(t, V.Create(2 * alpha)), V.Subtract(1f, t)));
    }

    /// <summary><c>x</c> above 0, <c>α·x</c> elsewhere; α from 0 on.</summary>
    [MethodImpl(Jit.Inline)]
    public static V LeakyRelu<V>(V x, float alpha = 0.01f)
        where V : struct, ISimd<V> =>
        V.MultiplyAdd(V.Clamp(x, float.NegativeInfinity, 0f), alpha, V.Positive(x));
}

/// <content>The derivatives of activations with α.</content>
public static partial class Derivative
{
    /// <summary><c>1</c> where y is above 0, else <c>y + α</c>, which is <c>α·e^x</c>.</summary>
    [MethodImpl(Jit.Inline)]
    public static V Elu<V>(V y, float alpha = 1f)
        where V : struct, ISimd<V>
    {
        V above = V.WherePositive(y, V.Create(1f));
        return V.MultiplyAdd(V.Subtract(1f, above), V.Add(V.Create(alpha), y), above);
    }

    /// <summary><c>1</c> where y is above 0, else <c>α</c>.</summary>
    [MethodImpl(Jit.Inline)]
    public static V LeakyRelu<V>(V y, float alpha = 0.01f)
        where V : struct, ISimd<V>
    {
        V above = V.WherePositive(y, V.Create(1f));
        return V.MultiplyAdd(V.Subtract(1f, above), alpha, above);
    }
}
