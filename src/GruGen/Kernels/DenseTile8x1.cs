using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>8 rows by one block.</summary>
internal readonly struct DenseTile8x1<V> : IDenseTile
    where V : struct, ISimd<V>
{
    public static nuint Height => 8;

    public static nuint Blocks => 1;

    [MethodImpl(Jit.Tile)]
    public static void Rows(ref float x, nuint xStride, nuint inputSize, ref float w, ref float bias, ref float y, nuint yStride)
    {
        // one pointer moves, at the fourth row: the others lie before and behind it
        nuint lanes = (nuint)V.Count, two = 2 * xStride, three = 3 * xStride;
        nuint back1 = unchecked(0 - xStride), back2 = unchecked(0 - two), back3 = unchecked(0 - three);
        x = ref Unsafe.Add(ref x, three);
        V y0 = V.Load(ref bias, 0), y1 = y0, y2 = y0, y3 = y0, y4 = y0, y5 = y0, y6 = y0, y7 = y0;
        for (nuint k = inputSize; k > 0; w = ref Unsafe.Add(ref w, lanes), x = ref Unsafe.Add(ref x, 1), k--)
        {
            V v = V.Load(ref w, 0);
            y0 = V.MultiplyAdd(V.Broadcast(ref x, back3), v, y0);
            y1 = V.MultiplyAdd(V.Broadcast(ref x, back2), v, y1);
            y2 = V.MultiplyAdd(V.Broadcast(ref x, back1), v, y2);
            y3 = V.MultiplyAdd(V.Broadcast(ref x, 0), v, y3);
            y4 = V.MultiplyAdd(V.Broadcast(ref x, xStride), v, y4);
            y5 = V.MultiplyAdd(V.Broadcast(ref x, two), v, y5);
            y6 = V.MultiplyAdd(V.Broadcast(ref x, three), v, y6);
            y7 = V.MultiplyAdd(V.Broadcast(ref x, 2 * two), v, y7);
        }

        y0.Put(ref y, 0);
        y = ref Unsafe.Add(ref y, yStride); y1.Put(ref y, 0);
        y = ref Unsafe.Add(ref y, yStride); y2.Put(ref y, 0);
        y = ref Unsafe.Add(ref y, yStride); y3.Put(ref y, 0);
        y = ref Unsafe.Add(ref y, yStride); y4.Put(ref y, 0);
        y = ref Unsafe.Add(ref y, yStride); y5.Put(ref y, 0);
        y = ref Unsafe.Add(ref y, yStride); y6.Put(ref y, 0);
        y = ref Unsafe.Add(ref y, yStride); y7.Put(ref y, 0);
    }

    [MethodImpl(Jit.Tile)]
    public static void Row(ref float x, nuint inputSize, ref float w, ref float bias, ref float y, nuint units)
    {
        nuint lanes = (nuint)V.Count;
        for (nuint unit = 0; unit < units; unit += lanes)
        {
            V sum = V.Load(ref bias, unit);
            for (nuint k = 0; k < inputSize; w = ref Unsafe.Add(ref w, lanes), k++)
            {
                sum = V.MultiplyAdd(V.Broadcast(ref x, k), V.Load(ref w, 0), sum);
            }

            sum.Put(ref y, unit);
        }
    }
}
