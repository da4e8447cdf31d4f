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

    /// <summary>The rows of the tile at 512 bits.</summary>
    public int MostRows => HasWide ? Tile.Wide.Rows : Tile.Rows;

    /// <summary>The multiply-adds, inlined calls and locals of the tile's method.</summary>
    public MethodBudget Budget()
    {
        int accumulators = MostRows * Tile.Vectors;
        return new MethodBudget(
            $"GradientTile{Tile}", accumulators, (accumulators * 5) + MostRows + Tile.Vectors + 2, accumulators + MostRows + Tile.Vectors + 13);
    }
}

/// <summary>
/// A product that sums over rows, d[left, right] += leftᵀ·right: the gradient of a weight matrix, or of its transpose. Of the left side a tile broadcasts
/// some columns, of the right side it reads vectors.
/// </summary>
/// <param name="Columns">The columns of the right side, or as many as the caller asks for.</param>
/// <param name="RowStride">From one row of the right side to the next.</param>
/// <param name="ResultStride">From one row of d to the next. There is memory for as many rows as whole tiles have.</param>
/// <param name="Tile">Columns of the left side by vectors of the right one, which divide its columns.</param>
/// <param name="HasHalf">Whether there is half as much of the left side without fused multiply-add, where a product takes a register of its own.</param>
/// <param name="HasWide">Whether vectors of 512 bits, of which there are 32 registers, have twice as much of the left side where there is as much.</param>
internal sealed record WeightProduct(int Columns, int RowStride, int ResultStride, Tile Tile, bool HasHalf, bool HasWide)
{
    /// <summary>Columns that the caller asks for.</summary>
    public const int AsAsked = 0;

    /// <summary>The columns of the left side that the smallest tile has.</summary>
    public int Fewest => HasHalf ? Tile.Rows / 2 : Tile.Rows;

    /// <summary>The columns of the left side that the largest tile has.</summary>
    public int Most => HasWide ? Tile.Wide.Rows : Tile.Rows;

    /// <summary>The multiply-adds, inlined calls and locals of the tile's method.</summary>
    public MethodBudget Budget()
    {
        int accumulators = Most * Tile.Vectors, notAlways = (Most - Fewest) * Tile.Vectors, fused = (Tile.Rows - Fewest) * Tile.Vectors;
        return new MethodBudget(
            $"WeightTile{Tile}",
            accumulators,
            InlinedCalls: (accumulators * 4) + notAlways + fused + Most + Tile.Vectors + 4,
            Locals: accumulators + Most + Tile.Vectors + 11);
    }
}
