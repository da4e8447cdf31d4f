namespace GruGen.Generator.Planning;

/// <summary>
/// A product with a weight matrix that lies row by row, d[rows, columns] = g[rows, depth]·W[depth, columns]: what carries the gradients of
/// gates back to a layer's inputs and states.
/// </summary>
/// <param name="Size">The length of the stretch of g that each gate has.</param>
/// <param name="Stride">From one gate's stretch to the next.</param>
/// <param name="RowStride">From one row of g to the next.</param>
/// <param name="Tile">Rows by vectors, of which there are no more than the columns have; past the last row a tile computes on and does not
/// store.</param>
internal sealed record InputProduct(int Size, int Stride, int RowStride, Tile Tile)
{
    /// <summary>The depth of so many gates: as many stretches, or a single one if no padding lies between them.</summary>
    public (int Segments, int Length) Depth(int gates) => Size == Stride ? (1, gates * Size) : (gates, Size);
}

/// <summary>
/// A product that sums over rows, d[left, right] += leftᵀ·right: the gradient of a weight matrix, or of its transpose. Of the left side a
/// tile broadcasts some columns, of the right side it reads vectors.
/// </summary>
/// <param name="RowStride">From one row of the right side to the next.</param>
/// <param name="ResultStride">From one row of d to the next. There is memory for as many rows as whole tiles have.</param>
/// <param name="Tile">Columns of the left side by vectors of the right one, which divide its columns.</param>
internal sealed record WeightProduct(int RowStride, int ResultStride, Tile Tile);
