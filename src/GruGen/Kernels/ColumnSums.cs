using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>Sums over rows: the gradients of biases, and of states that all sequences start from.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ColumnSums
{
    /// <summary><c>sums += row</c>, row after row, for a share of the columns.</summary>
    /// <param name="rows">rows[count, stride], of which <paramref name="columns"/> count.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="sums">Gains the sums[columns].</param>
    /// <param name="columns">The number of columns, whole vectors.</param>
    /// <param name="share">Whose columns it is about.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Add<V>(ref float rows, nuint stride, nuint count, ref float sums, nuint columns, Share share)
        where V : struct, ISimd<V>
    {
        nuint lanes = (nuint)V.Count;
        (nuint column, nuint end) = share.Of(columns, V.Count);
        for (; column + (4 * lanes) <= end; column += 4 * lanes)
        {
            ref float row = ref Unsafe.Add(ref rows, column), sum = ref Unsafe.Add(ref sums, column);
            V s0 = V.Load(ref sum, 0), s1 = V.Load(ref sum, lanes), s2 = V.Load(ref sum, 2 * lanes), s3 = V.Load(ref sum, 3 * lanes);
            for (nuint i = 0; i < count; i++, row = ref Unsafe.Add(ref row, stride))
            {
                s0 = V.Add(s0, V.Load(ref row, 0));
                s1 = V.Add(s1, V.Load(ref row, lanes));
                s2 = V.Add(s2, V.Load(ref row, 2 * lanes));
                s3 = V.Add(s3, V.Load(ref row, 3 * lanes));
            }

            s0.Store(ref sum, 0);
            s1.Store(ref sum, lanes);
            s2.Store(ref sum, 2 * lanes);
            s3.Store(ref sum, 3 * lanes);
        }

        for (; column < end; column += lanes)
        {
            ref float row = ref Unsafe.Add(ref rows, column);
            V sum = V.Load(ref sums, column);
            for (nuint i = 0; i < count; i++, row = ref Unsafe.Add(ref row, stride))
            {
                sum = V.Add(sum, V.Load(ref row, 0));
            }

            sum.Store(ref sums, column);
        }
    }
}
