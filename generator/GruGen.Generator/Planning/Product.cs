namespace GruGen.Generator.Planning;

/// <summary>
/// A product with a weight matrix that lies row by row, d[rows, columns] = g[rows, depth]·W[depth, columns]: what carries a gradient
/// from a layer's outputs back to its inputs.
/// </summary>
/// <param name="Segments">The depth comes in so many stretches of g that lie <paramref name="SegmentStride"/> apart, or in as many as the caller asks for.</param>
/// <param name="SegmentLength">The length of a stretch.</param>
/// <param name="SegmentStride">From one stretch of g to the next.</param>
/// <param name="RowStride">From one row of g to the next.</param>
/// <param name="Tile">Rows by vectors; the vectors divide the columns; past the last row the tile computes on and does not store.</param>
/// <param name="ReachesBack">Whether the last tile may start early and not store what is done, because the vectors do not divide the columns.</param>
/// <param name="HasWide">Whether vectors of 512 bits, of which there are 32 registers, have a tile of twice the rows where there are as many.</param>
internal sealed record InputProduct(int Segments, int SegmentLength, int SegmentStride, int RowStride, Tile Tile, bool ReachesBack = false, bool HasWide = false)
{
    /// <summary>Stretches that the caller asks for.</summary>
    public const int AsAsked = 0;

    /// <summary>The most rows of any tile: so far a product may read past the last row.</summary>
    public const int MaxRows = 8;

    /// <summary>The rows of the tile at 512 bits.</summary>
    public int MostRows => HasWide ? Tile.Wide.Rows : Tile.Rows;

    /// <summary>The multiply-adds, inlined calls and locals of the tile's method.</summary>
    public MethodBudget Budget()
    {
        int accumulators = MostRows * Tile.Vectors;
        return new MethodBudget(
            $"GradientTile{Tile}", accumulators, (accumulators * 6) + MostRows + Tile.Vectors + 2, accumulators + MostRows + Tile.Vectors + 13);
    }
}

/// <summary>
/// A product that sums over rows, dW[units, columns] += gᵀ[units, rows]·x[rows, columns]: the gradient of a weight matrix.
/// </summary>
/// <param name="Units">The rows of dW, padded, or as many as the caller asks for.</param>
/// <param name="RowStride">From one row of g to the next.</param>
/// <param name="Tile">Units by vectors; they divide the units.</param>
/// <param name="ReachesBack">Whether the last tile may start early and not store what is done, because the vectors do not divide the columns.</param>
/// <param name="HasWide">Whether vectors of 512 bits, of which there are 32 registers, have a tile of twice the units.</param>
internal sealed record WeightProduct(int Units, int RowStride, Tile Tile, bool ReachesBack = false, bool HasWide = false)
{
    /// <summary>Units that the caller asks for.</summary>
    public const int AsAsked = 0;

    /// <summary>The units of the tile at 512 bits.</summary>
    public int MostUnits => HasWide ? Tile.Wide.Rows : Tile.Rows;

    /// <summary>The multiply-adds, inlined calls and locals of the tile's method.</summary>
    public MethodBudget Budget()
    {
        int accumulators = MostUnits * Tile.Vectors;
        return new MethodBudget(
            $"WeightTile{Tile}", accumulators, (accumulators * (HasWide ? 4 : 3)) + MostUnits + Tile.Vectors + 2, accumulators + MostUnits + Tile.Vectors + 11);
    }
}
