using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace GruGen.Kernels;

/// <summary>Where the threads of a <see cref="ThreadTeam"/> wait for work, and at barriers for each other.</summary>
internal sealed class ForkJoin
{
    private const int Spins = 64; // before a waiting thread offers its core to others
    private static readonly long s_spinTime = Stopwatch.Frequency / 5000; // before it sleeps: 0.2 ms, several times as long as to wake up

    private readonly object _sleep = new(); // the monitor that sleeping threads wait on
    private readonly bool _isOversubscribed; // more members than cores: who spins is in the way of those who work
    private Action<int>? _work;
    private Exception? _failure;
    private int _forks; // the number of pieces of work so far
    private int _busy; // members but the first that are at work
    private int _missing; // members that have yet to come to the barrier
    private int _barriers; // passed so far
    private int _sleepers;
    private bool _closed;

    public ForkJoin(int count)
    {
        Count = count;
        _isOversubscribed = count > Environment.ProcessorCount;
        for (int i = 1; i < count; i++)
        {
            int index = i;
            new Thread(() => Serve(index)) { IsBackground = true, Name = $"GruGen thread {index}" }.Start();
        }
    }

    /// <summary>The number of members.</summary>
    public int Count { get; }

    public bool IsClosed => _closed;

    /// <inheritdoc cref="ThreadTeam.Run"/>
    public void Run(Action<int> work)
    {
        (_work, _failure, _missing, _busy) = (work, null, Count, Count - 1);
        Announce(ref _forks, _forks + 1);
        Do(work, 0);
        for (int busy; (busy = Volatile.Read(ref _busy)) > 0;)
        {
            AwaitChange(ref _busy, busy);
        }

        _work = null;
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    /// <inheritdoc cref="ThreadTeam.Barrier"/>
    public void Barrier()
    {
        int barrier = Volatile.Read(ref _barriers);
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _missing = Count;
            Announce(ref _barriers, barrier + 1);
            return;
        }

        AwaitChange(ref _barriers, barrier);
        if (Volatile.Read(ref _barriers) == barrier)
        {
            throw new ThreadTeam.AbandonedBarrierException();
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Close()
    {
        if (!_closed)
        {
            _closed = true;
            Announce(ref _forks, _forks + 1);
        }
    }

    private void Serve(int index)
    {
        for (int forks = 0; ; forks++)
        {
            AwaitChange(ref _forks, forks);
            if (!TryWork(index))
            {
                return; // closed
            }
        }
    }

    /// <summary>
    /// Does a part of the work, if there is any. Who waits for the next one must not hold on to this one, and through it to the team.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryWork(int index)
    {
        if (_work is not { } work)
        {
            return false;
        }

        Do(work, index);
        Interlocked.Decrement(ref _busy);
        WakeSleepers();
        return true;
    }

    private void Do(Action<int> work, int index)
    {
        try
        {
            work(index);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null); // the first one; those it leaves alone at a barrier come after it
            WakeSleepers();
        }
    }

    /// <summary>Returns when <paramref name="place"/> has changed, or, at a barrier, when a member has failed.</summary>
    private void AwaitChange(ref int place, int value)
    {
        long start = Stopwatch.GetTimestamp();
        for (int spins = 0; !_isOversubscribed && (spins < Spins || Stopwatch.GetTimestamp() - start < s_spinTime); spins++)
        {
            if (HasChanged(ref place, value))
            {
                return;
            }

            if (spins < Spins)
            {
                Thread.SpinWait(4);
            }
            else
            {
                Thread.Yield();
            }
        }

        lock (_sleep)
        {
            Interlocked.Increment(ref _sleepers); // before another look: who changes the place looks for sleepers after it
            while (!HasChanged(ref place, value))
            {
                Monitor.Wait(_sleep);
            }

            Interlocked.Decrement(ref _sleepers);
        }
    }

    private bool HasChanged(ref int place, int value) =>
        Volatile.Read(ref place) != value || (Unsafe.AreSame(ref place, ref _barriers) && Volatile.Read(ref _failure) is not null);

    private void Announce(ref int place, int value)
    {
        Interlocked.Exchange(ref place, value);
        WakeSleepers();
    }

    /// <summary>After a change of what they wait for, with a full fence.</summary>
    private void WakeSleepers()
    {
        if (Volatile.Read(ref _sleepers) > 0)
        {
            lock (_sleep)
            {
                Monitor.PulseAll(_sleep);
            }
        }
    }
}
