using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// <c>d = g·W</c>, a product with a weight matrix that lies row by row: what carries a gradient from a layer's outputs back to its inputs.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class InputGradient
{
    /// <summary>
    /// <c>d = g·W</c>, tile by tile: columns outside, so that a strip of the weights serves all rows. Where the vectors of a tile do not
    /// divide the columns, the last tile reaches back and does not store what the one before it has stored.
    /// </summary>
    /// <param name="tile">Rows by vectors; there are at least as many columns as the vectors have.</param>
    /// <param name="g">g[rows, segments, depth]; rows up to the end of a tile are read past the last.</param>
    /// <param name="gStride">From one row of g to the next.</param>
    /// <param name="segments">In how many stretches the depth comes.</param>
    /// <param name="depth">The length of a stretch.</param>
    /// <param name="segmentStride">From one stretch of g to the next.</param>
    /// <param name="weights">W[segments · depth, columns].</param>
    /// <param name="weightStride">From one row of W to the next.</param>
    /// <param name="d">Receives or gains d[rows, columns].</param>
    /// <param name="columns">The number of columns, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="add">Whether the product is added to what d holds.</param>
    [MethodImpl(Jit.Inline)]
    public static void Multiply<V>(
        ProductTile tile, ref float g, nuint gStride, nuint segments, nuint depth, nuint segmentStride,
        ref float weights, nuint weightStride, ref float d, nuint columns, nuint rows, bool add)
        where V : struct, ISimd<V>
    {
        switch (tile)
        {
            case ProductTile.Of8x1:
                Tiles8x1<V>(ref g, gStride, segments, depth, segmentStride, ref weights, weightStride, ref d, columns, rows, add);
                break;
            case ProductTile.Of4x2:
                Tiles4x2<V>(ref g, gStride, segments, depth, segmentStride, ref weights, weightStride, ref d, columns, rows, add);
                break;
            case ProductTile.Of4x3:
                Tiles4x3<V>(ref g, gStride, segments, depth, segmentStride, ref weights, weightStride, ref d, columns, rows, add);
                break;
        }
    }

    /// <summary>The same for a share of the rows.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Multiply<V>(
        ProductTile tile, ref float g, nuint gStride, nuint segments, nuint depth, nuint segmentStride,
        ref float weights, nuint weightStride, ref float d, nuint columns, nuint rows, bool add, Share share)
        where V : struct, ISimd<V>
    {
        (nuint row, nuint end) = share.Of(rows, tile == ProductTile.Of8x1 ? 8 : 4);
        Multiply<V>(
            tile, ref Unsafe.Add(ref g, row * gStride), gStride, segments, depth, segmentStride,
            ref weights, weightStride, ref Unsafe.Add(ref d, row * columns), columns, end - row, add);
    }

    [MethodImpl(Jit.Optimized)]
    private static void Tiles8x1<V>(
        ref float g, nuint gStride, nuint segments, nuint depth, nuint segmentStride, ref float weights, nuint weightStride,
        ref float d, nuint columns, nuint rows, bool add)
        where V : struct, ISimd<V>
    {
        for (nuint column = 0; column < columns; column += (nuint)V.Count)
        {
            for (nuint row = 0; row < rows; row += 8)
            {
                ref float gRow = ref Unsafe.Add(ref g, row * gStride), dRow = ref Unsafe.Add(ref d, (row * columns) + column);
                ref float w = ref Unsafe.Add(ref weights, column);
                nuint rest = rows - row;
                if (rest > 4)
                {
                    Tile8x1<V>(ref gRow, ref w, gStride, weightStride, depth, segments, segmentStride, ref dRow, columns, rest, add);
                }
                else
                {
                    Tile4x1<V>(ref gRow, ref w, gStride, weightStride, depth, segments, segmentStride, ref dRow, columns, rest, add);
                }
            }
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Tiles4x2<V>(
        ref float g, nuint gStride, nuint segments, nuint depth, nuint segmentStride, ref float weights, nuint weightStride,
        ref float d, nuint columns, nuint rows, bool add)
        where V : struct, ISimd<V>
    {
        nuint width = 2 * (nuint)V.Count;
        for (nuint next = 0; next < columns; next += width)
        {
            nuint column = nuint.Min(next, columns - width);
            for (nuint row = 0; row < rows; row += V.Count == Simd.MaxLanes ? 8u : 4u)
            {
                Tile4x2<V>(
                    ref Unsafe.Add(ref g, row * gStride), ref Unsafe.Add(ref weights, column), gStride, weightStride,
                    depth, segments, segmentStride,
                    ref Unsafe.Add(ref d, (row * columns) + column), columns, rows - row, add, done: next - column);
            }
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Tiles4x3<V>(
        ref float g, nuint gStride, nuint segments, nuint depth, nuint segmentStride, ref float weights, nuint weightStride,
        ref float d, nuint columns, nuint rows, bool add)
        where V : struct, ISimd<V>
    {
        nuint width = 3 * (nuint)V.Count;
        for (nuint next = 0; next < columns; next += width)
        {
            nuint column = nuint.Min(next, columns - width);
            for (nuint row = 0; row < rows; row += V.Count == Simd.MaxLanes ? 8u : 4u)
            {
                Tile4x3<V>(
                    ref Unsafe.Add(ref g, row * gStride), ref Unsafe.Add(ref weights, column), gStride, weightStride,
                    depth, segments, segmentStride,
                    ref Unsafe.Add(ref d, (row * columns) + column), columns, rows - row, add, done: next - column);
            }
        }
    }
}
