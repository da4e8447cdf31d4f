namespace GruGen;

/// <summary>The gradients of the shards of a process, on their way to sums of whole subtrees.</summary>
/// <param name="schema">The model.</param>
internal sealed class GradientTree(ModelSchema schema)
{
    private readonly ShardTree<GradientSet> _tree = new();
    private readonly Stack<GradientSet> _free = [];
    private GradientSet? _lent; // of the last shard, where it is a node by itself

    /// <summary>The nodes, from left to right.</summary>
    public ReadOnlySpan<ShardNode> Nodes => _tree.Nodes;

    /// <summary>The gradients of the nodes.</summary>
    public ReadOnlySpan<GradientSet> Sums => _tree.Sums;

    /// <summary>Adds the gradients of the next shard.</summary>
    /// <param name="shard">Its number.</param>
    /// <param name="gradients">Its gradients.</param>
    /// <param name="stay">Whether they stay as they are until all shards are forgotten.</param>
    public void Add(int shard, GradientSet gradients, bool stay)
    {
        var node = new ShardNode(shard, 1);
        GradientSet sum = gradients;
        while (_tree.TryTakeLeft(ref node, out GradientSet left))
        {
            left.AddShards(sum);
            if (sum != gradients)
            {
                _free.Push(sum);
            }

            sum = left;
        }

        _lent = stay && sum == gradients ? gradients : null;
        if (sum == gradients && !stay)
        {
            sum = Take(); // because the next shard is computed where these gradients are
            sum.Set(gradients);
        }

        _tree.Push(node, sum);
    }

    /// <summary>Adds the next shard, which has no sequences.</summary>
    public void AddEmpty(int shard)
    {
        GradientSet none = Take();
        none.Reset();
        Add(shard, none, stay: false);
        _free.Push(none);
    }

    /// <summary>Forgets all shards.</summary>
    public void Clear()
    {
        foreach (GradientSet sum in _tree.Sums)
        {
            if (sum != _lent)
            {
                _free.Push(sum);
            }
        }

        _tree.Clear();
    }

    private GradientSet Take() => _free.TryPop(out GradientSet? free) ? free : new GradientSet(schema);
}
