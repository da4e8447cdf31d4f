using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <content>The tiles, each a method that has all registers of the processor.</content>
public static partial class WeightGradient
{
    /// <summary>8 columns of left by one vector of right.</summary>
    [MethodImpl(Jit.Tile)]
    private static void Tile8x1<V>(
        ref float left, nuint leftStride, ref float right, nuint rightStride, nuint rows, ref float dw, nuint dStride)
        where V : struct, ISimd<V>
    {
        V d0 = V.Load(ref dw, 0);
        dw = ref Unsafe.Add(ref dw, dStride); V d1 = V.Load(ref dw, 0);
        dw = ref Unsafe.Add(ref dw, dStride); V d2 = V.Load(ref dw, 0);
        dw = ref Unsafe.Add(ref dw, dStride); V d3 = V.Load(ref dw, 0);
        dw = ref Unsafe.Add(ref dw, dStride); V d4 = V.Load(ref dw, 0);
        dw = ref Unsafe.Add(ref dw, dStride); V d5 = V.Load(ref dw, 0);
        dw = ref Unsafe.Add(ref dw, dStride); V d6 = V.Load(ref dw, 0);
        dw = ref Unsafe.Add(ref dw, dStride); V d7 = V.Load(ref dw, 0);
        for (; rows > 0; left = ref Unsafe.Add(ref left, leftStride), right = ref Unsafe.Add(ref right, rightStride), rows--)
        {
            V r0 = V.Load(ref right, 0);
            d0 = V.MultiplyAdd(V.Broadcast(ref left, 0), r0, d0);
            d1 = V.MultiplyAdd(V.Broadcast(ref left, 1), r0, d1);
            d2 = V.MultiplyAdd(V.Broadcast(ref left, 2), r0, d2);
            d3 = V.MultiplyAdd(V.Broadcast(ref left, 3), r0, d3);
            d4 = V.MultiplyAdd(V.Broadcast(ref left, 4), r0, d4);
            d5 = V.MultiplyAdd(V.Broadcast(ref left, 5), r0, d5);
            d6 = V.MultiplyAdd(V.Broadcast(ref left, 6), r0, d6);
            d7 = V.MultiplyAdd(V.Broadcast(ref left, 7), r0, d7);
        }

        d7.Put(ref dw, 0); dw = ref Unsafe.Subtract(ref dw, dStride);
        d6.Put(ref dw, 0); dw = ref Unsafe.Subtract(ref dw, dStride);
        d5.Put(ref dw, 0); dw = ref Unsafe.Subtract(ref dw, dStride);
        d4.Put(ref dw, 0); dw = ref Unsafe.Subtract(ref dw, dStride);
        d3.Put(ref dw, 0); dw = ref Unsafe.Subtract(ref dw, dStride);
        d2.Put(ref dw, 0); dw = ref Unsafe.Subtract(ref dw, dStride);
        d1.Put(ref dw, 0); dw = ref Unsafe.Subtract(ref dw, dStride);
        d0.Put(ref dw, 0);
    }

    /// <summary>4 columns of left by two vectors of right, of 512 bits up to 8 columns.</summary>
    [MethodImpl(Jit.Tile)]
    private static void Tile4x2<V>(
        ref float left, nuint leftStride, ref float right, nuint rightStride, nuint rows, ref float dw, nuint dStride, nuint rest)
        where V : struct, ISimd<V>
    {
        nuint lanes = (nuint)V.Count;
        bool wide = V.Count == Simd.MaxLanes && rest > 4;
        V d00 = V.Load(ref dw, 0), d01 = V.Load(ref dw, lanes);
        dw = ref Unsafe.Add(ref dw, dStride);
        V d10 = V.Load(ref dw, 0), d11 = V.Load(ref dw, lanes);
        dw = ref Unsafe.Add(ref dw, dStride);
        V d20 = V.Load(ref dw, 0), d21 = V.Load(ref dw, lanes);
        dw = ref Unsafe.Add(ref dw, dStride);
        V d30 = V.Load(ref dw, 0), d31 = V.Load(ref dw, lanes);
        V d40 = V.Zero, d41 = V.Zero, d50 = V.Zero, d51 = V.Zero, d60 = V.Zero, d61 = V.Zero, d70 = V.Zero, d71 = V.Zero;
        if (wide)
        {
            dw = ref Unsafe.Add(ref dw, dStride);
            d40 = V.Load(ref dw, 0); d41 = V.Load(ref dw, lanes);
            dw = ref Unsafe.Add(ref dw, dStride);
            d50 = V.Load(ref dw, 0); d51 = V.Load(ref dw, lanes);
            dw = ref Unsafe.Add(ref dw, dStride);
            d60 = V.Load(ref dw, 0); d61 = V.Load(ref dw, lanes);
            dw = ref Unsafe.Add(ref dw, dStride);
            d70 = V.Load(ref dw, 0); d71 = V.Load(ref dw, lanes);
        }

        for (; rows > 0; left = ref Unsafe.Add(ref left, leftStride), right = ref Unsafe.Add(ref right, rightStride), rows--)
        {
            V r0 = V.Load(ref right, 0), r1 = V.Load(ref right, lanes);
            V l = V.Broadcast(ref left, 0); d00 = V.MultiplyAdd(l, r0, d00); d01 = V.MultiplyAdd(l, r1, d01);
            l = V.Broadcast(ref left, 1); d10 = V.MultiplyAdd(l, r0, d10); d11 = V.MultiplyAdd(l, r1, d11);
            l = V.Broadcast(ref left, 2); d20 = V.MultiplyAdd(l, r0, d20); d21 = V.MultiplyAdd(l, r1, d21);
            l = V.Broadcast(ref left, 3); d30 = V.MultiplyAdd(l, r0, d30); d31 = V.MultiplyAdd(l, r1, d31);
            if (wide)
            {
                l = V.Broadcast(ref left, 4); d40 = V.MultiplyAdd(l, r0, d40); d41 = V.MultiplyAdd(l, r1, d41);
                l = V.Broadcast(ref left, 5); d50 = V.MultiplyAdd(l, r0, d50); d51 = V.MultiplyAdd(l, r1, d51);
                l = V.Broadcast(ref left, 6); d60 = V.MultiplyAdd(l, r0, d60); d61 = V.MultiplyAdd(l, r1, d61);
                l = V.Broadcast(ref left, 7); d70 = V.MultiplyAdd(l, r0, d70); d71 = V.MultiplyAdd(l, r1, d71);
            }
        }

        if (wide)
        {
            Put(ref dw, d70, d71); dw = ref Unsafe.Subtract(ref dw, dStride);
            Put(ref dw, d60, d61); dw = ref Unsafe.Subtract(ref dw, dStride);
            Put(ref dw, d50, d51); dw = ref Unsafe.Subtract(ref dw, dStride);
            Put(ref dw, d40, d41); dw = ref Unsafe.Subtract(ref dw, dStride);
        }

        Put(ref dw, d30, d31); dw = ref Unsafe.Subtract(ref dw, dStride);
        Put(ref dw, d20, d21); dw = ref Unsafe.Subtract(ref dw, dStride);
        Put(ref dw, d10, d11); dw = ref Unsafe.Subtract(ref dw, dStride);
        Put(ref dw, d00, d01);
    }

    /// <summary>
    /// 4 columns of left by three vectors of right, of 512 bits up to 8 columns; 2 where a product takes a register of its own.
    /// </summary>
    [MethodImpl(Jit.Tile)]
    private static void Tile4x3<V>(
        ref float left, nuint leftStride, ref float right, nuint rightStride, nuint rows, ref float dw, nuint dStride, nuint rest)
        where V : struct, ISimd<V>
    {
        nuint lanes = (nuint)V.Count;
        bool wide = V.Count == Simd.MaxLanes && rest > 4;
        V d00 = V.Load(ref dw, 0), d01 = V.Load(ref dw, lanes), d02 = V.Load(ref dw, 2 * lanes);
        dw = ref Unsafe.Add(ref dw, dStride);
        V d10 = V.Load(ref dw, 0), d11 = V.Load(ref dw, lanes), d12 = V.Load(ref dw, 2 * lanes);
        V d20 = V.Zero, d21 = V.Zero, d22 = V.Zero, d30 = V.Zero, d31 = V.Zero, d32 = V.Zero;
        if (V.Fuses)
        {
            dw = ref Unsafe.Add(ref dw, dStride);
            d20 = V.Load(ref dw, 0); d21 = V.Load(ref dw, lanes); d22 = V.Load(ref dw, 2 * lanes);
            dw = ref Unsafe.Add(ref dw, dStride);
            d30 = V.Load(ref dw, 0); d31 = V.Load(ref dw, lanes); d32 = V.Load(ref dw, 2 * lanes);
        }

        V d40 = V.Zero, d41 = V.Zero, d42 = V.Zero, d50 = V.Zero, d51 = V.Zero, d52 = V.Zero;
        V d60 = V.Zero, d61 = V.Zero, d62 = V.Zero, d70 = V.Zero, d71 = V.Zero, d72 = V.Zero;
        if (wide)
        {
            dw = ref Unsafe.Add(ref dw, dStride);
            d40 = V.Load(ref dw, 0); d41 = V.Load(ref dw, lanes); d42 = V.Load(ref dw, 2 * lanes);
            dw = ref Unsafe.Add(ref dw, dStride);
            d50 = V.Load(ref dw, 0); d51 = V.Load(ref dw, lanes); d52 = V.Load(ref dw, 2 * lanes);
            dw = ref Unsafe.Add(ref dw, dStride);
            d60 = V.Load(ref dw, 0); d61 = V.Load(ref dw, lanes); d62 = V.Load(ref dw, 2 * lanes);
            dw = ref Unsafe.Add(ref dw, dStride);
            d70 = V.Load(ref dw, 0); d71 = V.Load(ref dw, lanes); d72 = V.Load(ref dw, 2 * lanes);
        }

        for (; rows > 0; left = ref Unsafe.Add(ref left, leftStride), right = ref Unsafe.Add(ref right, rightStride), rows--)
        {
            V r0 = V.Load(ref right, 0), r1 = V.Load(ref right, lanes), r2 = V.Load(ref right, 2 * lanes);
            V l = V.Broadcast(ref left, 0);
            d00 = V.MultiplyAdd(l, r0, d00); d01 = V.MultiplyAdd(l, r1, d01); d02 = V.MultiplyAdd(l, r2, d02);
            l = V.Broadcast(ref left, 1);
            d10 = V.MultiplyAdd(l, r0, d10); d11 = V.MultiplyAdd(l, r1, d11); d12 = V.MultiplyAdd(l, r2, d12);
            if (V.Fuses)
            {
                l = V.Broadcast(ref left, 2);
                d20 = V.MultiplyAdd(l, r0, d20); d21 = V.MultiplyAdd(l, r1, d21); d22 = V.MultiplyAdd(l, r2, d22);
                l = V.Broadcast(ref left, 3);
                d30 = V.MultiplyAdd(l, r0, d30); d31 = V.MultiplyAdd(l, r1, d31); d32 = V.MultiplyAdd(l, r2, d32);
            }

            if (wide)
            {
                l = V.Broadcast(ref left, 4);
                d40 = V.MultiplyAdd(l, r0, d40); d41 = V.MultiplyAdd(l, r1, d41); d42 = V.MultiplyAdd(l, r2, d42);
                l = V.Broadcast(ref left, 5);
                d50 = V.MultiplyAdd(l, r0, d50); d51 = V.MultiplyAdd(l, r1, d51); d52 = V.MultiplyAdd(l, r2, d52);
                l = V.Broadcast(ref left, 6);
                d60 = V.MultiplyAdd(l, r0, d60); d61 = V.MultiplyAdd(l, r1, d61); d62 = V.MultiplyAdd(l, r2, d62);
                l = V.Broadcast(ref left, 7);
                d70 = V.MultiplyAdd(l, r0, d70); d71 = V.MultiplyAdd(l, r1, d71); d72 = V.MultiplyAdd(l, r2, d72);
            }
        }

        if (wide)
        {
            Put(ref dw, d70, d71, d72); dw = ref Unsafe.Subtract(ref dw, dStride);
            Put(ref dw, d60, d61, d62); dw = ref Unsafe.Subtract(ref dw, dStride);
            Put(ref dw, d50, d51, d52); dw = ref Unsafe.Subtract(ref dw, dStride);
            Put(ref dw, d40, d41, d42); dw = ref Unsafe.Subtract(ref dw, dStride);
        }

        if (V.Fuses)
        {
            Put(ref dw, d30, d31, d32); dw = ref Unsafe.Subtract(ref dw, dStride);
            Put(ref dw, d20, d21, d22); dw = ref Unsafe.Subtract(ref dw, dStride);
        }

        Put(ref dw, d10, d11, d12); dw = ref Unsafe.Subtract(ref dw, dStride);
        Put(ref dw, d00, d01, d02);
    }

    [MethodImpl(Jit.Inline)]
    private static void Put<V>(ref float row, V d0, V d1)
        where V : struct, ISimd<V>
    {
        d0.Put(ref row, 0);
        d1.Put(ref row, (nuint)V.Count);
    }

    [MethodImpl(Jit.Inline)]
    private static void Put<V>(ref float row, V d0, V d1, V d2)
        where V : struct, ISimd<V>
    {
        d0.Put(ref row, 0);
        d1.Put(ref row, (nuint)V.Count);
        d2.Put(ref row, 2 * (nuint)V.Count);
    }
}
