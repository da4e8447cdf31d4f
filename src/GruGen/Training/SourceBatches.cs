using System.Runtime.ExceptionServices;

namespace GruGen;

/// <summary>The batches of a source, which another thread reads while training goes on.</summary>
/// <param name="source">The source.</param>
/// <param name="schema">The model that its sequences are for.</param>
/// <param name="options">The options.</param>
internal sealed class SourceBatches<TInput>(SequenceSource<TInput> source, ModelSchema schema, TrainingOptions options)
    : BatchSource<SequenceDataset<TInput>>
    where TInput : unmanaged
{
    private const int Ahead = 3; // batches that are ready or being made, the one at work included

    private readonly int _batchSize = Checked(options).BatchSize;
    private int[] _indices = [];
    private Reading? _reading;
    private SequenceDataset<TInput>? _data;

    public override int Batches => (int)Math.Min(int.MaxValue, (source.Count + _batchSize - 1) / _batchSize);

    public override long Sequences => source.Count;

    public override int BatchSize => _batchSize;

    public override object Origin => source;

    public override SequenceDataset<TInput> Data => _data!;

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
        RandomSource? random = options.Shuffle ? new RandomSource((ulong)seed, RandomSource.ShuffleStream + (ulong)epoch) : null;
        _reading = new Reading(source, schema, _batchSize, random, skip);
    }

    public override bool MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _data = _reading!.Next(_data, cancellationToken);
        return _data is not null;
    }

    public override void Dispose()
    {
        _reading?.Dispose();
        (_reading, _data) = (null, null);
        base.Dispose();
    }

    private static TrainingOptions Checked(TrainingOptions options) => options is { SamplingWeights: null, GroupByLength: false }
        ? options
        : throw new ArgumentException(
            $"'{nameof(options.SamplingWeights)}' and '{nameof(options.GroupByLength)}' need all sequences at once, "
                + "which a source has not.",
            nameof(options));

    /// <summary>One reading of the source, on a thread of its own.</summary>
    private sealed class Reading : IDisposable
    {
        private const int Glance = 50; // ms, after which who waits looks whether it was cancelled
        private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

        private readonly SequenceSource<TInput> _source;
        private readonly int _batchSize;
        private readonly RandomSource? _random;
        private readonly Thread _thread;
        private readonly object _changed = new(); // locked by whoever looks at what follows, and pulsed when it changes
        private readonly Queue<SequenceDataset<TInput>> _free = new(Ahead), _full = new(Ahead);
        private ExceptionDispatchInfo? _failure; // of the source
        private volatile bool _isAtEnd, _isStopped;
        private bool _isEmpty = true;
        private int _skip;

        public Reading(SequenceSource<TInput> source, ModelSchema schema, int batchSize, RandomSource? random, int skip)
        {
            (_source, _batchSize, _random, _skip) = (source, batchSize, random, skip);
            for (int i = 0; i < Ahead; i++)
            {
                _free.Enqueue(new SequenceDataset<TInput>(schema));
            }

            _thread = new Thread(Read) { IsBackground = true, Name = "GruGen source" };
            _thread.Start();
        }

        /// <summary>The next batch; null at the end of the epoch.</summary>
        /// <param name="done">The batch before, whose memory is free.</param>
        /// <param name="cancellationToken">Ends waiting for it.</param>
        /// <exception cref="InvalidOperationException">The source has nothing at all.</exception>
        public SequenceDataset<TInput>? Next(SequenceDataset<TInput>? done, CancellationToken cancellationToken)
        {
            lock (_changed)
            {
                if (done is not null)
                {
                    _free.Enqueue(done);
                    Monitor.PulseAll(_changed);
                }

                while (_full.Count == 0 && !_isAtEnd)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Monitor.Wait(_changed, Glance);
                }

                if (_full.TryDequeue(out SequenceDataset<TInput>? batch))
                {
                    return batch;
                }
            }

            _failure?.Throw();
            return !_isEmpty ? null : throw new InvalidOperationException(
                "The source has no sequences in this epoch. Its function is called in each epoch, and has to begin anew.");
        }

        /// <summary>
        /// Ends reading. A source that does not come back within a second is left to its thread, which ends once it does.
        /// </summary>
        public void Dispose()
        {
            lock (_changed)
            {
                _isStopped = true;
                Monitor.PulseAll(_changed);
            }

            _thread.Join(s_patience);
        }

        private void Read()
        {
            try
            {
                SequenceDataset<TInput>? batch = null;
                foreach (Action<SequenceDataset<TInput>> add in _source.Read(_random))
                {
                    batch ??= Empty();
                    if (batch is null || _isStopped)
                    {
                        return; // nobody wants the rest
                    }

                    Add(add, batch);
                    if (batch.Count == _batchSize)
                    {
                        batch = HandOver(batch);
                    }
                }

                if (batch is { Count: > 0 })
                {
                    HandOver(batch);
                }
            }
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception); // which the thread that trains throws
            }
            finally
            {
                lock (_changed)
                {
                    _isAtEnd = true;
                    Monitor.PulseAll(_changed);
                }
            }
        }

        /// <summary>Memory for a batch; null if nobody wants one any more.</summary>
        private SequenceDataset<TInput>? Empty()
        {
            lock (_changed)
            {
                while (_free.Count == 0 && !_isStopped)
                {
                    Monitor.Wait(_changed);
                }

                if (_isStopped)
                {
                    return null;
                }

                SequenceDataset<TInput> batch = _free.Dequeue();
                batch.Clear();
                return batch;
            }
        }

        private static void Add(Action<SequenceDataset<TInput>> add, SequenceDataset<TInput> batch)
        {
            int before = batch.Count;
            add(batch);
            if (batch.Count > before + 1)
            {
                throw new InvalidOperationException(
                    $"For one item of the source {batch.Count - before} sequences were added, but one at most is expected.");
            }
        }

        /// <summary>Hands a batch over, or keeps its memory for the next one if it was done before.</summary>
        private SequenceDataset<TInput>? HandOver(SequenceDataset<TInput> batch)
        {
            _isEmpty = false;
            if (_skip > 0)
            {
                _skip--;
                batch.Clear();
                return batch;
            }

            lock (_changed)
            {
                _full.Enqueue(batch);
                Monitor.PulseAll(_changed);
            }

            return null;
        }
    }
}
