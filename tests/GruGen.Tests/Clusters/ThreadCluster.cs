namespace GruGen.Tests.Clusters;

/// <summary>A cluster whose processes are threads of this one, each with a model of its own.</summary>
internal sealed class ThreadCluster : TrainingCluster
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20); // after which a test fails instead of waiting for ever

    [ThreadStatic]
    private static long s_carried;

    private readonly Place _place;

    private ThreadCluster(Place place, int rank) => (_place, Rank) = (place, rank);

    /// <summary>The bytes that carrying has allocated on this thread.</summary>
    public static long Carried => s_carried;

    public override int Rank { get; }

    public override int Size => _place.Slots.Length;

    /// <summary>Runs a program in so many processes.</summary>
    /// <returns>What each returned, or the exception that it ended with.</returns>
    public static (T? Result, Exception? Exception)[] Try<T>(int size, Func<TrainingCluster, T> program)
    {
        var place = new Place(size);
        var results = new (T?, Exception?)[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                using var cluster = new ThreadCluster(place, rank);
                results[rank] = (program(cluster), null);
            }
            catch (Exception exception)
            {
                results[rank] = (default, exception);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return results;
    }

    /// <summary>The same of a program that does not fail.</summary>
    public static T[] Run<T>(int size, Func<TrainingCluster, T> program) =>
        [.. Try(size, program).Select(result => result.Exception is null ? result.Result! : throw new InvalidOperationException("A process failed.", result.Exception))];

    protected internal override void Exchange(ReadOnlySpan<byte> send, ReadOnlySpan<int> sendCounts, Span<byte> receive, ReadOnlySpan<int> receiveCounts)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(send.Length, Sum(sendCounts));
        Assert.Equal(receive.Length, Sum(receiveCounts));
        Offer(send, sendCounts);
        for (int rank = 0; rank < Size; rank++)
        {
            (byte[] bytes, int[] counts) = _place.Slots[rank];
            Assert.Equal(counts[Rank], receiveCounts[rank]);
            bytes.AsSpan(Sum(counts.AsSpan(0, Rank)), counts[Rank]).CopyTo(receive);
            receive = receive[counts[Rank]..];
        }

        Wait();
        s_carried += GC.GetAllocatedBytesForCurrentThread() - before;
    }

    protected internal override void Gather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(own.Length, counts[Rank]);
        Assert.Equal(all.Length, Sum(counts));
        Offer(own, []);
        for (int rank = 0; rank < Size; rank++)
        {
            Assert.Equal(counts[rank], _place.Slots[rank].Bytes.Length);
            _place.Slots[rank].Bytes.CopyTo(all);
            all = all[counts[rank]..];
        }

        Wait();
        s_carried += GC.GetAllocatedBytesForCurrentThread() - before;
    }

    protected internal override void Abort(string message) => _place.Aborted.Cancel();

    protected override void Dispose(bool disposing)
    {
    }

    private void Offer(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> counts)
    {
        _place.Slots[Rank] = (bytes.ToArray(), counts.ToArray());
        Wait();
    }

    private void Wait()
    {
        if (!_place.Barrier.SignalAndWait(s_patience, _place.Aborted.Token))
        {
            throw new TimeoutException($"Process {Rank} waits for others that do not come.");
        }
    }

    private static int Sum(ReadOnlySpan<int> counts)
    {
        int sum = 0;
        foreach (int count in counts)
        {
            sum += count;
        }

        return sum;
    }

    /// <summary>Where the processes meet.</summary>
    private sealed class Place(int size)
    {
        public (byte[] Bytes, int[] Counts)[] Slots { get; } = new (byte[], int[])[size];

        public Barrier Barrier { get; } = new(size);

        public CancellationTokenSource Aborted { get; } = new();
    }
}
