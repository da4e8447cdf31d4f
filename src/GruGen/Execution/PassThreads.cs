using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The division of a pass among threads: each part of it is a piece of work of which every thread does its share. The bits are the same
/// with any number of threads.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
internal sealed class PassThreads<TInput>
    where TInput : unmanaged
{
    private const int Tile = 4; // rows that a kernel computes at once

    private readonly PassCode<TInput> _code;
    private readonly BatchLayout _layout;
    private readonly Share[] _shares;
    private readonly ThreadTeam? _team;
    private readonly nint _headOperations; // of a row in the last layer
    private readonly Action<int> _act; // made once, because a delegate takes memory
    private (Work Work, nint First, nint Second) _task;

    /// <summary>The code of a pass on the threads of a team, or on the caller's alone.</summary>
    public PassThreads(PassCode<TInput> code, PassMemory<TInput> memory, ThreadTeam? team)
    {
        (_code, _layout, _team) = (code, memory.Layout, team);
        _shares = team is null ? [] : [.. Enumerable.Range(0, team.Count).Select(i => new Share(team, i))];
        _act = Act;
        _headOperations = (nint)memory.Heads.Sum(head => (long)head.Schema.HeadInputSize * head.Stride);
    }

    /// <summary>What a piece of work is, with its two numbers.</summary>
    private enum Work
    {
        /// <summary>Some steps: the first of them, and the one after them.</summary>
        ForwardSteps,
        ForwardFinal,

        /// <summary>Some rows: the first of them, and their number.</summary>
        Head,

        /// <summary>As <see cref="Head"/>.</summary>
        HeadBackward,
        BackwardBody,
    }

    /// <summary>The operations of the last layer that one thread has done before a second one has begun.</summary>
    public int SmallHead { get; set; } = 1 << 15;

    /// <summary>All of the work, for one thread.</summary>
    public Share Whole { get; } = new();

    public void ForwardSteps(int from, int to) => Run(Work.ForwardSteps, from, to);

    public void ForwardFinal() => Run(Work.ForwardFinal);

    public void Head(nint first, nint rows) => Run(Work.Head, first, rows);

    public void HeadBackward(nint first, nint rows) => Run(Work.HeadBackward, first, rows);

    public void BackwardBody() => Run(Work.BackwardBody);

    /// <summary>Divides a batch: ranges of its sequences with about as many steps in each; few sequences are not kept in tiles.</summary>
    public void Divide()
    {
        (int batchSize, nint all) = (_layout.BatchSize, _layout.RowCount);
        (Whole.From, Whole.To) = (0, batchSize);
        int tile = batchSize < 2 * Tile * _shares.Length ? 1 : Tile, row = 0;
        long steps = 0;
        for (int i = 0; i < _shares.Length; i++)
        {
            _shares[i].From = row;
            for (long end = (long)all * (i + 1) / _shares.Length; row < batchSize && (steps < end || i == _shares.Length - 1);)
            {
                for (int last = Math.Min(row + tile, batchSize); row < last; row++)
                {
                    steps += _layout.Lengths[row];
                }
            }

            _shares[i].To = row;
        }
    }

    private void Run(Work work, nint first = 0, nint second = 0)
    {
        _task = (work, first, second);
        if (_team is null || (work is Work.Head or Work.HeadBackward && second * _headOperations < SmallHead))
        {
            Do(Whole);
        }
        else
        {
            _team.Run(_act);
        }
    }

    private void Act(int member) => Do(_shares[member]);

    private void Do(Share share)
    {
        (Work work, nint first, nint second) = _task;
        switch (work)
        {
            case Work.ForwardSteps:
                _code.ForwardSteps((int)first, (int)second, _layout.Rows((int)first, (int)second), share);
                break;
            case Work.ForwardFinal:
                _code.ForwardFinal(share);
                break;
            case Work.Head:
                _code.Head(first, second, share);
                break;
            case Work.HeadBackward:
                _code.HeadBackward(first, second, share);
                break;
            default:
                _code.BackwardBody(_layout.RowCount, share);
                break;
        }
    }
}
