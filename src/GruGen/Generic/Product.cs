using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// c = start + a·b for every matrix product of the generic layers but the gates of a step. Tiles of 4 rows × 2 vectors stay in registers over
/// the whole depth; every element is summed in the order of the depth, whichever tile it is in.
/// </summary>
internal static class Product
{
    /// <summary>c = start + a·b</summary>
    /// <param name="a">a[rows, depth], any strides: a transposed matrix is as good as another.</param>
    /// <param name="panels">b[depth, columns] as <see cref="Panels"/>.</param>
    /// <param name="start">start[rows, columns], padded to whole vectors: a bias with a row stride of 0, or c itself.</param>
    /// <param name="c">c[rows, columns], padded to whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(Matrix a, ref float panels, Matrix start, Matrix c)
    {
        nint depth = a.Columns;
        nint whole = a.Rows & ~3;
        for (nint column = 0; whole > 0 && column < c.Columns; column += Panels.Width)
        {
            ref float panel = ref Unsafe.Add(ref panels, column * depth);
            bool two = c.Columns - column > VectorT.Count;
            for (nint row = 0; row < whole; row += 4)
            {
                ref float aTile = ref a[row, 0];
                ref float startTile = ref start[row, column];
                ref float cTile = ref c[row, column];
                if (two)
                {
                    Tile4x2(ref aTile, a.RowStride, a.ColumnStride, depth, ref panel, ref startTile, start.RowStride, ref cTile, c.RowStride);
                }
                else
                {
                    Tile4x1(ref aTile, a.RowStride, a.ColumnStride, depth, ref panel, ref startTile, start.RowStride, ref cTile, c.RowStride);
                }
            }
        }

        for (nint row = whole; row < a.Rows; row++)
        {
            nint column = 0;
            for (; c.Columns - column > 3 * VectorT.Count; column += 2 * Panels.Width)
            {
                ref float panel = ref Unsafe.Add(ref panels, column * depth);
                Tile1x4(ref a[row, 0], a.ColumnStride, depth, ref panel, ref start[row, column], ref c[row, column]);
            }

            for (; column < c.Columns; column += VectorT.Count)
            {
                nint place = column / Panels.Width * Panels.Width * depth + column % Panels.Width;
                Tile1x1(ref a[row, 0], a.ColumnStride, depth, ref Unsafe.Add(ref panels, place), ref start[row, column], ref c[row, column]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x2(
        ref float a, nint aRow, nint aColumn, nint depth, ref float panel, ref float start, nint startRow, ref float c, nint cRow)
    {
        nuint lanes = (nuint)VectorT.Count;
        VectorT c00 = VectorT.Load(ref start, 0), c01 = VectorT.Load(ref start, lanes);
        start = ref Unsafe.Add(ref start, startRow);
        VectorT c10 = VectorT.Load(ref start, 0), c11 = VectorT.Load(ref start, lanes);
        start = ref Unsafe.Add(ref start, startRow);
        VectorT c20 = VectorT.Load(ref start, 0), c21 = VectorT.Load(ref start, lanes);
        start = ref Unsafe.Add(ref start, startRow);
        VectorT c30 = VectorT.Load(ref start, 0), c31 = VectorT.Load(ref start, lanes);

        nint aRow2 = 2 * aRow, aRow3 = 3 * aRow;
        for (nint k = 0; k < depth; k++, a = ref Unsafe.Add(ref a, aColumn), panel = ref Unsafe.Add(ref panel, 2 * lanes))
        {
            VectorT b0 = VectorT.Load(ref panel, 0), b1 = VectorT.Load(ref panel, lanes);
            VectorT a0 = VectorT.Create(a);
            c00 = VectorT.MultiplyAdd(a0, b0, c00);
            c01 = VectorT.MultiplyAdd(a0, b1, c01);
            VectorT a1 = VectorT.Create(Unsafe.Add(ref a, aRow));
            c10 = VectorT.MultiplyAdd(a1, b0, c10);
            c11 = VectorT.MultiplyAdd(a1, b1, c11);
            VectorT a2 = VectorT.Create(Unsafe.Add(ref a, aRow2));
            c20 = VectorT.MultiplyAdd(a2, b0, c20);
            c21 = VectorT.MultiplyAdd(a2, b1, c21);
            VectorT a3 = VectorT.Create(Unsafe.Add(ref a, aRow3));
            c30 = VectorT.MultiplyAdd(a3, b0, c30);
            c31 = VectorT.MultiplyAdd(a3, b1, c31);
        }

        c00.Store(ref c, 0);
        c01.Store(ref c, lanes);
        c = ref Unsafe.Add(ref c, cRow);
        c10.Store(ref c, 0);
        c11.Store(ref c, lanes);
        c = ref Unsafe.Add(ref c, cRow);
        c20.Store(ref c, 0);
        c21.Store(ref c, lanes);
        c = ref Unsafe.Add(ref c, cRow);
        c30.Store(ref c, 0);
        c31.Store(ref c, lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x1(
        ref float a, nint aRow, nint aColumn, nint depth, ref float panel, ref float start, nint startRow, ref float c, nint cRow)
    {
        nint aRow2 = 2 * aRow, aRow3 = 3 * aRow;
        VectorT c0 = VectorT.Load(ref start, 0);
        VectorT c1 = VectorT.Load(ref start, (nuint)startRow);
        VectorT c2 = VectorT.Load(ref start, (nuint)(2 * startRow));
        VectorT c3 = VectorT.Load(ref start, (nuint)(3 * startRow));
        for (nint k = 0; k < depth; k++, a = ref Unsafe.Add(ref a, aColumn), panel = ref Unsafe.Add(ref panel, Panels.Width))
        {
            VectorT b = VectorT.Load(ref panel, 0);
            c0 = VectorT.MultiplyAdd(VectorT.Create(a), b, c0);
            c1 = VectorT.MultiplyAdd(VectorT.Create(Unsafe.Add(ref a, aRow)), b, c1);
            c2 = VectorT.MultiplyAdd(VectorT.Create(Unsafe.Add(ref a, aRow2)), b, c2);
            c3 = VectorT.MultiplyAdd(VectorT.Create(Unsafe.Add(ref a, aRow3)), b, c3);
        }

        c0.Store(ref c, 0);
        c1.Store(ref c, (nuint)cRow);
        c2.Store(ref c, (nuint)(2 * cRow));
        c3.Store(ref c, (nuint)(3 * cRow));
    }

    /// <summary>One row × two panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile1x4(ref float a, nint aColumn, nint depth, ref float panel, ref float start, ref float c)
    {
        nuint lanes = (nuint)VectorT.Count;
        ref float second = ref Unsafe.Add(ref panel, depth * Panels.Width);
        VectorT c0 = VectorT.Load(ref start, 0), c1 = VectorT.Load(ref start, lanes);
        VectorT c2 = VectorT.Load(ref start, 2 * lanes), c3 = VectorT.Load(ref start, 3 * lanes);
        for (nuint k = 0; k < (nuint)depth; k++, a = ref Unsafe.Add(ref a, aColumn))
        {
            VectorT a0 = VectorT.Create(a);
            c0 = VectorT.MultiplyAdd(a0, VectorT.Load(ref panel, 2 * k * lanes), c0);
            c1 = VectorT.MultiplyAdd(a0, VectorT.Load(ref panel, (2 * k + 1) * lanes), c1);
            c2 = VectorT.MultiplyAdd(a0, VectorT.Load(ref second, 2 * k * lanes), c2);
            c3 = VectorT.MultiplyAdd(a0, VectorT.Load(ref second, (2 * k + 1) * lanes), c3);
        }

        c0.Store(ref c, 0);
        c1.Store(ref c, lanes);
        c2.Store(ref c, 2 * lanes);
        c3.Store(ref c, 3 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile1x1(ref float a, nint aColumn, nint depth, ref float panel, ref float start, ref float c)
    {
        VectorT c0 = VectorT.Load(ref start, 0);
        for (nint k = 0; k < depth; k++, a = ref Unsafe.Add(ref a, aColumn), panel = ref Unsafe.Add(ref panel, Panels.Width))
        {
            c0 = VectorT.MultiplyAdd(VectorT.Create(a), VectorT.Load(ref panel, 0), c0);
        }

        c0.Store(ref c, 0);
    }
}
