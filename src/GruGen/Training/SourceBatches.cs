namespace GruGen;

/// <summary>The batches of a source, which another thread reads while training goes on.</summary>
internal sealed class SourceBatches<TInput> : BatchSource<SequenceDataset<TInput>>
    where TInput : unmanaged
{
    private readonly SequenceSource<TInput> _source;
    private readonly ModelSchema _schema;
    private readonly TrainingOptions _options;
    private readonly SequenceDataset<TInput> _none; // of a process whose parts are at their end
    private int[] _indices = [];
    private SourceReading<TInput>? _reading;
    private SourceBatch<TInput>? _batch;

    /// <param name="source">The source.</param>
    /// <param name="schema">The model that its sequences are for.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">The options do not fit a source, or not the number of its parts.</exception>
    public SourceBatches(SequenceSource<TInput> source, ModelSchema schema, TrainingOptions options)
    {
        Check(source, options);
        (_source, _schema, _options) = (source, schema, options);
        _none = new SequenceDataset<TInput>(schema);
        Parts = source.Parts == 0 ? null : new BatchParts(schema.Outputs.Length, options);
    }

    public override int Batches => (int)Math.Min(int.MaxValue, Parts is null ? BatchesOf(_source.Count, BatchSize) : BatchesOfParts());

    public override long Sequences => _source.Count;

    public override IReadOnlyList<long> PartCounts => _source.PartCounts;

    public override int BatchSize => _options.BatchSize;

    public override object Origin => _source;

    public override BatchParts? Parts { get; }

    public override SequenceDataset<TInput> Data => _batch?.Data ?? _none;

    public override ReadOnlySpan<int> Indices
    {
        get
        {
            if (_indices.Length < Data.Count)
            {
                _indices = [.. Enumerable.Range(0, Data.Count)];
            }

            return _indices.AsSpan(0, Data.Count);
        }
    }

    public override void Begin(int seed, int epoch, int skip)
    {
        ulong stream = RandomSource.ShuffleStream + (ulong)epoch;
        SourceShare[] shares = Parts is null
            ? [new SourceShare(Part: 0, BatchSize, Order((ulong)seed))]
            : [.. Enumerable.Range(Parts.Own.From, Parts.Own.Count).Select(part =>
                new SourceShare(part, Parts.FullCount(part), Order(RandomSource.Chain((ulong)seed, (ulong)part))))];
        _reading = new SourceReading<TInput>(_source, _schema, shares, skip);

        RandomSource? Order(ulong from) => _options.Shuffle ? new RandomSource(from, stream) : null;
    }

    /// <summary>Advances to the next batch, of which in a cluster others may have sequences where this process has none.</summary>
    /// <exception cref="InvalidOperationException">The source has nothing at all.</exception>
    public override bool MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _batch = _reading!.Next(_batch, cancellationToken);
        if (Parts is not null)
        {
            Parts.Begin(_batch is null ? [] : _batch.Counts, hasRead: !_reading.IsEmpty);
        }
        else if (_batch is null && _reading.IsEmpty)
        {
            throw BatchParts.NothingRead();
        }

        return _batch is not null;
    }

    public override void Dispose()
    {
        _reading?.Dispose();
        (_reading, _batch) = (null, null);
        base.Dispose();
    }

    private static long BatchesOf(long sequences, int each) => (sequences + each - 1) / each;

    /// <summary>As many as the part has that lasts longest; 0 if it is not known.</summary>
    private long BatchesOfParts() =>
        _source.PartCounts.Select((count, part) => BatchesOf(count, Parts!.FullCount(part))).DefaultIfEmpty(0).Max();

    private static void Check(SequenceSource<TInput> source, TrainingOptions options)
    {
        if (options is not { SamplingWeights: null, GroupByLength: false })
        {
            throw new ArgumentException(
                $"'{nameof(options.SamplingWeights)}' and '{nameof(options.GroupByLength)}' need all sequences at once, "
                    + "which a source has not.",
                nameof(options));
        }

        if (source.Parts > 0 && source.Parts != options.Shards)
        {
            throw new ArgumentException(
                $"'{nameof(options.Shards)}' is {options.Shards}, but the source has {source.Parts} parts: "
                    + "each shard needs one of its own.",
                nameof(options));
        }

        if (source.Parts > options.BatchSize)
        {
            throw new ArgumentException(
                $"'{nameof(options.BatchSize)}' is {options.BatchSize}, but the source has {source.Parts} parts: "
                    + "a batch takes one sequence at least of each.",
                nameof(options));
        }
    }
}
