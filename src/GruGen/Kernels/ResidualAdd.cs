using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>The input of a layer added to its output.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ResidualAdd
{
    /// <summary><c>sum = x + y</c></summary>
    /// <param name="x">x[rows, size, padded], of which the last row may end without its padding.</param>
    /// <param name="y">y[rows, size, padded].</param>
    /// <param name="sum">Receives sum[rows, size, padded]; may be y.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Forward<V>(ref float x, ref float y, ref float sum, nint rows, int size)
        where V : struct, ISimd<V>
    {
        if (rows == 0)
        {
            return;
        }

        nuint stride = (nuint)Simd.Padded(size), end = (nuint)rows * stride, last = end - stride + (nuint)size, i = 0;
        for (; i + (nuint)V.Count <= last; i += (nuint)V.Count)
        {
            V.Add(V.Load(ref x, i), V.Load(ref y, i)).Store(ref sum, i);
        }

        for (; i < last; i++)
        {
            V1.Add(V1.Load(ref x, i), V1.Load(ref y, i)).Store(ref sum, i);
        }

        for (; i < end; i++)
        {
            Unsafe.Add(ref sum, i) = 0;
        }
    }
}
