using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary><c>dW += leftᵀ·right</c>, a product that sums over rows: the gradient of a weight matrix, or of its transpose.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class WeightGradient
{
    /// <summary>
    /// <c>dW += leftᵀ·right</c>, row after row, for a share of the columns of left. Of these a tile broadcasts some, of right it reads
    /// vectors.
    /// </summary>
    /// <param name="tile">Columns of left, which are rows of dW, by vectors of right, which divide its columns.</param>
    /// <param name="left">left[rows, leftColumns]; columns up to the end of a tile are read past the last.</param>
    /// <param name="leftStride">From one row of left to the next.</param>
    /// <param name="leftColumns">The columns of left.</param>
    /// <param name="right">right[rows, columns].</param>
    /// <param name="rightStride">From one row of right to the next.</param>
    /// <param name="columns">The columns of right.</param>
    /// <param name="dWeight">Gains dW[leftColumns, columns], with memory for as many rows as whole tiles have.</param>
    /// <param name="dStride">From one row of dW to the next.</param>
    /// <param name="rows">The rows to sum over.</param>
    /// <param name="share">Whose columns of left it is about.</param>
    [MethodImpl(Jit.Inline)]
    public static void Add<V>(
        ProductTile tile, ref float left, nuint leftStride, nuint leftColumns, ref float right, nuint rightStride, nuint columns,
        ref float dWeight, nuint dStride, nuint rows, Share share)
        where V : struct, ISimd<V>
    {
        switch (tile)
        {
            case ProductTile.Of8x1:
                Tiles8x1<V>(ref left, leftStride, leftColumns, ref right, rightStride, columns, ref dWeight, dStride, rows, share);
                break;
            case ProductTile.Of4x2:
                Tiles4x2<V>(ref left, leftStride, leftColumns, ref right, rightStride, columns, ref dWeight, dStride, rows, share);
                break;
            case ProductTile.Of4x3:
                Tiles4x3<V>(ref left, leftStride, leftColumns, ref right, rightStride, columns, ref dWeight, dStride, rows, share);
                break;
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Tiles8x1<V>(
        ref float left, nuint leftStride, nuint leftColumns, ref float right, nuint rightStride, nuint columns,
        ref float dWeight, nuint dStride, nuint rows, Share share)
        where V : struct, ISimd<V>
    {
        (nuint start, nuint end) = share.Of(leftColumns, 8);
        for (nuint column = 0; column < columns; column += (nuint)V.Count)
        {
            for (nuint row = start; row < end; row += 8)
            {
                Tile8x1<V>(
                    ref Unsafe.Add(ref left, row), leftStride, ref Unsafe.Add(ref right, column), rightStride, rows,
                    ref Unsafe.Add(ref dWeight, (row * dStride) + column), dStride);
            }
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Tiles4x2<V>(
        ref float left, nuint leftStride, nuint leftColumns, ref float right, nuint rightStride, nuint columns,
        ref float dWeight, nuint dStride, nuint rows, Share share)
        where V : struct, ISimd<V>
    {
        (nuint start, nuint end) = share.Of(leftColumns, 4);
        for (nuint column = 0; column < columns; column += 2 * (nuint)V.Count)
        {
            for (nuint row = start; row < end; row += V.Count == Simd.MaxLanes ? 8u : 4u)
            {
                Tile4x2<V>(
                    ref Unsafe.Add(ref left, row), leftStride, ref Unsafe.Add(ref right, column), rightStride, rows,
                    ref Unsafe.Add(ref dWeight, (row * dStride) + column), dStride, end - row);
            }
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Tiles4x3<V>(
        ref float left, nuint leftStride, nuint leftColumns, ref float right, nuint rightStride, nuint columns,
        ref float dWeight, nuint dStride, nuint rows, Share share)
        where V : struct, ISimd<V>
    {
        (nuint start, nuint end) = share.Of(leftColumns, 4);
        for (nuint column = 0; column < columns; column += 3 * (nuint)V.Count)
        {
            for (nuint row = start; row < end; row += V.Count == Simd.MaxLanes ? 8u : V.Fuses ? 4u : 2u)
            {
                Tile4x3<V>(
                    ref Unsafe.Add(ref left, row), leftStride, ref Unsafe.Add(ref right, column), rightStride, rows,
                    ref Unsafe.Add(ref dWeight, (row * dStride) + column), dStride, end - row);
            }
        }
    }
}
