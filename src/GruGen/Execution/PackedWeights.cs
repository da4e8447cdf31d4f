using System.ComponentModel;

namespace GruGen.Kernels;

/// <summary>The weights as kernels read them, all taken from the parameters at one moment.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PackedWeights
{
    private const int Kept = 1 << 30, Ended = -1;

    private int _readers; // those that will leave, and whether there are others; or that there will be none any more

    internal PackedWeights(
        int lanes, AlignedBuffer parameters, AlignedBuffer forward, AlignedBuffer? backward, AlignedBuffer? prepared = null)
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
    public AlignedBuffer Table { get; private set; }

    /// <summary>All parameters that these weights were packed from, the table first. Of published weights they never change.</summary>
    internal AlignedBuffer Parameters
    {
        get => Table;
        set => Table = value;
    }

    /// <summary>What the forward kernels read, packed for <see cref="Lanes"/>.</summary>
    public AlignedBuffer Forward { get; }

    /// <summary>The same weights row by row, which backward kernels read; only training has them.</summary>
    public AlignedBuffer? Backward { get; }

    /// <summary>
    /// What predictions read beside <see cref="Forward"/> and is made from it: weights in bfloat16, or the biases of tokens; null where
    /// there is none.
    /// </summary>
    public AlignedBuffer? Prepared { get; }

    internal long Version { get; set; } = -1;

    /// <summary>Begins to read, for good: these weights stay as they are. False where their memory was taken for newer ones.</summary>
    internal bool TryKeep()
    {
        for (int readers = Volatile.Read(ref _readers); readers >= 0;)
        {
            int before = (readers & Kept) != 0 ? readers : Interlocked.CompareExchange(ref _readers, readers | Kept, readers);
            if (before == readers)
            {
                return true;
            }

            readers = before;
        }

        return false;
    }

    /// <summary>
    /// Begins to read until <see cref="Leave"/>; until then they stay as they are. False where their memory was taken for newer ones.
    /// </summary>
    internal bool TryEnter()
    {
        for (int readers = Volatile.Read(ref _readers); readers >= 0;)
        {
            int before = Interlocked.CompareExchange(ref _readers, readers + 1, readers);
            if (before == readers)
            {
                return true;
            }

            readers = before;
        }

        return false;
    }

    /// <summary>Reads no more.</summary>
    internal void Leave() => Interlocked.Decrement(ref _readers);

    /// <summary>Whether nobody reads, and from now on nobody will: the memory may be written again.</summary>
    internal bool TryEnd() => Interlocked.CompareExchange(ref _readers, Ended, 0) == 0;
}
