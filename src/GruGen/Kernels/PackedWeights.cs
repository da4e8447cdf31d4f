using System.ComponentModel;

namespace GruGen.Kernels;

/// <summary>The weights as kernels read them, all taken from the parameters at one moment.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PackedWeights
{
    internal PackedWeights(int lanes, AlignedBuffer parameters, AlignedBuffer forward, AlignedBuffer? backward, AlignedBuffer? prepared = null)
    {
        Prepared = prepared;
        Lanes = lanes;
        Table = parameters;
        Forward = forward;
        Backward = backward;
    }

    /// <summary>The lanes of the vectors it is packed for.</summary>
    public int Lanes { get; }

    /// <summary>table[vocabulary, size] of an embedding, at its start.</summary>
    public AlignedBuffer Table { get; }

    /// <summary>All parameters that these weights were packed from, the table first. Of published weights they never change.</summary>
    internal AlignedBuffer Parameters => Table;

    /// <summary>What the forward kernels read, packed for <see cref="Lanes"/>.</summary>
    public AlignedBuffer Forward { get; }

    /// <summary>The same weights row by row, which backward kernels read; only training has them.</summary>
    public AlignedBuffer? Backward { get; }

    /// <summary>What predictions read beside <see cref="Forward"/> and is made from it: weights in bfloat16, or the biases of tokens; null where there is none.</summary>
    public AlignedBuffer? Prepared { get; }

    internal long Version { get; set; } = -1;
}
