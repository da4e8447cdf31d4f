using System.Runtime.ExceptionServices;

namespace GruGen;

/// <summary>What every batch takes of a part of a source, or of a source that is not in parts.</summary>
/// <param name="Part">The number of the part; 0 where there are none.</param>
/// <param name="Count">The sequences that a batch takes, as long as there are so many.</param>
/// <param name="Random">Draws their order; null to take them as they come.</param>
internal readonly record struct SourceShare(int Part, int Count, RandomSource? Random);

/// <summary>What a batch has of a source in this process.</summary>
/// <param name="schema">The model that its sequences are for.</param>
/// <param name="shares">The number of parts that they are from.</param>
internal sealed class SourceBatch<TInput>(ModelSchema schema, int shares)
    where TInput : unmanaged
{
    /// <summary>The sequences, those of one part behind those of another.</summary>
    public SequenceDataset<TInput> Data { get; } = new(schema);

    /// <summary>How many each part has.</summary>
    public int[] Counts { get; } = new int[shares];

    /// <summary>Makes it a batch of no sequences.</summary>
    public void Clear()
    {
        Data.Clear();
        Array.Clear(Counts);
    }
}

/// <summary>One reading of a source, or of some parts of one, on a thread of its own.</summary>
internal sealed class SourceReading<TInput> : IDisposable
    where TInput : unmanaged
{
    private const int Ahead = 3; // batches that are ready or being made, the one at work included
    private const int Glance = 50; // ms, after which who waits looks whether it was cancelled
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly SequenceSource<TInput> _source;
    private readonly SourceShare[] _shares;
    private readonly IEnumerator<Action<SequenceDataset<TInput>>>?[] _parts; // null at their end
    private readonly Thread _thread;
    private readonly object _changed = new(); // locked by whoever looks at what follows, and pulsed when it changes
    private readonly Queue<SourceBatch<TInput>> _free = new(Ahead), _full = new(Ahead);
    private ExceptionDispatchInfo? _failure; // of the source
    private volatile bool _isAtEnd, _isStopped;
    private int _skip;

    /// <param name="source">The source.</param>
    /// <param name="schema">The model that its sequences are for.</param>
    /// <param name="shares">What a batch takes of each part.</param>
    /// <param name="skip">The number of batches to leave out.</param>
    public SourceReading(SequenceSource<TInput> source, ModelSchema schema, SourceShare[] shares, int skip)
    {
        (_source, _shares, _skip) = (source, shares, skip);
        _parts = new IEnumerator<Action<SequenceDataset<TInput>>>?[shares.Length];
        for (int i = 0; i < Ahead; i++)
        {
            _free.Enqueue(new SourceBatch<TInput>(schema, shares.Length));
        }

        _thread = new Thread(Read) { IsBackground = true, Name = "GruGen source" };
        _thread.Start();
    }

    /// <summary>Whether not one sequence was there up to the end, those that were left out included.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The next batch; null at the end of the epoch.</summary>
    /// <param name="done">The batch before, whose memory is free.</param>
    /// <param name="cancellationToken">Ends waiting for it.</param>
    public SourceBatch<TInput>? Next(SourceBatch<TInput>? done, CancellationToken cancellationToken)
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

            if (_full.TryDequeue(out SourceBatch<TInput>? batch))
            {
                return batch;
            }
        }

        _failure?.Throw();
        return null;
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
            try
            {
                for (int i = 0; i < _shares.Length; i++)
                {
                    _parts[i] = _source.Read(_shares[i].Part, _shares[i].Random).GetEnumerator();
                }

                SourceBatch<TInput>? batch = Empty();
                while (batch is not null && Fill(batch))
                {
                    batch = HandOver(batch);
                }
            }
            finally
            {
                Array.ForEach(_parts, part => part?.Dispose());
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
    private SourceBatch<TInput>? Empty()
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

            SourceBatch<TInput> batch = _free.Dequeue();
            batch.Clear();
            return batch;
        }
    }

    /// <summary>Reads the sequences of a batch; returns whether there are any, and somebody wants them.</summary>
    private bool Fill(SourceBatch<TInput> batch)
    {
        for (int i = 0; i < _parts.Length; i++)
        {
            while (batch.Counts[i] < _shares[i].Count && _parts[i] is { } part)
            {
                if (!part.MoveNext())
                {
                    part.Dispose();
                    _parts[i] = null;
                }
                else if (_isStopped)
                {
                    return false; // nobody wants the rest
                }
                else
                {
                    batch.Counts[i] += Add(part.Current, batch.Data);
                }
            }
        }

        return batch.Data.Count > 0;
    }

    /// <summary>Adds the sequence of an item; returns 0 if it has none.</summary>
    private static int Add(Action<SequenceDataset<TInput>> add, SequenceDataset<TInput> batch)
    {
        int before = batch.Count;
        add(batch);
        return batch.Count <= before + 1
            ? batch.Count - before
            : throw new InvalidOperationException(
                $"For one item of the source {batch.Count - before} sequences were added, but one at most is expected.");
    }

    /// <summary>Hands a batch over, or leaves it out if it was done before; returns the memory for the next one.</summary>
    private SourceBatch<TInput>? HandOver(SourceBatch<TInput> batch)
    {
        IsEmpty = false;
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

        return Empty();
    }
}
