using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>The exponentials under a softmax.</summary>
internal static class SoftmaxTerms
{
    /// <summary>y = e^(x − max)</summary>
    [MethodImpl(Jit.Optimized)]
    public static void Exponentials<V>(ref float x, float max, ref float y, nuint count)
        where V : struct, ISimd<V>
    {
        V shift = V.Create(max);
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V.Flush(Activate.Exp(V.Subtract(V.Load(ref x, i), shift)), Faint.SubnormalBits).Store(ref y, i);
        }
    }

    /// <summary>y = y·scale; what is below 2^−95 then becomes 0, see <see cref="Faint"/>.</summary>
    [MethodImpl(Jit.Optimized)]
    public static void Scale<V>(ref float y, float scale, nuint count)
        where V : struct, ISimd<V>
    {
        V factor = V.Create(scale);
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V.Multiply(V.Load(ref y, i), factor).Put(ref y, i);
        }
    }
}
