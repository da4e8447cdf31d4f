namespace GruGen.Kernels;

/// <summary>
/// A pool of threads that do each piece of work together; the thread that asks is one of them. Neither a piece of work nor a barrier in
/// the middle of it allocates.
/// </summary>
/// <remarks>
/// The threads know the <see cref="ForkJoin"/> that they wait at and not the team, so that they end when nobody has the team any more,
/// disposed of or not.
/// </remarks>
internal sealed class ThreadTeam : IDisposable
{
    private readonly ForkJoin _forkJoin;

    /// <summary>A team whose threads wait for work.</summary>
    /// <param name="count">The members, 1 or more, with the thread that calls <see cref="Run"/>.</param>
    public ThreadTeam(int count) => _forkJoin = new ForkJoin(count);

    ~ThreadTeam() => _forkJoin?.Close(); // which is not there if its threads could not start

    /// <summary>A team of so many members; null for one, which needs none.</summary>
    public static ThreadTeam? Of(int count) => count == 1 ? null : new ThreadTeam(count);

    /// <summary>The number of members.</summary>
    public int Count => _forkJoin.Count;

    /// <summary>Has every member do its part of some work, and returns when all are through.</summary>
    /// <param name="work">Takes the number of the member, from 0.</param>
    /// <exception cref="Exception">Whatever the first member that failed has thrown; the others do not wait for it.</exception>
    public void Run(Action<int> work)
    {
        ObjectDisposedException.ThrowIf(_forkJoin.IsClosed, this);
        _forkJoin.Run(work);
        GC.KeepAlive(this);
    }

    /// <summary>
    /// A barrier within a piece of work: goes on when all members are here, and sees what each of them wrote before.
    /// </summary>
    /// <exception cref="AbandonedBarrierException">A member has failed and will not come.</exception>
    public void Barrier() => _forkJoin.Barrier();

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _forkJoin.Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>A member of a team has failed, so that others cannot pass the barrier.</summary>
    internal sealed class AbandonedBarrierException : Exception;
}
