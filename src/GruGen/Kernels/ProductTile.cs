using System.ComponentModel;

namespace GruGen.Kernels;

/// <summary>
/// The results of a product that stay in registers, so many rows by so many vectors: eight accumulators or twelve, and twice the rows with
/// 32 registers of 512 bits where there is more than one vector.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum ProductTile
{
    /// <summary>2 rows by one vector, each sum in four chains: of a Dense layer of one block.</summary>
    Of2x1,

    /// <summary>8 rows by one vector.</summary>
    Of8x1,

    /// <summary>4 rows by two vectors.</summary>
    Of4x2,

    /// <summary>4 rows by three vectors.</summary>
    Of4x3,
}
