namespace GruGen;

/// <summary>A range of the shards that every batch has.</summary>
/// <param name="From">The first of them.</param>
/// <param name="To">The one after the last of them.</param>
internal readonly record struct ShardRange(int From, int To)
{
    /// <summary>The number of shards.</summary>
    public int Count => To - From;

    /// <summary>The shards of a process: about as many as each of the others has.</summary>
    /// <param name="shards">The number of all shards.</param>
    /// <param name="rank">The number of the process.</param>
    /// <param name="size">The number of processes.</param>
    public static ShardRange Of(int shards, int rank, int size) =>
        new((int)((long)shards * rank / size), (int)((long)shards * (rank + 1) / size));

    /// <summary>The shards of this process; all of them where there is no cluster.</summary>
    public static ShardRange Of(int shards, TrainingCluster? cluster) => Of(shards, cluster?.Rank ?? 0, cluster?.Size ?? 1);

    /// <summary>Which of so many sequences, or of other things in a row, a shard has.</summary>
    public static (int From, int To) Part(int count, int shard, int shards) =>
        ((int)((long)count * shard / shards), (int)((long)count * (shard + 1) / shards));

    /// <summary>The largest number of sequences that a shard has of so many.</summary>
    public static int LargestPart(int count, int shards) => (int)(((long)count + shards - 1) / shards);

    /// <summary>The whole subtrees that the range is made of: as few as can be, see <see cref="ShardTree{T}"/>.</summary>
    public ShardNode[] Nodes()
    {
        var tree = new ShardTree<int>();
        for (int shard = From; shard < To; shard++)
        {
            ShardNode node = new(shard, 1);
            while (tree.TryTakeLeft(ref node, out _))
            {
            }

            tree.Push(node, 0);
        }

        return [.. tree.Nodes];
    }
}
