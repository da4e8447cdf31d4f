using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// The right-hand side of a <see cref="Product"/>, b[depth, columns], packed as [panel][depth][<see cref="Width"/>]: a tile walks through a
/// panel from its start to its end, whatever the size of a row was. Columns past the last one are zero.
/// </summary>
internal static class Panels
{
    /// <summary>The columns of a panel: two vectors.</summary>
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * VectorT.Count;
    }

    /// <summary>The number of floats of the panels for b[depth, columns].</summary>
    public static long Length(long depth, long columns) => checked(depth * ((columns + Width - 1) / Width * Width));

    /// <summary>Packs any rows: they become the rows <paramref name="first"/>, … of b[<paramref name="depth"/>, columns].</summary>
    public static void Pack(Matrix rows, ref float panels, nint first, nint depth)
    {
        for (nint column = 0; column < rows.Columns; column++)
        {
            nint place = column / Width * Width * depth + column % Width + first * Width;
            for (nint k = 0; k < rows.Rows; k++)
            {
                Unsafe.Add(ref panels, place + k * Width) = rows[k, column];
            }
        }
    }

    /// <summary>Packs rows that are padded to whole vectors, a vector at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRows(Matrix rows, ref float panels, nint first, nint depth)
    {
        for (nint column = 0; column < rows.Columns; column += VectorT.Count)
        {
            nint place = column / Width * Width * depth + column % Width + first * Width;
            for (nint k = 0; k < rows.Rows; k++)
            {
                VectorT.Load(ref rows[k, column], 0).Store(ref panels, (nuint)(place + k * Width));
            }
        }
    }
}
