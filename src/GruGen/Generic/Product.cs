using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// c = start + a·b, the one matrix product of all layers, forward and backward. b[depth, columns] is packed as [panel][depth][two vectors]:
/// a tile of 4 rows × 1 panel, or of 1 row × 3 panels, stays in registers while it walks through its panels from start to end. Every
/// element is summed in the order of the depth, whichever tile it is in.
/// </summary>
internal static class Product
{
    private const int BlockRows = 128; // rows of a that stay in a cache while all panels pass by

    /// <summary>The columns of a panel: two vectors, but no more than rows are padded to.</summary>
    private static int Panel
    {
        [MethodImpl(Jit.Inline)]
        get => Math.Min(2 * VectorT.Count, Simd.MaxLanes);
    }

    /// <summary>Packs rows of b, any strides, as the rows <paramref name="first"/>, … of b[<paramref name="depth"/>, columns].</summary>
    [MethodImpl(Jit.Optimized)]
    public static void Pack(in Matrix rows, ref float panels, nint first, nint depth)
    {
        for (nint column = 0; column < rows.Columns; column += Panel)
        {
            ref float panel = ref Unsafe.Add(ref panels, column * depth + first * Panel);
            nint width = nint.Min(Panel, rows.Columns - column), step = rows.ColumnStride;
            for (nint row = 0; row < rows.Rows; row++, panel = ref Unsafe.Add(ref panel, Panel))
            {
                ref float source = ref rows[row, column];
                for (nint i = 0; i < width; i++, source = ref Unsafe.Add(ref source, step))
                {
                    Unsafe.Add(ref panel, i) = source;
                }
            }
        }
    }

    /// <summary>c = start + a·b</summary>
    /// <param name="a">a[rows, depth], any strides: a transposed matrix is as good as another.</param>
    /// <param name="panels">b[depth, columns], packed.</param>
    /// <param name="start">start[rows, columns], padded: a bias with a row stride of 0, or c itself.</param>
    /// <param name="c">c[rows, columns], padded.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Multiply(in Matrix a, ref float panels, in Matrix start, in Matrix c)
    {
        for (nint first = 0; first < a.Rows; first += BlockRows)
        {
            nint end = nint.Min(first + BlockRows, a.Rows), whole = end & ~3;
            for (nint column = 0; first < whole && column < c.Columns; column += Panel)
            {
                for (nint row = first; row < whole; row += 4)
                {
                    FourRows(a, ref Unsafe.Add(ref panels, column * a.Columns), start, c, row, column);
                }
            }

            for (nint row = whole; row < end; row++)
            {
                for (nint column = 0; column < c.Columns; column += 3 * Panel)
                {
                    OneRow(a, ref Unsafe.Add(ref panels, column * a.Columns), start, c, row, column);
                }
            }
        }
    }

    [MethodImpl(Jit.Tile)]
    private static void FourRows(in Matrix a, ref float panel, in Matrix start, in Matrix c, nint row, nint column)
    {
        nuint second = (nuint)(Panel - VectorT.Count);
        VectorT c00 = VectorT.Load(ref start[row, column], 0), c01 = VectorT.Load(ref start[row, column], second);
        VectorT c10 = VectorT.Load(ref start[row + 1, column], 0), c11 = VectorT.Load(ref start[row + 1, column], second);
        VectorT c20 = VectorT.Load(ref start[row + 2, column], 0), c21 = VectorT.Load(ref start[row + 2, column], second);
        VectorT c30 = VectorT.Load(ref start[row + 3, column], 0), c31 = VectorT.Load(ref start[row + 3, column], second);

        ref float x = ref a[row, 0];
        nint depth = a.Columns, next = a.ColumnStride, row1 = a.RowStride, row2 = 2 * row1, row3 = 3 * row1;
        for (nint k = 0; k < depth; k++, x = ref Unsafe.Add(ref x, next), panel = ref Unsafe.Add(ref panel, Panel))
        {
            VectorT b0 = VectorT.Load(ref panel, 0), b1 = VectorT.Load(ref panel, second);
            VectorT a0 = VectorT.Create(x), a1 = VectorT.Create(Unsafe.Add(ref x, row1));
            c00 = VectorT.MultiplyAdd(a0, b0, c00);
            c01 = VectorT.MultiplyAdd(a0, b1, c01);
            c10 = VectorT.MultiplyAdd(a1, b0, c10);
            c11 = VectorT.MultiplyAdd(a1, b1, c11);
            VectorT a2 = VectorT.Create(Unsafe.Add(ref x, row2)), a3 = VectorT.Create(Unsafe.Add(ref x, row3));
            c20 = VectorT.MultiplyAdd(a2, b0, c20);
            c21 = VectorT.MultiplyAdd(a2, b1, c21);
            c30 = VectorT.MultiplyAdd(a3, b0, c30);
            c31 = VectorT.MultiplyAdd(a3, b1, c31);
        }

        c00.Put(ref c[row, column], 0);
        c01.Put(ref c[row, column], second);
        c10.Put(ref c[row + 1, column], 0);
        c11.Put(ref c[row + 1, column], second);
        c20.Put(ref c[row + 2, column], 0);
        c21.Put(ref c[row + 2, column], second);
        c30.Put(ref c[row + 3, column], 0);
        c31.Put(ref c[row + 3, column], second);
    }

    /// <summary>Where fewer than three panels are left, the first one stands in: it gives the same numbers again.</summary>
    [MethodImpl(Jit.Tile)]
    private static void OneRow(in Matrix a, ref float panel, in Matrix start, in Matrix c, nint row, nint column)
    {
        nint depth = a.Columns, next = a.ColumnStride, left = c.Columns - column;
        nint column1 = left > Panel ? Panel : 0, column2 = left > 2 * Panel ? 2 * Panel : 0;
        ref float panel1 = ref Unsafe.Add(ref panel, column1 * depth), panel2 = ref Unsafe.Add(ref panel, column2 * depth);
        nuint second = (nuint)(Panel - VectorT.Count), place1 = (nuint)column1, place2 = (nuint)column2;
        ref float from = ref start[row, column], to = ref c[row, column], x = ref a[row, 0];
        VectorT c00 = VectorT.Load(ref from, 0), c01 = VectorT.Load(ref from, second);
        VectorT c10 = VectorT.Load(ref from, place1), c11 = VectorT.Load(ref from, place1 + second);
        VectorT c20 = VectorT.Load(ref from, place2), c21 = VectorT.Load(ref from, place2 + second);
        nuint place = 0;
        for (nint k = 0; k < depth; k++, x = ref Unsafe.Add(ref x, next), place += (nuint)Panel)
        {
            VectorT a0 = VectorT.Create(x);
            c00 = VectorT.MultiplyAdd(a0, VectorT.Load(ref panel, place), c00);
            c01 = VectorT.MultiplyAdd(a0, VectorT.Load(ref panel, place + second), c01);
            c10 = VectorT.MultiplyAdd(a0, VectorT.Load(ref panel1, place), c10);
            c11 = VectorT.MultiplyAdd(a0, VectorT.Load(ref panel1, place + second), c11);
            c20 = VectorT.MultiplyAdd(a0, VectorT.Load(ref panel2, place), c20);
            c21 = VectorT.MultiplyAdd(a0, VectorT.Load(ref panel2, place + second), c21);
        }

        c00.Put(ref to, 0);
        c01.Put(ref to, second);
        c10.Put(ref to, place1);
        c11.Put(ref to, place1 + second);
        c20.Put(ref to, place2);
        c21.Put(ref to, place2 + second);
    }
}
