namespace GruGen.Kernels;

/// <summary>
/// Threads that wait for pieces of work and do each of them together; the thread that asks is one of them. Neither a piece of work nor a
/// meeting in the middle of it allocates.
/// </summary>
/// <remarks>
/// The threads know the room that they wait in and not the team, so that they end when nobody has the team any more, disposed of or not.
/// </remarks>
internal sealed class Team : IDisposable
{
    private readonly WaitingRoom _room;

    /// <summary>A team whose threads wait for work.</summary>
    /// <param name="count">The members, 1 or more, with the thread that calls <see cref="Run"/>.</param>
    public Team(int count) => _room = new WaitingRoom(count);

    ~Team() => _room?.Close(); // which is not there if its threads could not start

    /// <summary>A team of so many members; null for one, which needs none.</summary>
    public static Team? Of(int count) => count == 1 ? null : new Team(count);

    /// <summary>The number of members.</summary>
    public int Count => _room.Count;

    /// <summary>Has every member do its part of some work, and returns when all are through.</summary>
    /// <param name="work">Takes the number of the member, from 0.</param>
    /// <exception cref="Exception">Whatever the first member that failed has thrown; the others do not wait for it.</exception>
    public void Run(Action<int> work)
    {
        ObjectDisposedException.ThrowIf(_room.IsClosed, this);
        _room.Run(work);
        GC.KeepAlive(this);
    }

    /// <summary>Within a piece of work: goes on when all members are here, and sees what each of them wrote before.</summary>
    /// <exception cref="DesertedException">A member has failed and will not come.</exception>
    public void Meet() => _room.Meet();

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _room.Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>A member of a team has failed, so that others cannot go on.</summary>
    internal sealed class DesertedException : Exception;
}
