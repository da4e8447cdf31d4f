using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <content>One step forward, for one row or many.</content>
internal sealed partial class GenericGru
{
    /// <summary>h' from x and h for some rows: four at a time with one block, what is left one at a time with two blocks.</summary>
    /// <param name="rows">Their number.</param>
    /// <param name="x">x[rows, input size, padded].</param>
    /// <param name="h">h[rows, hidden size, padded].</param>
    /// <param name="next">h'[rows, hidden size, padded].</param>
    /// <param name="saved">saved[rows, r | z | n | q, hidden size padded] for the backward pass.</param>
    /// <param name="saves">Whether <paramref name="saved"/> is written; otherwise it is not touched.</param>
    /// <param name="weights">The weights of the whole model.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Step(nint rows, ref float x, ref float h, ref float next, ref float saved, bool saves, PackedWeights weights)
    {
        nint lanes = VectorT.Count, blocks = Blocks, length = BlockLength;
        nint whole = rows & ~3;
        for (nint block = 0; block < blocks; block += 2)
        {
            nint unit = block * lanes;
            bool two = block + 1 < blocks;
            ref float w = ref weights.Forward.At(Packed + block * length);
            for (nint row = 0; row < whole; row += 4)
            {
                Tile(row, unit, ref x, ref h, ref next, ref saved, saves, ref w);
            }

            for (nint row = 0; two && row < whole; row += 4)
            {
                Tile(row, unit + lanes, ref x, ref h, ref next, ref saved, saves, ref Unsafe.Add(ref w, length));
            }

            for (nint row = whole; row < rows; row++)
            {
                if (two)
                {
                    RowOfTwoBlocks(row, unit, ref x, ref h, ref next, ref saved, saves, ref w);
                }
                else
                {
                    RowOfOneBlock(row, unit, ref x, ref h, ref next, ref saved, saves, ref w);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Tile(nint row, nint unit, ref float x, ref float h, ref float next, ref float saved, bool saves, ref float w)
    {
        nuint lanes = (nuint)VectorT.Count;
        nint xStride = InputStride, hStride = OutputStride;
        ref float x0 = ref Unsafe.Add(ref x, row * xStride);
        ref float h0 = ref Unsafe.Add(ref h, row * hStride);

        VectorT r0 = VectorT.Load(ref w, 0), r1 = r0, r2 = r0, r3 = r0;
        VectorT z0 = VectorT.Load(ref w, lanes), z1 = z0, z2 = z0, z3 = z0;
        VectorT n0 = VectorT.Load(ref w, 2 * lanes), n1 = n0, n2 = n0, n3 = n0;
        VectorT q0 = VectorT.Load(ref w, 3 * lanes), q1 = q0, q2 = q0, q3 = q0;
        w = ref Unsafe.Add(ref w, 4 * lanes);

        // r, z, n += W_i·x
        nint xStride2 = 2 * xStride, xStride3 = 3 * xStride;
        for (nint k = 0; k < InputSize; k++, w = ref Unsafe.Add(ref w, 3 * lanes), x0 = ref Unsafe.Add(ref x0, 1))
        {
            VectorT wr = VectorT.Load(ref w, 0), wz = VectorT.Load(ref w, lanes), wn = VectorT.Load(ref w, 2 * lanes);
            VectorT a0 = VectorT.Create(x0);
            r0 = VectorT.MultiplyAdd(a0, wr, r0);
            z0 = VectorT.MultiplyAdd(a0, wz, z0);
            n0 = VectorT.MultiplyAdd(a0, wn, n0);
            VectorT a1 = VectorT.Create(Unsafe.Add(ref x0, xStride));
            r1 = VectorT.MultiplyAdd(a1, wr, r1);
            z1 = VectorT.MultiplyAdd(a1, wz, z1);
            n1 = VectorT.MultiplyAdd(a1, wn, n1);
            VectorT a2 = VectorT.Create(Unsafe.Add(ref x0, xStride2));
            r2 = VectorT.MultiplyAdd(a2, wr, r2);
            z2 = VectorT.MultiplyAdd(a2, wz, z2);
            n2 = VectorT.MultiplyAdd(a2, wn, n2);
            VectorT a3 = VectorT.Create(Unsafe.Add(ref x0, xStride3));
            r3 = VectorT.MultiplyAdd(a3, wr, r3);
            z3 = VectorT.MultiplyAdd(a3, wz, z3);
            n3 = VectorT.MultiplyAdd(a3, wn, n3);
        }

        // r, z, q += W_h·h; q stays apart from n, because r scales it
        nint hStride2 = 2 * hStride, hStride3 = 3 * hStride;
        for (nint k = 0; k < OutputSize; k++, w = ref Unsafe.Add(ref w, 3 * lanes), h0 = ref Unsafe.Add(ref h0, 1))
        {
            VectorT wr = VectorT.Load(ref w, 0), wz = VectorT.Load(ref w, lanes), wq = VectorT.Load(ref w, 2 * lanes);
            VectorT a0 = VectorT.Create(h0);
            r0 = VectorT.MultiplyAdd(a0, wr, r0);
            z0 = VectorT.MultiplyAdd(a0, wz, z0);
            q0 = VectorT.MultiplyAdd(a0, wq, q0);
            VectorT a1 = VectorT.Create(Unsafe.Add(ref h0, hStride));
            r1 = VectorT.MultiplyAdd(a1, wr, r1);
            z1 = VectorT.MultiplyAdd(a1, wz, z1);
            q1 = VectorT.MultiplyAdd(a1, wq, q1);
            VectorT a2 = VectorT.Create(Unsafe.Add(ref h0, hStride2));
            r2 = VectorT.MultiplyAdd(a2, wr, r2);
            z2 = VectorT.MultiplyAdd(a2, wz, z2);
            q2 = VectorT.MultiplyAdd(a2, wq, q2);
            VectorT a3 = VectorT.Create(Unsafe.Add(ref h0, hStride3));
            r3 = VectorT.MultiplyAdd(a3, wr, r3);
            z3 = VectorT.MultiplyAdd(a3, wz, z3);
            q3 = VectorT.MultiplyAdd(a3, wq, q3);
        }

        Finish(row, unit, r0, z0, n0, q0, ref h, ref next, ref saved, saves);
        Finish(row + 1, unit, r1, z1, n1, q1, ref h, ref next, ref saved, saves);
        Finish(row + 2, unit, r2, z2, n2, q2, ref h, ref next, ref saved, saves);
        Finish(row + 3, unit, r3, z3, n3, q3, ref h, ref next, ref saved, saves);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void RowOfTwoBlocks(nint row, nint unit, ref float x, ref float h, ref float next, ref float saved, bool saves, ref float w)
    {
        nuint lanes = (nuint)VectorT.Count;
        ref float x0 = ref Unsafe.Add(ref x, row * InputStride);
        ref float h0 = ref Unsafe.Add(ref h, row * OutputStride);
        ref float v = ref Unsafe.Add(ref w, BlockLength); // the second block

        VectorT r0 = VectorT.Load(ref w, 0), r1 = VectorT.Load(ref v, 0);
        VectorT z0 = VectorT.Load(ref w, lanes), z1 = VectorT.Load(ref v, lanes);
        VectorT n0 = VectorT.Load(ref w, 2 * lanes), n1 = VectorT.Load(ref v, 2 * lanes);
        VectorT q0 = VectorT.Load(ref w, 3 * lanes), q1 = VectorT.Load(ref v, 3 * lanes);
        nuint place = 4 * lanes;
        for (nint k = 0; k < InputSize; k++, place += 3 * lanes)
        {
            VectorT a = VectorT.Create(Unsafe.Add(ref x0, k));
            r0 = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place), r0);
            z0 = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place + lanes), z0);
            n0 = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place + 2 * lanes), n0);
            r1 = VectorT.MultiplyAdd(a, VectorT.Load(ref v, place), r1);
            z1 = VectorT.MultiplyAdd(a, VectorT.Load(ref v, place + lanes), z1);
            n1 = VectorT.MultiplyAdd(a, VectorT.Load(ref v, place + 2 * lanes), n1);
        }

        for (nint k = 0; k < OutputSize; k++, place += 3 * lanes)
        {
            VectorT a = VectorT.Create(Unsafe.Add(ref h0, k));
            r0 = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place), r0);
            z0 = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place + lanes), z0);
            q0 = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place + 2 * lanes), q0);
            r1 = VectorT.MultiplyAdd(a, VectorT.Load(ref v, place), r1);
            z1 = VectorT.MultiplyAdd(a, VectorT.Load(ref v, place + lanes), z1);
            q1 = VectorT.MultiplyAdd(a, VectorT.Load(ref v, place + 2 * lanes), q1);
        }

        Finish(row, unit, r0, z0, n0, q0, ref h, ref next, ref saved, saves);
        Finish(row, unit + (nint)lanes, r1, z1, n1, q1, ref h, ref next, ref saved, saves);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void RowOfOneBlock(nint row, nint unit, ref float x, ref float h, ref float next, ref float saved, bool saves, ref float w)
    {
        nuint lanes = (nuint)VectorT.Count;
        ref float x0 = ref Unsafe.Add(ref x, row * InputStride);
        ref float h0 = ref Unsafe.Add(ref h, row * OutputStride);

        VectorT r = VectorT.Load(ref w, 0), z = VectorT.Load(ref w, lanes), n = VectorT.Load(ref w, 2 * lanes), q = VectorT.Load(ref w, 3 * lanes);
        nuint place = 4 * lanes;
        for (nint k = 0; k < InputSize; k++, place += 3 * lanes)
        {
            VectorT a = VectorT.Create(Unsafe.Add(ref x0, k));
            r = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place), r);
            z = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place + lanes), z);
            n = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place + 2 * lanes), n);
        }

        for (nint k = 0; k < OutputSize; k++, place += 3 * lanes)
        {
            VectorT a = VectorT.Create(Unsafe.Add(ref h0, k));
            r = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place), r);
            z = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place + lanes), z);
            q = VectorT.MultiplyAdd(a, VectorT.Load(ref w, place + 2 * lanes), q);
        }

        Finish(row, unit, r, z, n, q, ref h, ref next, ref saved, saves);
    }

    /// <summary>The gates' curves and the new state of one block of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish(
        nint row, nint unit, VectorT r, VectorT z, VectorT n, VectorT q, ref float h, ref float next, ref float saved, bool saves)
    {
        r = Curve.Sigmoid(r);
        z = Curve.Sigmoid(z);
        n = Curve.Tanh(VectorT.MultiplyAdd(r, q, n));

        // h' = (1 − z) ∘ n + z ∘ h
        nuint place = (nuint)(row * OutputStride + unit);
        VectorT.MultiplyAdd(z, VectorT.Subtract(VectorT.Load(ref h, place), n), n).Store(ref next, place);
        if (saves)
        {
            nuint stride = (nuint)OutputStride;
            ref float gates = ref Unsafe.Add(ref saved, row * 4 * OutputStride + unit);
            r.Store(ref gates, 0);
            z.Store(ref gates, stride);
            n.Store(ref gates, 2 * stride);
            q.Store(ref gates, 3 * stride);
        }
    }
}
