using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>The gradient of a bias: sums over the rows of a matrix.</summary>
internal static class Columns
{
    /// <summary>sum[columns] += Σ over rows of x[rows, columns]; both padded to whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(Matrix x, ref float sum)
    {
        for (nint row = 0; row < x.Rows; row++)
        {
            ref float values = ref x[row, 0];
            for (nuint column = 0; column < (nuint)x.Columns; column += (nuint)VectorT.Count)
            {
                VectorT.Add(VectorT.Load(ref sum, column), VectorT.Load(ref values, column)).Store(ref sum, column);
            }
        }
    }
}
