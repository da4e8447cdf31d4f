using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The states of many streams, in groups that run together: of each for each recurrent layer states[streams, size padded].
/// </summary>
internal sealed class GroupStates
{
    /// <summary>The most streams of a block: enough for the kernels, few enough that their rows stay in a cache.</summary>
    public const int BlockStreams = 256;

    private readonly int[] _sizes; // of each recurrent layer's state
    private readonly AlignedBuffer[][] _blocks;

    /// <summary>Zeros.</summary>
    /// <exception cref="InsufficientMemoryException">They do not fit into memory.</exception>
    public GroupStates(ModelSchema schema, int count)
    {
        _sizes = [.. schema.StateSizes];
        long bytes = count * (_sizes.Sum(size => (long)Simd.Padded(size)) * sizeof(float) + sizeof(long));
        if (bytes > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            throw new InsufficientMemoryException(
                $"The states of {count:N0} streams are {bytes:N0} bytes, which do not fit into memory. Use fewer streams.");
        }

        Gathered = Allocate(Math.Min(BlockStreams, count));
        _blocks = new AlignedBuffer[(int)(((long)count + BlockStreams - 1) / BlockStreams)][];
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = Allocate(Math.Min(BlockStreams, count - (i * BlockStreams)));
        }
    }

    /// <summary>The number of recurrent layers, each direction counted.</summary>
    public int Layers => _sizes.Length;

    /// <summary>The states of some streams side by side, which step without the others of their blocks.</summary>
    public AlignedBuffer[] Gathered { get; }

    /// <summary>The state of a layer of one stream, without its padding.</summary>
    public Span<float> this[int stream, int layer]
    {
        get
        {
            (int block, int row) = Math.DivRem(stream, BlockStreams);
            return _blocks[block][layer].Span.Slice(row * Simd.Padded(_sizes[layer]), _sizes[layer]);
        }
    }

    /// <summary>The states of the block that a stream is in.</summary>
    public AlignedBuffer[] Block(int stream) => _blocks[stream / BlockStreams];

    /// <summary>All states are zero.</summary>
    public void Clear()
    {
        foreach (AlignedBuffer[] block in _blocks)
        {
            foreach (AlignedBuffer states in block)
            {
                states.Span.Clear();
            }
        }
    }

    /// <summary>Copies the states of some streams to <see cref="Gathered"/>.</summary>
    public void Gather(ReadOnlySpan<int> streams) => Copy(streams, gather: true);

    /// <summary>Copies the states of some streams back from <see cref="Gathered"/>.</summary>
    public void PutBack(ReadOnlySpan<int> streams) => Copy(streams, gather: false);

    [MethodImpl(Jit.Optimized)]
    private void Copy(ReadOnlySpan<int> streams, bool gather)
    {
        for (int layer = 0; layer < _sizes.Length; layer++)
        {
            int stride = Simd.Padded(_sizes[layer]);
            ref float row = ref Gathered[layer].Start;
            foreach (int stream in streams)
            {
                ref float state = ref _blocks[stream / BlockStreams][layer].At((nint)(stream % BlockStreams) * stride);
                Packing.CopyRow(ref gather ? ref state : ref row, ref gather ? ref row : ref state, stride);
                row = ref Unsafe.Add(ref row, stride);
            }
        }
    }

    private AlignedBuffer[] Allocate(int streams) => [.. _sizes.Select(size => new AlignedBuffer((long)streams * Simd.Padded(size)))];
}
