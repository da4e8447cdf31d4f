namespace GruGen;

/// <summary>The batches of an epoch, one after another.</summary>
/// <typeparam name="TData">What has their sequences and targets.</typeparam>
internal abstract class BatchSource<TData> : IDisposable
    where TData : SequenceDataset
{
    /// <summary>The number of batches in an epoch; 0 if it is not known.</summary>
    public abstract int Batches { get; }

    /// <summary>The number of sequences in an epoch; 0 if it is not known.</summary>
    public abstract long Sequences { get; }

    /// <summary>The number of sequences of each part; none if it is not known, or there are no parts.</summary>
    public virtual IReadOnlyList<long> PartCounts => [];

    /// <summary>The largest number of sequences in a batch.</summary>
    public abstract int BatchSize { get; }

    /// <summary>Where the epoch's sequences come from: an epoch that was interrupted goes on only with the same.</summary>
    public abstract object Origin { get; }

    /// <summary>Whether each sequence goes on from the final states of the one at its place in the batch before.</summary>
    public virtual bool Continues => false;

    /// <summary>
    /// What the current batch has in other processes, where each has a part of the data; null where all of them have all of it.
    /// </summary>
    public virtual BatchParts? Parts => null;

    /// <summary>The data of the current batch, with <see cref="Parts"/> what this process has of it.</summary>
    public abstract TData Data { get; }

    /// <summary>Where the sequences of the current batch are in <see cref="Data"/>.</summary>
    public abstract ReadOnlySpan<int> Indices { get; }

    /// <summary>Begins an epoch.</summary>
    /// <param name="seed">The seed of its order.</param>
    /// <param name="epoch">Its number, counted from 0.</param>
    /// <param name="skip">The number of batches to leave out, because they were done before.</param>
    public abstract void Begin(int seed, int epoch, int skip);

    /// <summary>Advances to the next batch.</summary>
    /// <param name="cancellationToken">Ends waiting for it.</param>
    /// <returns>Whether there is one, with <see cref="Parts"/> for this process.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract bool MoveNext(CancellationToken cancellationToken);

    /// <summary>Ends an epoch whose batches are not all taken.</summary>
    public virtual void Dispose()
    {
    }
}
