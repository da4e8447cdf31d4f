using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <content>The tiles, each a method that has all registers of the processor.</content>
public static partial class InputGradient
{
    /// <summary>8 rows by one vector.</summary>
    [MethodImpl(Jit.Tile)]
    private static void Tile8x1<V>(
        ref float g, ref float w, nuint stride, nuint wStride, nuint depth, nuint segments, nuint segmentStride,
        ref float d, nuint columns, nuint rows, bool add)
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
        ref float g, ref float w, nuint stride, nuint wStride, nuint depth, nuint segments, nuint segmentStride,
        ref float d, nuint columns, nuint rows, bool add)
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
        ref float g, ref float w, nuint stride, nuint wStride, nuint depth, nuint segments, nuint segmentStride,
        ref float d, nuint columns, nuint rows, bool add, nuint done)
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
                V row = V.Broadcast(ref g0, 0); d00 = V.MultiplyAdd(row, w0, d00); d01 = V.MultiplyAdd(row, w1, d01);
                row = V.Broadcast(ref g0, stride); d10 = V.MultiplyAdd(row, w0, d10); d11 = V.MultiplyAdd(row, w1, d11);
                row = V.Broadcast(ref g0, two); d20 = V.MultiplyAdd(row, w0, d20); d21 = V.MultiplyAdd(row, w1, d21);
                row = V.Broadcast(ref g0, three); d30 = V.MultiplyAdd(row, w0, d30); d31 = V.MultiplyAdd(row, w1, d31);
                if (wide)
                {
                    ref float g4 = ref Unsafe.Add(ref g0, 2 * two);
                    row = V.Broadcast(ref g4, 0); d40 = V.MultiplyAdd(row, w0, d40); d41 = V.MultiplyAdd(row, w1, d41);
                    row = V.Broadcast(ref g4, stride); d50 = V.MultiplyAdd(row, w0, d50); d51 = V.MultiplyAdd(row, w1, d51);
                    row = V.Broadcast(ref g4, two); d60 = V.MultiplyAdd(row, w0, d60); d61 = V.MultiplyAdd(row, w1, d61);
                    row = V.Broadcast(ref g4, three); d70 = V.MultiplyAdd(row, w0, d70); d71 = V.MultiplyAdd(row, w1, d71);
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
        ref float g, ref float w, nuint stride, nuint wStride, nuint depth, nuint segments, nuint segmentStride,
        ref float d, nuint columns, nuint rows, bool add, nuint done)
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
                V row = V.Broadcast(ref g0, 0);
                d00 = V.MultiplyAdd(row, w0, d00); d01 = V.MultiplyAdd(row, w1, d01); d02 = V.MultiplyAdd(row, w2, d02);
                row = V.Broadcast(ref g0, stride);
                d10 = V.MultiplyAdd(row, w0, d10); d11 = V.MultiplyAdd(row, w1, d11); d12 = V.MultiplyAdd(row, w2, d12);
                row = V.Broadcast(ref g0, two);
                d20 = V.MultiplyAdd(row, w0, d20); d21 = V.MultiplyAdd(row, w1, d21); d22 = V.MultiplyAdd(row, w2, d22);
                row = V.Broadcast(ref g0, three);
                d30 = V.MultiplyAdd(row, w0, d30); d31 = V.MultiplyAdd(row, w1, d31); d32 = V.MultiplyAdd(row, w2, d32);
                if (wide)
                {
                    ref float g4 = ref Unsafe.Add(ref g0, 2 * two);
                    row = V.Broadcast(ref g4, 0);
                    d40 = V.MultiplyAdd(row, w0, d40); d41 = V.MultiplyAdd(row, w1, d41); d42 = V.MultiplyAdd(row, w2, d42);
                    row = V.Broadcast(ref g4, stride);
                    d50 = V.MultiplyAdd(row, w0, d50); d51 = V.MultiplyAdd(row, w1, d51); d52 = V.MultiplyAdd(row, w2, d52);
                    row = V.Broadcast(ref g4, two);
                    d60 = V.MultiplyAdd(row, w0, d60); d61 = V.MultiplyAdd(row, w1, d61); d62 = V.MultiplyAdd(row, w2, d62);
                    row = V.Broadcast(ref g4, three);
                    d70 = V.MultiplyAdd(row, w0, d70); d71 = V.MultiplyAdd(row, w1, d71); d72 = V.MultiplyAdd(row, w2, d72);
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
    private static void Store<V>(
        ref float d, nuint columns, nuint rows, bool more, bool add, V d0, V d1, V d2, V d3, V d4, V d5, V d6, V d7)
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
