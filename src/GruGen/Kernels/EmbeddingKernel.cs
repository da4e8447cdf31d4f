using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>An embedding: for each token a row of a table.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class EmbeddingKernel
{
    /// <summary><c>x = table[token]</c>, row by row.</summary>
    /// <param name="tokens">tokens[rows], each in the table.</param>
    /// <param name="table">table[vocabulary, size].</param>
    /// <param name="x">Receives x[rows, size].</param>
    /// <param name="rows">The number of tokens.</param>
    /// <param name="size">The numbers of a token.</param>
    /// <param name="stride">From one row of x to the next.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Gather(ref int tokens, ref float table, ref float x, nint rows, int size, nint stride)
    {
        for (nint row = 0; row < rows; row++, x = ref Unsafe.Add(ref x, stride))
        {
            Packing.CopyRow(ref Unsafe.Add(ref table, (nint)Unsafe.Add(ref tokens, row) * size), ref x, size);
        }
    }

    /// <summary><c>dTable[token] += dx</c>, row by row.</summary>
    /// <param name="tokens">tokens[rows], as they were gathered.</param>
    /// <param name="dx">dx[rows, size].</param>
    /// <param name="dTable">Gains the gradient: dTable[vocabulary, size].</param>
    /// <param name="rows">The number of tokens.</param>
    /// <param name="size">The numbers of a token.</param>
    /// <param name="stride">From one row of dx to the next.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Scatter<V>(ref int tokens, ref float dx, ref float dTable, nint rows, int size, nint stride)
        where V : struct, ISimd<V>
    {
        for (nint row = 0; row < rows; row++, dx = ref Unsafe.Add(ref dx, stride))
        {
            ref float sum = ref Unsafe.Add(ref dTable, (nint)Unsafe.Add(ref tokens, row) * size);
            nuint i = 0;
            for (; i + (nuint)V.Count <= (nuint)size; i += (nuint)V.Count)
            {
                V.Add(V.Load(ref sum, i), V.Load(ref dx, i)).Store(ref sum, i);
            }

            for (; i < (nuint)size; i++)
            {
                Unsafe.Add(ref sum, i) += Unsafe.Add(ref dx, i);
            }
        }
    }
}
