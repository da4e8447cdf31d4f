using System.Diagnostics;

namespace GruGen;

/// <summary>
/// Processes that train one model together, each on its part of every batch, see <see cref="TrainingOptions.Cluster"/>. All of them run
/// the same program, and each has all parameters. The package GruGen.Mpi has one whose processes an MPI launcher starts.
/// </summary>
/// <remarks>
/// A cluster carries bytes and adds nothing itself, so the bits of a training depend neither on how it does that nor on the number of
/// processes. The members that carry are called on one thread at a time, by all processes in the same order.
/// </remarks>
public abstract partial class TrainingCluster : IDisposable
{
    /// <summary>The number of this process, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes, 1 or more.</summary>
    public abstract int Size { get; }

    /// <summary>Whether this process is the one that writes files and prints what happens: the one with <see cref="Rank"/> 0.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>The bytes that this process has given to others so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>The time that this process has spent on giving and taking, and on waiting for others, so far.</summary>
    public TimeSpan CarryingTime { get; private set; }

    /// <summary>Leaves the cluster, once all processes do; one that still trains then fails with a message that says so.</summary>
    public void Dispose()
    {
        Leave();
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives every process a part of what each of them has (<c>MPI_Alltoallv</c>).</summary>
    /// <param name="send">The parts, one behind the other, in the order of the processes that they are for.</param>
    /// <param name="sendCounts">
    /// The bytes of each part, one number for each process; their sum is the length of <paramref name="send"/>.
    /// </param>
    /// <param name="receive">
    /// Receives the parts for this process, one behind the other, in the order of the processes they are from.
    /// </param>
    /// <param name="receiveCounts">The bytes of each of those.</param>
    protected internal abstract void Exchange(
        ReadOnlySpan<byte> send, ReadOnlySpan<int> sendCounts, Span<byte> receive, ReadOnlySpan<int> receiveCounts);

    /// <summary>Gives every process what each of them has (<c>MPI_Allgatherv</c>).</summary>
    /// <param name="own">What this process has.</param>
    /// <param name="all">Receives what all have, one behind the other, in the order of the processes.</param>
    /// <param name="counts">
    /// The bytes that each has, one number for each process; their sum is the length of <paramref name="all"/>.
    /// </param>
    protected internal abstract void Gather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts);

    /// <summary>
    /// Ends all processes at once, because this one failed where the others wait for it and cannot be told (<c>MPI_Abort</c>).
    /// </summary>
    /// <param name="message">Why.</param>
    protected internal abstract void Abort(string message);

    /// <summary>Gives every process a part of what each of them has; where that fails, all end.</summary>
    internal void CarryParts(
        ReadOnlySpan<byte> send, ReadOnlySpan<int> sendCounts, Span<byte> receive, ReadOnlySpan<int> receiveCounts)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            Exchange(send, sendCounts, receive, receiveCounts);
        }
        catch (Exception exception)
        {
            Break(exception);
            throw;
        }

        SentBytes += send.Length - sendCounts[Rank];
        CarryingTime += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Ends all processes, because this one cannot give what the others wait for.</summary>
    internal void Break(Exception exception)
    {
        if (!_hasLeft)
        {
            _hasLeft = true; // so that nothing is carried from here on
            Abort(exception.Message);
        }
    }

    /// <summary>Gives every process what each of them has, in the same way.</summary>
    internal void CarryToAll(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            Gather(own, all, counts);
        }
        catch (Exception exception)
        {
            Break(exception);
            throw;
        }

        SentBytes += (long)own.Length * (Size - 1);
        CarryingTime += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Frees what the cluster has; no process needs another one any more.</summary>
    /// <param name="disposing">Whether it is from <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
