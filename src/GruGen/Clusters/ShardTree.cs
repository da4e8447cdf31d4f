using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>A node of the tree in which what shards have is added up.</summary>
/// <param name="First">The first of its shards.</param>
/// <param name="Count">Their number, a power of two of which <paramref name="First"/> is a multiple.</param>
internal readonly record struct ShardNode(int First, int Count)
{
    /// <summary>Whether the node of as many shards before this one is the other half of what both make.</summary>
    public bool IsRight => (First & Count) != 0;
}

/// <summary>
/// The sums on the way to that of all shards. They are added in one fixed binary tree, <c>((0 + 1) + (2 + 3)) + …</c>, whoever adds them
/// and wherever, so the bits of a sum depend on the number of shards alone. Nodes come from left to right; two halves become one at once,
/// so of n shards at most log₂ n + 1 sums are kept.
/// </summary>
/// <typeparam name="T">What a sum is.</typeparam>
internal sealed class ShardTree<T>
{
    private readonly List<ShardNode> _nodes = [];
    private readonly List<T> _sums = [];

    /// <summary>The nodes that are there, from left to right.</summary>
    public ReadOnlySpan<ShardNode> Nodes => CollectionsMarshal.AsSpan(_nodes);

    /// <summary>Their sums.</summary>
    public ReadOnlySpan<T> Sums => CollectionsMarshal.AsSpan(_sums);

    /// <summary>Takes out the left half of what it makes with this node, if it is there.</summary>
    /// <param name="node">A node to the right of all that are there; becomes the one that both make.</param>
    /// <param name="left">The sum of the left half, to which that of the node is to be added.</param>
    public bool TryTakeLeft(ref ShardNode node, out T left)
    {
        if (!node.IsRight || _nodes.Count == 0 || _nodes[^1].Count != node.Count)
        {
            left = default!;
            return false;
        }

        (left, node) = (_sums[^1], new ShardNode(node.First - node.Count, 2 * node.Count));
        _nodes.RemoveAt(_nodes.Count - 1);
        _sums.RemoveAt(_sums.Count - 1);
        return true;
    }

    /// <summary>Adds a node to the right of all that are there.</summary>
    public void Push(ShardNode node, T sum)
    {
        _nodes.Add(node);
        _sums.Add(sum);
    }

    /// <summary>Forgets all nodes.</summary>
    public void Clear()
    {
        _nodes.Clear();
        _sums.Clear();
    }
}

/// <summary>Sums of numbers in the order of a <see cref="ShardTree{T}"/>.</summary>
internal static class ShardSum
{
    /// <summary>Adds the numbers of all shards.</summary>
    /// <param name="numbers">
    /// numbers[shards, count], with a power of two of shards; the first row becomes the sum, the others have no meaning.
    /// </param>
    /// <param name="count">The numbers of a shard.</param>
    public static Span<double> Of(Span<double> numbers, int count)
    {
        for (int width = count; width < numbers.Length; width *= 2)
        {
            for (int left = 0; left < numbers.Length; left += 2 * width)
            {
                for (int i = 0; i < count; i++)
                {
                    numbers[left + i] += numbers[left + width + i];
                }
            }
        }

        return numbers[..count];
    }
}
