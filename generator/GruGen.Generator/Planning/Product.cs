using System.Collections.Generic;

namespace GruGen.Generator.Planning;

/// <summary>
/// A product with a weight matrix that lies row by row, d[rows, columns] = g[rows, depth]·W[depth, columns]: what carries a gradient
/// from a layer's outputs back to its inputs.
/// </summary>
/// <param name="Segments">The depth comes in so many stretches of g that lie <paramref name="SegmentStride"/> apart.</param>
/// <param name="SegmentLength">The length of a stretch.</param>
/// <param name="SegmentStride">From one stretch of g to the next.</param>
/// <param name="RowStride">From one row of g to the next.</param>
/// <param name="Tile">The largest tile.</param>
/// <param name="Tiles">All tiles that some rows or columns need.</param>
/// <param name="Unroll">Depth steps written out in the loop.</param>
internal sealed record InputProduct(
    int Segments, int SegmentLength, int SegmentStride, int RowStride, Tile Tile, IReadOnlyList<Tile> Tiles, int Unroll)
{
    /// <summary>The multiply-adds, inlined calls and locals of one tile's method.</summary>
    public MethodBudget Budget(string name, Tile tile)
    {
        int steps = Unroll + (SegmentLength % Unroll);
        int accumulators = tile.Rows * tile.Vectors;
        return new MethodBudget(
            $"{name}{tile}",
            steps * accumulators,
            (steps * (accumulators + tile.Rows + tile.Vectors)) + (accumulators * 4),
            accumulators + (steps * (tile.Rows + tile.Vectors)) + 8);
    }
}

/// <summary>
/// A product that sums over rows, dW[units, columns] += gᵀ[units, rows]·x[rows, columns]: the gradient of a weight matrix.
/// </summary>
/// <param name="Units">The rows of dW, padded.</param>
/// <param name="RowStride">From one row of g to the next.</param>
/// <param name="Tile">Units by vectors of the largest tile; it divides the units.</param>
/// <param name="Tiles">All tiles that some columns need.</param>
internal sealed record WeightProduct(int Units, int RowStride, Tile Tile, IReadOnlyList<Tile> Tiles)
{
    /// <summary>The multiply-adds, inlined calls and locals of one tile's method.</summary>
    public static MethodBudget Budget(string name, Tile tile)
    {
        int accumulators = tile.Rows * tile.Vectors;
        return new MethodBudget(
            $"{name}{tile}", accumulators, accumulators + tile.Rows + tile.Vectors + (accumulators * 2), accumulators + tile.Rows + tile.Vectors + 8);
    }
}
