namespace GruGen;

/// <summary>The gradients of the shards of a process, on their way to sums of whole subtrees.</summary>
/// <param name="schema">The model.</param>
internal sealed class GradientTree(ModelSchema schema)
{
    private readonly ShardTree<GradientSet> _tree = new();
    private readonly Stack<GradientSet> _free = [];

    /// <summary>The nodes, from left to right.</summary>
    public ReadOnlySpan<ShardNode> Nodes => _tree.Nodes;

    /// <summary>The gradients of the nodes.</summary>
    public ReadOnlySpan<GradientSet> Sums => _tree.Sums;

    /// <summary>Adds the gradients of the next shard.</summary>
    public void Add(int shard, GradientSet gradients)
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

        if (sum == gradients)
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
        Add(shard, none);
        _free.Push(none);
    }

    /// <summary>Forgets all shards.</summary>
    public void Clear()
    {
        foreach (GradientSet sum in _tree.Sums)
        {
            _free.Push(sum);
        }

        _tree.Clear();
    }

    private GradientSet Take() => _free.TryPop(out GradientSet? free) ? free : new GradientSet(schema);
}
