using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// 2 rows by one block. A layer of one block has one sum a row to do, which would wait for itself: each is split over four chains that are
/// added at the end.
/// </summary>
internal readonly struct DenseTile2x1<V> : IDenseTile
    where V : struct, ISimd<V>
{
    public static nuint Height => 2;

    public static nuint Blocks => 1;

    [MethodImpl(Jit.Tile)]
    public static void Rows(ref float x, nuint xStride, nuint inputSize, ref float w, ref float bias, ref float y, nuint yStride)
    {
        nuint lanes = (nuint)V.Count;
        ref float x1 = ref Unsafe.Add(ref x, xStride);
        V a0 = V.Load(ref bias, 0), a1 = V.Zero, a2 = V.Zero, a3 = V.Zero, b0 = a0, b1 = V.Zero, b2 = V.Zero, b3 = V.Zero, v;
        nuint k = 0;
        for (nuint fours = inputSize / 4; fours > 0; w = ref Unsafe.Add(ref w, 4 * lanes), k += 4, fours--)
        {
            v = V.Load(ref w, 0);
            a0 = V.MultiplyAdd(V.Broadcast(ref x, k), v, a0); b0 = V.MultiplyAdd(V.Broadcast(ref x1, k), v, b0);
            v = V.Load(ref w, lanes);
            a1 = V.MultiplyAdd(V.Broadcast(ref x, k + 1), v, a1); b1 = V.MultiplyAdd(V.Broadcast(ref x1, k + 1), v, b1);
            v = V.Load(ref w, 2 * lanes);
            a2 = V.MultiplyAdd(V.Broadcast(ref x, k + 2), v, a2); b2 = V.MultiplyAdd(V.Broadcast(ref x1, k + 2), v, b2);
            v = V.Load(ref w, 3 * lanes);
            a3 = V.MultiplyAdd(V.Broadcast(ref x, k + 3), v, a3); b3 = V.MultiplyAdd(V.Broadcast(ref x1, k + 3), v, b3);
        }

        if (k < inputSize)
        {
            v = V.Load(ref w, 0);
            a0 = V.MultiplyAdd(V.Broadcast(ref x, k), v, a0); b0 = V.MultiplyAdd(V.Broadcast(ref x1, k), v, b0);
        }

        if (k + 1 < inputSize)
        {
            v = V.Load(ref w, lanes);
            a1 = V.MultiplyAdd(V.Broadcast(ref x, k + 1), v, a1); b1 = V.MultiplyAdd(V.Broadcast(ref x1, k + 1), v, b1);
        }

        if (k + 2 < inputSize)
        {
            v = V.Load(ref w, 2 * lanes);
            a2 = V.MultiplyAdd(V.Broadcast(ref x, k + 2), v, a2); b2 = V.MultiplyAdd(V.Broadcast(ref x1, k + 2), v, b2);
        }

        V.Add(V.Add(a0, a1), V.Add(a2, a3)).Put(ref y, 0);
        V.Add(V.Add(b0, b1), V.Add(b2, b3)).Put(ref y, yStride);
    }

    [MethodImpl(Jit.Tile)]
    public static void Row(ref float x, nuint inputSize, ref float w, ref float bias, ref float y, nuint units)
    {
        nuint lanes = (nuint)V.Count;
        for (nuint unit = 0; unit < units; unit += lanes)
        {
            V y0 = V.Load(ref bias, unit), y1 = V.Zero, y2 = V.Zero, y3 = V.Zero;
            nuint k = 0;
            for (nuint fours = inputSize / 4; fours > 0; w = ref Unsafe.Add(ref w, 4 * lanes), k += 4, fours--)
            {
                y0 = V.MultiplyAdd(V.Broadcast(ref x, k), V.Load(ref w, 0), y0);
                y1 = V.MultiplyAdd(V.Broadcast(ref x, k + 1), V.Load(ref w, lanes), y1);
                y2 = V.MultiplyAdd(V.Broadcast(ref x, k + 2), V.Load(ref w, 2 * lanes), y2);
                y3 = V.MultiplyAdd(V.Broadcast(ref x, k + 3), V.Load(ref w, 3 * lanes), y3);
            }

            if (k < inputSize)
            {
                y0 = V.MultiplyAdd(V.Broadcast(ref x, k), V.Load(ref w, 0), y0);
                if (k + 1 < inputSize)
                {
                    y1 = V.MultiplyAdd(V.Broadcast(ref x, k + 1), V.Load(ref w, lanes), y1);
                }

                if (k + 2 < inputSize)
                {
                    y2 = V.MultiplyAdd(V.Broadcast(ref x, k + 2), V.Load(ref w, 2 * lanes), y2);
                }

                w = ref Unsafe.Add(ref w, (inputSize - k) * lanes);
            }

            V.Add(V.Add(y0, y1), V.Add(y2, y3)).Put(ref y, unit);
        }
    }
}
