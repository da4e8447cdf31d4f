namespace GruGen;

/// <summary>
/// The batches of a dataset in memory, in an order of each epoch that depends on the seed and the number of the epoch alone.
/// </summary>
internal sealed class DatasetBatches<TData> : BatchSource<TData>
    where TData : SequenceDataset
{
    private const int GroupedBatches = 50; // whose sequences are sorted by length among themselves

    private readonly TrainingOptions _options;
    private readonly int _count;
    private readonly int[] _order;
    private readonly int[] _starts; // of the batches in the order, and the end of the last one
    private readonly double[] _cumulative; // sampling weights, added up
    private int _next;

    /// <param name="data">The dataset.</param>
    /// <param name="count">How many of its sequences, counted from the first, are trained on.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">There is not one sampling weight for each of the sequences.</exception>
    public DatasetBatches(TData data, int count, TrainingOptions options)
    {
        (Data, _count, _options) = (data, count, options);
        BatchSize = data.Streams > 0 ? data.Streams : options.BatchSize;
        _order = new int[count];
        _starts = new int[(int)(((long)count + BatchSize - 1) / BatchSize) + 1];
        _cumulative = new double[options.SamplingWeights?.Count ?? 0];
        if (_cumulative.Length == 0)
        {
            return;
        }

        if (_cumulative.Length != count || data.Streams > 0)
        {
            throw new ArgumentException(
                $"'{nameof(options.SamplingWeights)}' has {_cumulative.Length} elements, but {(data.Streams > 0 ? 0 : count)} are expected "
                    + (data.Streams > 0 ? "(streams are taken in their order)." : "(one for each sequence that is trained on)."),
                nameof(options));
        }

        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            _cumulative[i] = sum += options.SamplingWeights![i];
        }
    }

    public override int Batches => _starts.Length - 1;

    public override long Sequences => _count;

    public override int BatchSize { get; }

    public override object Origin => Data;

    public override bool Continues => Data.Streams > 0;

    public override TData Data { get; }

    public override ReadOnlySpan<int> Indices => _order.AsSpan(_starts[_next - 1].._starts[_next]);

    public override void Begin(int seed, int epoch, int skip)
    {
        for (int i = 0; i < _count; i++)
        {
            _order[i] = i;
        }

        for (int i = 0; i < _starts.Length; i++)
        {
            _starts[i] = (int)Math.Min((long)i * BatchSize, _count);
        }

        if (Data.Streams == 0)
        {
            Arrange(new RandomSource((ulong)seed, RandomSource.ShuffleStream + (ulong)epoch));
        }

        _next = skip;
    }

    public override bool MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_next >= Batches)
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Arrange(RandomSource random)
    {
        if (_cumulative.Length > 0)
        {
            Draw(random);
        }
        else if (_options.Shuffle)
        {
            random.Shuffle(_order);
        }

        if (_options.GroupByLength)
        {
            Group(random);
        }
    }

    /// <summary>Draws every sequence anew, with replacement, as often on average as its weight says.</summary>
    private void Draw(RandomSource random)
    {
        double total = _cumulative[^1];
        for (int i = 0; i < _count; i++)
        {
            double drawn = Math.Min(random.NextDouble() * total, Math.BitDecrement(total));
            int place = Array.BinarySearch(_cumulative, drawn);
            place = place < 0 ? ~place : place;
            while (_cumulative[place] <= drawn)
            {
                place++; // past those of weight 0
            }

            _order[i] = place;
        }
    }

    /// <summary>
    /// Sorts the sequences of some batches at a time by length, so that those of a batch are about equally long; then the batches, whole
    /// ones first, get an order of their own.
    /// </summary>
    private void Group(RandomSource random)
    {
        int group = (int)Math.Min((long)GroupedBatches * BatchSize, _count);
        for (int first = 0; first < _count; first += group)
        {
            // places in the order break ties, because the sort is not stable
            Span<int> part = _order.AsSpan(first, Math.Min(group, _count - first));
            var keys = new long[part.Length];
            for (int i = 0; i < keys.Length; i++)
            {
                keys[i] = ((long)Data.Length(part[i]) << 32) | (uint)i;
            }

            MemoryExtensions.Sort(keys.AsSpan(), part);
        }

        if (_options.Shuffle || _cumulative.Length > 0)
        {
            ShuffleBatches(random);
        }
    }

    private void ShuffleBatches(RandomSource random)
    {
        int[] batches = [.. Enumerable.Range(0, Batches)], sorted = [.. _order];
        random.Shuffle(batches);
        int place = 0;
        for (int i = 0; i < batches.Length; i++)
        {
            int first = batches[i] * BatchSize, length = Math.Min(BatchSize, _count - first);
            sorted.AsSpan(first, length).CopyTo(_order.AsSpan(place));
            _starts[i] = place;
            place += length;
        }

        _starts[^1] = place;
    }
}
