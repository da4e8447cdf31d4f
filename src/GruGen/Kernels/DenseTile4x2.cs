using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>4 rows by two blocks.</summary>
internal readonly struct DenseTile4x2<V> : IDenseTile
    where V : struct, ISimd<V>
{
    public static nuint Height => 4;

    public static nuint Blocks => 2;

    [MethodImpl(Jit.Tile)]
    public static void Rows(ref float x, nuint xStride, nuint inputSize, ref float w, ref float bias, ref float y, nuint yStride)
    {
        nuint lanes = (nuint)V.Count, two = 2 * xStride, three = 3 * xStride;
        ref float w1 = ref Unsafe.Add(ref w, inputSize * lanes);
        V y00 = V.Load(ref bias, 0), y01 = V.Load(ref bias, lanes);
        V y10 = y00, y11 = y01;
        V y20 = y00, y21 = y01;
        V y30 = y00, y31 = y01;
        for (nuint k = inputSize; k > 0; x = ref Unsafe.Add(ref x, 1), k--)
        {
            V v0 = V.Load(ref w, 0), v1 = V.Load(ref w1, 0), xk;
            w = ref Unsafe.Add(ref w, lanes); w1 = ref Unsafe.Add(ref w1, lanes);
            xk = V.Broadcast(ref x, 0); y00 = V.MultiplyAdd(xk, v0, y00); y01 = V.MultiplyAdd(xk, v1, y01);
            xk = V.Broadcast(ref x, xStride); y10 = V.MultiplyAdd(xk, v0, y10); y11 = V.MultiplyAdd(xk, v1, y11);
            xk = V.Broadcast(ref x, two); y20 = V.MultiplyAdd(xk, v0, y20); y21 = V.MultiplyAdd(xk, v1, y21);
            xk = V.Broadcast(ref x, three); y30 = V.MultiplyAdd(xk, v0, y30); y31 = V.MultiplyAdd(xk, v1, y31);
        }

        y00.Put(ref y, 0); y01.Put(ref y, lanes);
        y = ref Unsafe.Add(ref y, yStride);
        y10.Put(ref y, 0); y11.Put(ref y, lanes);
        y = ref Unsafe.Add(ref y, yStride);
        y20.Put(ref y, 0); y21.Put(ref y, lanes);
        y = ref Unsafe.Add(ref y, yStride);
        y30.Put(ref y, 0); y31.Put(ref y, lanes);
    }

    [MethodImpl(Jit.Tile)]
    public static void Row(ref float x, nuint inputSize, ref float w, ref float bias, ref float y, nuint units)
    {
        nuint lanes = (nuint)V.Count;
        for (nuint unit = 0; unit < units; unit += 2 * lanes)
        {
            ref float w1 = ref Unsafe.Add(ref w, inputSize * lanes);
            V y0 = V.Load(ref bias, unit), y1 = V.Load(ref bias, unit + lanes);
            for (nuint k = 0; k < inputSize; w = ref Unsafe.Add(ref w, lanes), w1 = ref Unsafe.Add(ref w1, lanes), k++)
            {
                V xk = V.Broadcast(ref x, k);
                y0 = V.MultiplyAdd(xk, V.Load(ref w, 0), y0);
                y1 = V.MultiplyAdd(xk, V.Load(ref w1, 0), y1);
            }

            y0.Put(ref y, unit);
            y1.Put(ref y, unit + lanes);
            w = ref w1;
        }
    }
}
