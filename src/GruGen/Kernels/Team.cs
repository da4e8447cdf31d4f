using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace GruGen.Kernels;

/// <summary>
/// Threads that wait for pieces of work and do each of them together; the thread that asks is one of them. Neither a piece of work nor a meeting
/// in the middle of it allocates.
/// </summary>
internal sealed class Team : IDisposable
{
    private const int Spins = 200; // before a waiting thread lets others have its core
    private static readonly long s_patience = Stopwatch.Frequency / 1000; // before an idle one sleeps

    private readonly object _door = new(); // of the room where idle threads sleep
    private readonly bool _crowded; // more members than cores: who spins is in the way of those who work
    private Action<int>? _work;
    private Exception? _failure;
    private int _round; // the number of pieces of work so far
    private int _busy; // members but the first that are at work
    private int _missing; // members that have yet to come to the meeting
    private int _meetings;
    private bool _disposed;

    /// <summary>A team whose threads wait for work.</summary>
    /// <param name="count">The members, 1 or more, with the thread that calls <see cref="Run"/>.</param>
    public Team(int count)
    {
        Count = count;
        _crowded = count > Environment.ProcessorCount;
        for (int i = 1; i < count; i++)
        {
            int index = i;
            new Thread(() => Serve(index)) { IsBackground = true, Name = $"GruGen thread {index}" }.Start();
        }
    }

    /// <summary>A team of so many members; null for one, which needs none.</summary>
    public static Team? Of(int count) => count == 1 ? null : new Team(count);

    /// <summary>The number of members.</summary>
    public int Count { get; }

    /// <summary>Has every member do its part of some work, and returns when all are through.</summary>
    /// <param name="work">Takes the number of the member, from 0.</param>
    /// <exception cref="Exception">Whatever the first member that failed has thrown; the others do not wait for it.</exception>
    public void Run(Action<int> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        (_work, _failure, _missing, _busy) = (work, null, Count, Count - 1);
        Wake();
        Do(work, 0);
        for (int spins = 0; Volatile.Read(ref _busy) > 0; spins++)
        {
            Pause(spins);
        }

        _work = null;
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    /// <summary>Within a piece of work: goes on when all members are here, and sees what each of them wrote before.</summary>
    /// <exception cref="DesertedException">A member has failed and will not come.</exception>
    public void Meet()
    {
        int meeting = Volatile.Read(ref _meetings);
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _missing = Count;
            Volatile.Write(ref _meetings, meeting + 1);
            return;
        }

        for (int spins = 0; Volatile.Read(ref _meetings) == meeting; spins++)
        {
            if (Volatile.Read(ref _failure) is not null)
            {
                throw new DesertedException();
            }

            Pause(spins);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Wake();
        }
    }

    private void Serve(int index)
    {
        for (int round = 1; ; round++)
        {
            AwaitRound(round);
            if (_work is not { } work)
            {
                return; // disposed of
            }

            Do(work, index);
            Interlocked.Decrement(ref _busy);
        }
    }

    private void Do(Action<int> work, int index)
    {
        try
        {
            work(index);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null); // the first one; those it leaves alone at a meeting come after it
        }
    }

    private void Wake()
    {
        lock (_door)
        {
            Volatile.Write(ref _round, _round + 1);
            Monitor.PulseAll(_door);
        }
    }

    private void AwaitRound(int round)
    {
        long start = Stopwatch.GetTimestamp();
        for (int spins = 0; !_crowded && Stopwatch.GetTimestamp() - start < s_patience; spins++)
        {
            if (Volatile.Read(ref _round) == round)
            {
                return;
            }

            Pause(spins);
        }

        lock (_door)
        {
            while (_round != round)
            {
                Monitor.Wait(_door);
            }
        }
    }

    private void Pause(int spins)
    {
        if (_crowded || spins >= Spins)
        {
            Thread.Yield();
        }
        else
        {
            Thread.SpinWait(8);
        }
    }

    /// <summary>A member of a team has failed, so that others cannot go on.</summary>
    internal sealed class DesertedException : Exception;
}
