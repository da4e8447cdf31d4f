using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>
/// A batch of a source in parts, of which a process has the sequences of its own shards alone. Before each step the processes tell each
/// other what all need to know of the others' parts: where the epoch ends, and what the losses are divided by.
/// </summary>
/// <remarks>
/// A shard takes as many sequences of its part as it has of a full batch, and dropout counts their places as in one. So nothing depends
/// on which process has a part, nor on whether another part is at its end.
/// </remarks>
internal sealed class BatchParts
{
    private const int Sequences = 0, HasRead = 1, FirstDivisor = 2; // columns

    private readonly TrainingCluster? _cluster;
    private readonly int _shards, _batchSize, _columns;
    private readonly int[] _ends; // of the shards of this process, in its sequences
    private readonly double[] _numbers; // [shards, 2 + outputs]; the first row becomes the sum

    /// <param name="outputs">The number of the model's outputs.</param>
    /// <param name="options">The options.</param>
    public BatchParts(int outputs, TrainingOptions options)
    {
        (_cluster, _shards, _batchSize, _columns) = (options.Cluster, options.Shards, options.BatchSize, FirstDivisor + outputs);
        Own = ShardRange.Of(_shards, _cluster);
        (_ends, _numbers) = (new int[Own.Count], new double[_shards * _columns]);
    }

    /// <summary>The shards of this process, which are the parts that it reads.</summary>
    public ShardRange Own { get; }

    /// <summary>The largest number of sequences that a shard of this process has.</summary>
    public int Largest { get; private set; }

    /// <summary>The number of sequences of the whole batch, once all agree.</summary>
    public long Count => (long)_numbers[Sequences];

    /// <summary>What the sums of the losses of the whole batch are divided by, once all agree.</summary>
    public ReadOnlySpan<double> Divisors => _numbers.AsSpan(FirstDivisor, _columns - FirstDivisor);

    /// <summary>Where the sequences of a shard of this process are in those of the process.</summary>
    public (int From, int To) this[int shard] => (shard == Own.From ? 0 : _ends[shard - Own.From - 1], _ends[shard - Own.From]);

    /// <summary>The place of a shard's first sequence in a full batch.</summary>
    public int FirstPlace(int shard) => ShardRange.Part(_batchSize, shard, _shards).From;

    /// <summary>The number of sequences that a shard has of a full batch.</summary>
    public int FullCount(int shard) => ShardRange.Part(_batchSize, shard, _shards).To - FirstPlace(shard);

    /// <summary>Turns to the next batch.</summary>
    /// <param name="counts">The sequences of each shard of this process; none at all if its parts are at their end.</param>
    /// <param name="hasRead">Whether this process has read a sequence in this epoch.</param>
    public void Begin(ReadOnlySpan<int> counts, bool hasRead)
    {
        Array.Clear(_numbers); // divisors of the batch before, and sums
        (Largest, int end) = (0, 0);
        for (int i = 0; i < _ends.Length; i++)
        {
            int count = counts.IsEmpty ? 0 : counts[i];
            (Largest, _ends[i]) = (Math.Max(Largest, count), end += count);
            Span<double> numbers = Numbers(Own.From + i);
            (numbers[Sequences], numbers[HasRead]) = (count, hasRead ? 1 : 0);
        }
    }

    /// <summary>Sets what the losses of a shard of this process are divided by.</summary>
    public void SetDivisors(int shard, ReadOnlySpan<double> divisors) => divisors.CopyTo(Numbers(shard)[FirstDivisor..]);

    /// <summary>Has all processes know what the whole batch has.</summary>
    /// <param name="batch">The number of the batch.</param>
    /// <param name="isStopping">Whether this process has had enough, and no batch.</param>
    /// <returns>Whether one of the processes has had enough.</returns>
    /// <exception cref="InvalidOperationException">No part has a sequence.</exception>
    public bool Agree(int batch, bool isStopping)
    {
        if (_cluster is not null)
        {
            Span<byte> own = MemoryMarshal.AsBytes(_numbers.AsSpan(Own.From * _columns, Own.Count * _columns));
            _cluster.Collect(ClusterTask.Stop, batch, _columns, own, isStopping).CopyTo(MemoryMarshal.AsBytes(_numbers.AsSpan()));
            isStopping = _cluster.AnySaysSo;
        }

        // in the order of the tree, so that a sum of weights has the same bits however many processes there are
        Span<double> sums = ShardSum.Of(_numbers, _columns);
        return isStopping || sums[HasRead] > 0 ? isStopping : throw NothingRead();
    }

    /// <summary>The exception for a source without sequences.</summary>
    public static InvalidOperationException NothingRead() =>
        new("The source has no sequences in this epoch. Its function is called in each epoch, and has to begin anew.");

    private Span<double> Numbers(int shard) => _numbers.AsSpan(shard * _columns, _columns);
}
