using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>
/// The losses and the metrics of an epoch or of a validation: of each shard by itself, in the order of the batches, and of all shards in
/// the order of the tree that gradients are added in. So they depend neither on the number of processes nor on which has which shard.
/// </summary>
internal sealed class EpochTotals
{
    private readonly Func<Totals> _create;
    private readonly TrainingCluster? _cluster;
    private readonly int _shards;
    private readonly Totals[] _totals; // of the shards of this process

    /// <exception cref="NotSupportedException">There are several shards, but a metric cannot be added up.</exception>
    public EpochTotals(Loss loss, TrainingOptions options, ModelSchema schema)
    {
        _create = () => new Totals(loss, options.Metrics, schema);
        (_cluster, _shards) = (options.Cluster is { Size: > 1 } cluster ? cluster : null, options.Shards);
        Own = ShardRange.Of(_shards, _cluster);
        _totals = [.. Enumerable.Range(0, Own.Count).Select(_ => _create())];
        if (_shards > 1)
        {
            _create().Merge(_create()); // which a metric that cannot be added up refuses
        }
    }

    /// <summary>The shards of this process.</summary>
    public ShardRange Own { get; }

    /// <summary>The totals of a shard of this process.</summary>
    public Totals this[int shard] => _totals[shard - Own.From];

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        foreach (Totals totals in _totals)
        {
            totals.Clear();
        }
    }

    /// <summary>Adds to what the sums of the losses are divided by: that of a whole batch, which the first shard has.</summary>
    public void AddDivisors(LossParts losses)
    {
        if (Own.From == 0)
        {
            _totals[0].AddDivisors(losses);
        }
    }

    /// <summary>What they are of all shards, so far; in a cluster all processes have to ask.</summary>
    public Evaluation Mean() => _shards == 1 && _cluster is null ? _totals[0].Mean() : Sum(All()).Mean();

    /// <summary>
    /// What <see cref="SetState"/> goes on from; in a cluster all processes have to ask. Of several shards it has the number of the numbers
    /// of each before these.
    /// </summary>
    public double[] GetState()
    {
        double[][] all = All();
        return _shards == 1 ? all[0] : Join(all);
    }

    /// <summary>Makes the totals of the shards of this process what they were when <see cref="GetState"/> gave these numbers.</summary>
    /// <exception cref="InvalidDataException">They are not of such a loss, such metrics and so many shards.</exception>
    public void SetState(ReadOnlySpan<double> state)
    {
        double[][] all = _shards == 1 ? [state.ToArray()] : Split(state, _shards);
        foreach (double[] each in all)
        {
            _create().SetState(each); // so that one that cannot be changes nothing
        }

        for (int i = 0; i < _totals.Length; i++)
        {
            _totals[i].SetState(all[Own.From + i]);
        }
    }

    /// <summary>The states of all shards.</summary>
    private double[][] All()
    {
        double[][] own = [.. _totals.Select(totals => totals.GetState())];
        if (_cluster is null)
        {
            return own;
        }

        ReadOnlySpan<byte> all = _cluster.Collect(ClusterTask.Sums, 0, 0, MemoryMarshal.AsBytes(Join(own).AsSpan()));
        return Split(MemoryMarshal.Cast<byte, double>(all), _shards);
    }

    private Totals Sum(double[][] states)
    {
        var tree = new ShardTree<Totals>();
        for (int shard = 0; shard < states.Length; shard++)
        {
            var node = new ShardNode(shard, 1);
            Totals sum = _create();
            sum.SetState(states[shard]);
            while (tree.TryTakeLeft(ref node, out Totals left))
            {
                left.Merge(sum);
                sum = left;
            }

            tree.Push(node, sum);
        }

        return tree.Sums[0];
    }

    /// <summary>States one behind the other, each behind the number of its numbers.</summary>
    private static double[] Join(double[][] states) => [.. states.SelectMany(state => (double[])[state.Length, .. state])];

    /// <summary>What <see cref="Join"/> has made one.</summary>
    /// <exception cref="InvalidDataException">They are not so many.</exception>
    private static double[][] Split(ReadOnlySpan<double> states, int count)
    {
        double[][] split = new double[count][];
        for (int i = 0; i < count; i++)
        {
            int length = states is [>= 0 and var given, ..] && given < states.Length && given == (int)given
                ? (int)given : throw new InvalidDataException($"The sums of an epoch are not those of {count} shards.");
            split[i] = states.Slice(1, length).ToArray();
            states = states[(1 + length)..];
        }

        return states.IsEmpty ? split : throw new InvalidDataException($"The sums of an epoch are those of more than {count} shards.");
    }
}
