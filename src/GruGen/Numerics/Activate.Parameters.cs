using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <content>Activations with α and β, which are constants of the code that calls them.</content>
public static partial class Activate
{
    private const float Shrunk = 2.3283064e-10f; // 2^−32, from where 2^−31 lies on the threshold of a flush

    /// <summary><c>x</c> above 0, <c>α·(e^x − 1)</c> elsewhere; α from 0 on.</summary>
    /// <remarks>
    /// <c>e^x − 1 = 2t/(1 − t)</c> with <c>t = tanh(x/2)</c>: below 0 nothing cancels in it. With α = 1 within 5 (5) ULP.
    /// </remarks>
    [MethodImpl(Jit.Inline)]
    public static V Elu<V>(V x, float alpha = 1f)
        where V : struct, ISimd<V>
    {
        V t = Tanh(V.MultiplyAdd(V.Clamp(x, float.MinValue, 0f), 0.5f, 0f));
        return V.Add(V.Positive(x), V.Divide(V.MultiplyAdd(t, 2 * alpha, 0f), V.Subtract(1f, t)));
    }

    /// <summary><c>x</c> above 0, <c>α·x</c> elsewhere; α from 0 on.</summary>
    [MethodImpl(Jit.Inline)]
    public static V LeakyRelu<V>(V x, float alpha = 0.01f)
        where V : struct, ISimd<V> =>
        V.MultiplyAdd(V.Clamp(x, float.NegativeInfinity, 0f), alpha, V.Positive(x));

    /// <summary><c>α·tanh(β·x)</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V ScaledTanh<V>(V x, float alpha, float beta)
        where V : struct, ISimd<V> =>
        V.MultiplyAdd(Tanh(V.MultiplyAdd(x, beta, 0f)), alpha, 0f);

    /// <summary><c>α·x + β</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V Affine<V>(V x, float alpha, float beta)
        where V : struct, ISimd<V> =>
        V.MultiplyAdd(x, alpha, beta);

    /// <summary><c>α·x + β</c>, but no less than 0 and no more than 1.</summary>
    [MethodImpl(Jit.Inline)]
    public static V HardSigmoid<V>(V x, float alpha, float beta)
        where V : struct, ISimd<V> =>
        V.Clamp(V.MultiplyAdd(x, alpha, beta), 0f, 1f);

    /// <summary>
    /// What any activation gave, but 0 where it is below 2^−31, for a gate that states and gradients are multiplied by (as
    /// <see cref="SigmoidGate"/>). A NaN stays.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    public static V AsGate<V>(V y)
        where V : struct, ISimd<V> =>
        V.MultiplyAdd(V.Flush(V.MultiplyAdd(y, Shrunk, 0f), Faint.SquareBits), 1 / Shrunk, 0f);
}

/// <content>The derivatives of activations with α and β, and of those whose arguments are clipped.</content>
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

    /// <summary><c>β/α · (α − y)·(α + y)</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V ScaledTanh<V>(V y, float alpha, float beta)
        where V : struct, ISimd<V> =>
        V.Multiply(V.Create(beta / alpha), V.Multiply(V.Subtract(alpha, y), V.Add(V.Create(alpha), y)));

    /// <summary><c>α</c></summary>
    [MethodImpl(Jit.Inline)]
    public static V Affine<V>(V y, float alpha)
        where V : struct, ISimd<V> =>
        V.Create(alpha);

    /// <summary><c>α</c> where y is between 0 and 1, else <c>0</c>.</summary>
    [MethodImpl(Jit.Inline)]
    public static V HardSigmoid<V>(V y, float alpha)
        where V : struct, ISimd<V> =>
        Between(y, alpha);

    /// <summary>A derivative where the activation's value is between two others, else <c>0</c>.</summary>
    [MethodImpl(Jit.Inline)]
    public static V Between<V>(V y, V low, V high, V derivative)
        where V : struct, ISimd<V> =>
        V.WherePositive(V.Subtract(y, low), V.WherePositive(V.Subtract(high, y), derivative));
}
