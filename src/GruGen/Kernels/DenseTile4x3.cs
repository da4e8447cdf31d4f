using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>4 rows by three blocks.</summary>
internal readonly struct DenseTile4x3<V> : IDenseTile
    where V : struct, ISimd<V>
{
    public static nuint Height => 4;

    public static nuint Blocks => 3;

    [MethodImpl(Jit.Tile)]
    public static void Rows(ref float x, nuint xStride, nuint inputSize, ref float w, ref float bias, ref float y, nuint yStride)
    {
        nuint lanes = (nuint)V.Count, two = 2 * xStride, three = 3 * xStride;
        ref float w1 = ref Unsafe.Add(ref w, inputSize * lanes), w2 = ref Unsafe.Add(ref w1, inputSize * lanes);
        V y00 = V.Load(ref bias, 0), y01 = V.Load(ref bias, lanes), y02 = V.Load(ref bias, 2 * lanes);
        V y10 = y00, y11 = y01, y12 = y02;
        V y20 = y00, y21 = y01, y22 = y02;
        V y30 = y00, y31 = y01, y32 = y02;
        for (nuint k = inputSize; k > 0; x = ref Unsafe.Add(ref x, 1), k--)
        {
            V v0 = V.Load(ref w, 0), v1 = V.Load(ref w1, 0), v2 = V.Load(ref w2, 0), xk;
            w = ref Unsafe.Add(ref w, lanes); w1 = ref Unsafe.Add(ref w1, lanes); w2 = ref Unsafe.Add(ref w2, lanes);
            xk = V.Broadcast(ref x, 0);
            y00 = V.MultiplyAdd(xk, v0, y00); y01 = V.MultiplyAdd(xk, v1, y01); y02 = V.MultiplyAdd(xk, v2, y02);
            xk = V.Broadcast(ref x, xStride);
            y10 = V.MultiplyAdd(xk, v0, y10); y11 = V.MultiplyAdd(xk, v1, y11); y12 = V.MultiplyAdd(xk, v2, y12);
            xk = V.Broadcast(ref x, two);
            y20 = V.MultiplyAdd(xk, v0, y20); y21 = V.MultiplyAdd(xk, v1, y21); y22 = V.MultiplyAdd(xk, v2, y22);
            xk = V.Broadcast(ref x, three);
            y30 = V.MultiplyAdd(xk, v0, y30); y31 = V.MultiplyAdd(xk, v1, y31); y32 = V.MultiplyAdd(xk, v2, y32);
        }

        y00.Put(ref y, 0); y01.Put(ref y, lanes); y02.Put(ref y, 2 * lanes);
        y = ref Unsafe.Add(ref y, yStride);
        y10.Put(ref y, 0); y11.Put(ref y, lanes); y12.Put(ref y, 2 * lanes);
        y = ref Unsafe.Add(ref y, yStride);
        y20.Put(ref y, 0); y21.Put(ref y, lanes); y22.Put(ref y, 2 * lanes);
        y = ref Unsafe.Add(ref y, yStride);
        y30.Put(ref y, 0); y31.Put(ref y, lanes); y32.Put(ref y, 2 * lanes);
    }

    [MethodImpl(Jit.Tile)]
    public static void Row(ref float x, nuint inputSize, ref float w, ref float bias, ref float y, nuint units)
    {
        nuint lanes = (nuint)V.Count;
        for (nuint unit = 0; unit < units; unit += 3 * lanes)
        {
            ref float w1 = ref Unsafe.Add(ref w, inputSize * lanes), w2 = ref Unsafe.Add(ref w1, inputSize * lanes);
            V y0 = V.Load(ref bias, unit), y1 = V.Load(ref bias, unit + lanes), y2 = V.Load(ref bias, unit + (2 * lanes));
            for (nuint k = 0; k < inputSize; k++)
            {
                V xk = V.Broadcast(ref x, k);
                y0 = V.MultiplyAdd(xk, V.Load(ref w, 0), y0);
                y1 = V.MultiplyAdd(xk, V.Load(ref w1, 0), y1);
                y2 = V.MultiplyAdd(xk, V.Load(ref w2, 0), y2);
                w = ref Unsafe.Add(ref w, lanes); w1 = ref Unsafe.Add(ref w1, lanes); w2 = ref Unsafe.Add(ref w2, lanes);
            }

            y0.Put(ref y, unit);
            y1.Put(ref y, unit + lanes);
            y2.Put(ref y, unit + (2 * lanes));
            w = ref w2;
        }
    }
}
