using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>
/// From the sums of the subtrees that processes have to that of all shards, in each process. Every process finishes the tree for a part of
/// the gradients, which all others send it, and all give each other what they have finished.
/// </summary>
/// <remarks>
/// A process sends and receives about twice the gradients if the number of processes divides that of the shards and is a power of two,
/// as the fastest ways to add up numbers of many processes do; for other numbers of processes at most twice as much in the first half.
/// </remarks>
internal sealed class GradientReduction
{
    private readonly TrainingCluster _cluster;
    private readonly int _chunk;
    private readonly GradientSet _sum;
    private readonly ShardNode[][] _nodes; // of each process
    private readonly int[] _starts, _sendCounts, _receiveCounts, _resultCounts;
    private readonly ShardTree<int> _tree = new(); // of places in what was received
    private float[] _send = [], _received = [], _results = [];

    /// <param name="schema">The model.</param>
    /// <param name="shards">The number of shards.</param>
    /// <param name="cluster">The processes.</param>
    /// <param name="chunk">The floats that travel at once.</param>
    public GradientReduction(ModelSchema schema, int shards, TrainingCluster cluster, int chunk = 1 << 22)
    {
        (_cluster, _chunk, _sum) = (cluster, chunk, new GradientSet(schema));
        _nodes = [.. Enumerable.Range(0, cluster.Size).Select(rank => ShardRange.Of(shards, rank, cluster.Size).Nodes())];
        (_starts, _sendCounts) = (new int[cluster.Size + 1], new int[cluster.Size]);
        (_receiveCounts, _resultCounts) = (new int[cluster.Size], new int[cluster.Size]);
    }

    /// <summary>Adds up the gradients of all shards.</summary>
    /// <param name="own">The nodes of this process.</param>
    /// <param name="tokens">The tokens of all shards, each once, in the order of their shards.</param>
    /// <returns>The sum, which is valid until the next one.</returns>
    public GradientSet Run(GradientTree own, ReadOnlySpan<int> tokens)
    {
        _sum.BeginTokens(tokens);
        long length = _sum.FlatLength(tokens.Length);
        for (long from = 0; from < length; from += _chunk)
        {
            Run(own, tokens, from, (int)Math.Min(_chunk, length - from));
        }

        return _sum;
    }

    private void Run(GradientTree own, ReadOnlySpan<int> tokens, long from, int length)
    {
        int size = _cluster.Size, rank = _cluster.Rank;
        for (int i = 0; i <= size; i++)
        {
            _starts[i] = (int)((long)length * i / size);
        }

        // to each process, of its part of the gradients, all nodes one behind the other
        int mine = _starts[rank + 1] - _starts[rank], received = 0;
        bool isAsItIs = tokens.IsEmpty && own.Nodes.Length == 1; // the parts of one node lie as they are to be sent
        Span<float> send = isAsItIs ? own.Sums[0].Flat(from, length) : Room(ref _send, own.Nodes.Length * length);
        for (int other = 0, place = 0; other < size; other++)
        {
            int part = _starts[other + 1] - _starts[other];
            for (int node = 0; node < own.Nodes.Length && !isAsItIs; node++)
            {
                own.Sums[node].WriteFlat(tokens, from + _starts[other], send.Slice(place, part));
                place += part;
            }

            _sendCounts[other] = own.Nodes.Length * part * sizeof(float);
            _receiveCounts[other] = _nodes[other].Length * mine * sizeof(float);
            _resultCounts[other] = part * sizeof(float);
            received += _nodes[other].Length * mine;
        }

        Span<float> parts = Room(ref _received, received);
        Span<float> results = tokens.IsEmpty ? _sum.Flat(from, length) : Room(ref _results, length);
        _cluster.CarryParts(MemoryMarshal.AsBytes(send), _sendCounts, MemoryMarshal.AsBytes(parts), _receiveCounts);
        AddNodes(parts, mine);
        _cluster.CarryToAll(MemoryMarshal.AsBytes(parts[..mine]), MemoryMarshal.AsBytes(results), _resultCounts);
        if (!tokens.IsEmpty)
        {
            _sum.ReadFlat(from, results);
        }
    }

    /// <summary>Adds up a part of the gradients of all nodes; the first one becomes the sum.</summary>
    private void AddNodes(Span<float> parts, int length)
    {
        int place = 0;
        foreach (ShardNode[] nodes in _nodes)
        {
            foreach (ShardNode each in nodes)
            {
                ShardNode node = each;
                int sum = place;
                while (_tree.TryTakeLeft(ref node, out int left))
                {
                    GradientSet.Add(parts.Slice(left, length), parts.Slice(sum, length));
                    sum = left;
                }

                _tree.Push(node, sum);
                place += length;
            }
        }

        _tree.Clear();
    }

    private static Span<float> Room(ref float[] room, int length)
    {
        if (room.Length < length)
        {
            room = GC.AllocateUninitializedArray<float>((int)Math.Min(2L * length, Array.MaxLength)); // batches differ in their tokens
        }

        return room.AsSpan(0, length);
    }
}
