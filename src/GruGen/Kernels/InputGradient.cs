using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// <c>d = g·W</c>, a product with a weight matrix that lies row by row: what carries a gradient from a layer's outputs back to its inputs.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class InputGradient
{
    /// <summary>
    /// <c>d = g·W</c>, tile by tile: columns outside, so that a strip of the weights serves all rows. Where the vectors of a tile do not divide the
    /// columns, the last tile reaches back and does not store what the one before it has stored.
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
                ref float gRows = ref Unsafe.Add(ref g, row * gStride), w = ref Unsafe.Add(ref weights, column), dRows = ref Unsafe.Add(ref d, (row * columns) + column);
                if (rows - row > 4)
                {
                    Tile8x1<V>(ref gRows, ref w, gStride, weightStride, depth, segments, segmentStride, ref dRows, columns, rows - row, add);
                }
                else
                {
                    Tile4x1<V>(ref gRows, ref w, gStride, weightStride, depth, segments, segmentStride, ref dRows, columns, rows - row, add);
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
                    ref Unsafe.Add(ref g, row * gStride), ref Unsafe.Add(ref weights, column), gStride, weightStride, depth, segments, segmentStride,
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
                    ref Unsafe.Add(ref g, row * gStride), ref Unsafe.Add(ref weights, column), gStride, weightStride, depth, segments, segmentStride,
                    ref Unsafe.Add(ref d, (row * columns) + column), columns, rows - row, add, done: next - column);
            }
        }
    }

    /// <summary>8 rows by one vector.</summary>
    [MethodImpl(Jit.Tile)]
    private static void Tile8x1<V>(
        ref float g, ref float w, nuint stride, nuint wStride, nuint depth, nuint segments, nuint segmentStride, ref float d, nuint columns, nuint rows, bool add)
        where V : struct, ISimd<V>
    {
        // one pointer moves, at the fourth row: the others lie before and behind it
        nuint two = 2 * stride, three = 3 * stride;
        nuint back1 = unchecked(0 - stride), back2 = unchecked(0 - two), back3 = unchecked(0 - three);
        g = ref Unsafe.Add(ref g, three);
        V d0 = V.Zero, d1 = V.Zero, d2 = V.Zero, d3 = V.Zero, d4 = V.Zero, d5 = V.Zero, d6 = V.Zero, d7 = V.Zero;
        for (; segments > 0; segments--, g = ref Unsafe.Add(ref g, segmentStride))
        {
            ref float g3 = ref g;
            for (nuint k = depth; k > 0; w = ref Unsafe.Add(ref w, wStride), g3 = ref Unsafe.Add(ref g3, 1), k--)
            {
                V w0 = V.Load(ref w, 0);
                d0 = V.MultiplyAdd(V.Broadcast(ref g3, back3), w0, d0);
                d1 = V.MultiplyAdd(V.Broadcast(ref g3, back2), w0, d1);
                d2 = V.MultiplyAdd(V.Broadcast(ref g3, back1), w0, d2);
                d3 = V.MultiplyAdd(V.Broadcast(ref g3, 0), w0, d3);
                d4 = V.MultiplyAdd(V.Broadcast(ref g3, stride), w0, d4);
                d5 = V.MultiplyAdd(V.Broadcast(ref g3, two), w0, d5);
                d6 = V.MultiplyAdd(V.Broadcast(ref g3, three), w0, d6);
                d7 = V.MultiplyAdd(V.Broadcast(ref g3, 2 * two), w0, d7);
            }
        }

        Store(ref d, columns, rows, true, add, d0, d1, d2, d3, d4, d5, d6, d7);
    }

    /// <summary>Up to 4 rows by one vector.</summary>
    [MethodImpl(Jit.Tile)]
    private static void Tile4x1<V>(
        ref float g, ref float w, nuint stride, nuint wStride, nuint depth, nuint segments, nuint segmentStride, ref float d, nuint columns, nuint rows, bool add)
        where V : struct, ISimd<V>
    {
        nuint two = 2 * stride, three = 3 * stride;
        V d0 = V.Zero, d1 = V.Zero, d2 = V.Zero, d3 = V.Zero;
        for (; segments > 0; segments--, g = ref Unsafe.Add(ref g, segmentStride))
        {
            ref float g0 = ref g;
            for (nuint k = depth; k > 0; w = ref Unsafe.Add(ref w, wStride), g0 = ref Unsafe.Add(ref g0, 1), k--)
            {
                V w0 = V.Load(ref w, 0);
                d0 = V.MultiplyAdd(V.Broadcast(ref g0, 0), w0, d0);
                d1 = V.MultiplyAdd(V.Broadcast(ref g0, stride), w0, d1);
                d2 = V.MultiplyAdd(V.Broadcast(ref g0, two), w0, d2);
                d3 = V.MultiplyAdd(V.Broadcast(ref g0, three), w0, d3);
            }
        }

        Store(ref d, columns, rows, false, add, d0, d1, d2, d3, d0, d0, d0, d0);
    }

    /// <summary>4 rows by two vectors, of 512 bits up to 8 rows.</summary>
    [MethodImpl(Jit.Tile)]
    private static void Tile4x2<V>(
        ref float g, ref float w, nuint stride, nuint wStride, nuint depth, nuint segments, nuint segmentStride, ref float d, nuint columns, nuint rows, bool add, nuint done)
        where V : struct, ISimd<V>
    {
        nuint lanes = (nuint)V.Count, two = 2 * stride, three = 3 * stride;
        bool wide = V.Count == Simd.MaxLanes && rows > 4;
        V d00 = V.Zero, d01 = V.Zero, d10 = V.Zero, d11 = V.Zero, d20 = V.Zero, d21 = V.Zero, d30 = V.Zero, d31 = V.Zero;
        V d40 = V.Zero, d41 = V.Zero, d50 = V.Zero, d51 = V.Zero, d60 = V.Zero, d61 = V.Zero, d70 = V.Zero, d71 = V.Zero;
        for (; segments > 0; segments--, g = ref Unsafe.Add(ref g, segmentStride))
        {
            ref float g0 = ref g;
            for (nuint k = depth; k > 0; w = ref Unsafe.Add(ref w, wStride), g0 = ref Unsafe.Add(ref g0, 1), k--)
            {
                V w0 = V.Load(ref w, 0), w1 = V.Load(ref w, lanes);
                V row = V.Broadcast(ref g0, 0);  d00 = V.MultiplyAdd(row, w0, d00);  d01 = V.MultiplyAdd(row, w1, d01);
                row = V.Broadcast(ref g0, stride);  d10 = V.MultiplyAdd(row, w0, d10);  d11 = V.MultiplyAdd(row, w1, d11);
                row = V.Broadcast(ref g0, two);  d20 = V.MultiplyAdd(row, w0, d20);  d21 = V.MultiplyAdd(row, w1, d21);
                row = V.Broadcast(ref g0, three);  d30 = V.MultiplyAdd(row, w0, d30);  d31 = V.MultiplyAdd(row, w1, d31);
                if (wide)
                {
                    ref float g4 = ref Unsafe.Add(ref g0, 2 * two);
                    row = V.Broadcast(ref g4, 0);  d40 = V.MultiplyAdd(row, w0, d40);  d41 = V.MultiplyAdd(row, w1, d41);
                    row = V.Broadcast(ref g4, stride);  d50 = V.MultiplyAdd(row, w0, d50);  d51 = V.MultiplyAdd(row, w1, d51);
                    row = V.Broadcast(ref g4, two);  d60 = V.MultiplyAdd(row, w0, d60);  d61 = V.MultiplyAdd(row, w1, d61);
                    row = V.Broadcast(ref g4, three);  d70 = V.MultiplyAdd(row, w0, d70);  d71 = V.MultiplyAdd(row, w1, d71);
                }
            }
        }

        if (done == 0)
        {
            Store(ref d, columns, rows, wide, add, d00, d10, d20, d30, d40, d50, d60, d70);
        }

        Store(ref Unsafe.Add(ref d, lanes), columns, rows, wide, add, d01, d11, d21, d31, d41, d51, d61, d71);
    }

    /// <summary>4 rows by three vectors, of 512 bits up to 8 rows.</summary>
    [MethodImpl(Jit.Tile)]
    private static void Tile4x3<V>(
        ref float g, ref float w, nuint stride, nuint wStride, nuint depth, nuint segments, nuint segmentStride, ref float d, nuint columns, nuint rows, bool add, nuint done)
        where V : struct, ISimd<V>
    {
        nuint lanes = (nuint)V.Count, two = 2 * stride, three = 3 * stride;
        bool wide = V.Count == Simd.MaxLanes && rows > 4;
        V d00 = V.Zero, d01 = V.Zero, d02 = V.Zero, d10 = V.Zero, d11 = V.Zero, d12 = V.Zero;
        V d20 = V.Zero, d21 = V.Zero, d22 = V.Zero, d30 = V.Zero, d31 = V.Zero, d32 = V.Zero;
        V d40 = V.Zero, d41 = V.Zero, d42 = V.Zero, d50 = V.Zero, d51 = V.Zero, d52 = V.Zero;
        V d60 = V.Zero, d61 = V.Zero, d62 = V.Zero, d70 = V.Zero, d71 = V.Zero, d72 = V.Zero;
        for (; segments > 0; segments--, g = ref Unsafe.Add(ref g, segmentStride))
        {
            ref float g0 = ref g;
            for (nuint k = depth; k > 0; w = ref Unsafe.Add(ref w, wStride), g0 = ref Unsafe.Add(ref g0, 1), k--)
            {
                V w0 = V.Load(ref w, 0), w1 = V.Load(ref w, lanes), w2 = V.Load(ref w, 2 * lanes);
                V row = V.Broadcast(ref g0, 0);  d00 = V.MultiplyAdd(row, w0, d00);  d01 = V.MultiplyAdd(row, w1, d01);  d02 = V.MultiplyAdd(row, w2, d02);
                row = V.Broadcast(ref g0, stride);  d10 = V.MultiplyAdd(row, w0, d10);  d11 = V.MultiplyAdd(row, w1, d11);  d12 = V.MultiplyAdd(row, w2, d12);
                row = V.Broadcast(ref g0, two);  d20 = V.MultiplyAdd(row, w0, d20);  d21 = V.MultiplyAdd(row, w1, d21);  d22 = V.MultiplyAdd(row, w2, d22);
                row = V.Broadcast(ref g0, three);  d30 = V.MultiplyAdd(row, w0, d30);  d31 = V.MultiplyAdd(row, w1, d31);  d32 = V.MultiplyAdd(row, w2, d32);
                if (wide)
                {
                    ref float g4 = ref Unsafe.Add(ref g0, 2 * two);
                    row = V.Broadcast(ref g4, 0);  d40 = V.MultiplyAdd(row, w0, d40);  d41 = V.MultiplyAdd(row, w1, d41);  d42 = V.MultiplyAdd(row, w2, d42);
                    row = V.Broadcast(ref g4, stride);  d50 = V.MultiplyAdd(row, w0, d50);  d51 = V.MultiplyAdd(row, w1, d51);  d52 = V.MultiplyAdd(row, w2, d52);
                    row = V.Broadcast(ref g4, two);  d60 = V.MultiplyAdd(row, w0, d60);  d61 = V.MultiplyAdd(row, w1, d61);  d62 = V.MultiplyAdd(row, w2, d62);
                    row = V.Broadcast(ref g4, three);  d70 = V.MultiplyAdd(row, w0, d70);  d71 = V.MultiplyAdd(row, w1, d71);  d72 = V.MultiplyAdd(row, w2, d72);
                }
            }
        }

        if (done == 0)
        {
            Store(ref d, columns, rows, wide, add, d00, d10, d20, d30, d40, d50, d60, d70);
        }

        if (done <= lanes)
        {
            Store(ref Unsafe.Add(ref d, lanes), columns, rows, wide, add, d01, d11, d21, d31, d41, d51, d61, d71);
        }

        Store(ref Unsafe.Add(ref d, 2 * lanes), columns, rows, wide, add, d02, d12, d22, d32, d42, d52, d62, d72);
    }

    /// <summary>Stores a vector of each row that is there; <paramref name="more"/>: of more than four.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Store<V>(ref float d, nuint columns, nuint rows, bool more, bool add, V d0, V d1, V d2, V d3, V d4, V d5, V d6, V d7)
        where V : struct, ISimd<V>
    {
        d0.Put(ref d, 0, add);
        if (rows > 1) { d1.Put(ref d, columns, add); }
        if (rows > 2) { d2.Put(ref d, 2 * columns, add); }
        if (rows > 3) { d3.Put(ref d, 3 * columns, add); }
        if (more)
        {
            d4.Put(ref d, 4 * columns, add);
            if (rows > 5) { d5.Put(ref d, 5 * columns, add); }
            if (rows > 6) { d6.Put(ref d, 6 * columns, add); }
            if (rows > 7) { d7.Put(ref d, 7 * columns, add); }
        }
    }
}
