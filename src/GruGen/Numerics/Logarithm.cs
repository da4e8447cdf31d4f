using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GruGen.Kernels;

/// <summary>Natural logarithms of many numbers.</summary>
internal static class Logarithm
{
    /// <summary>
    /// <c>ln(1 + u) = 2·artanh s</c> with <c>s = u/(2 + u)</c>, for u from −½ to 1; the series to s¹⁵ is exact to 2^−29.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    public static V OnePlus<V>(V u)
        where V : struct, ISimd<V>
    {
        V s = V.Divide(u, V.Add(V.Create(2f), u)), s2 = V.MultiplyAdd(s, s, Activate.Tiny);
        V sum = V.MultiplyAdd(s2, 2f / 15, 2f / 13);
        sum = V.MultiplyAdd(sum, s2, 2f / 11);
        sum = V.MultiplyAdd(sum, s2, 2f / 9);
        sum = V.MultiplyAdd(sum, s2, 2f / 7);
        sum = V.MultiplyAdd(sum, s2, 2f / 5);
        sum = V.MultiplyAdd(sum, s2, 2f / 3);
        return V.Multiply(V.MultiplyAdd(sum, s2, 2f), s);
    }

    /// <summary>
    /// <c>y = ln x</c>, for x from 0 on, whose logarithm is −∞, by vectors of one width on every machine, as in <see cref="Reduce"/>: the
    /// width of the others does not show in the result.
    /// </summary>
    /// <param name="x">x[count]</param>
    /// <param name="y">Receives y[count]; may be <paramref name="x"/>.</param>
    /// <param name="count">A multiple of sixteen.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Of(ref float x, ref float y, nuint count)
    {
        for (nuint i = 0; i < count; i += 8)
        {
            Vector256.Log(Vector256.LoadUnsafe(ref x, i)).StoreUnsafe(ref y, i);
        }
    }
}
