using GruGen.Kernels;

namespace GruGen;

/// <content>A pass on several threads: each part of it is a piece of work in which every thread has its share.</content>
public abstract partial class SequencePass<TInput>
{
    private const int Tile = 4; // rows that a kernel computes at once

    private readonly Share _whole = new();
    private readonly Share[] _shares;
    private readonly Team? _team;
    private readonly nint _headOperations; // of a row in the last layer
    private readonly Action<int> _act; // made once, because a delegate takes memory
    private (Work Work, nint First, nint Second) _task;

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
    internal int SmallHead { get; set; } = 1 << 15;

    private void Run(Work work, nint first = 0, nint second = 0)
    {
        _task = (work, first, second);
        if (_team is null || (work is Work.Head or Work.HeadBackward && second * _headOperations < SmallHead))
        {
            Do(_whole);
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
                ForwardStepsCore((int)first, (int)second, Rows((int)first, (int)second), share);
                break;
            case Work.ForwardFinal:
                ForwardFinalCore(share);
                break;
            case Work.Head:
                HeadCore(first, second, share);
                break;
            case Work.HeadBackward:
                HeadBackwardCore(first, second, share);
                break;
            default:
                BackwardBodyCore(Rows(0, StepCount), share);
                break;
        }
    }

    /// <summary>Ranges of the batch's sequences with about as many steps in each; few sequences are not kept together in tiles.</summary>
    private void ShareSequences()
    {
        (_whole.From, _whole.To) = (0, BatchSize);
        int tile = BatchSize < 2 * Tile * _shares.Length ? 1 : Tile, row = 0;
        long steps = 0, all = StepCount == 0 ? 0 : _offsets[StepCount];
        for (int i = 0; i < _shares.Length; i++)
        {
            _shares[i].From = row;
            for (long end = all * (i + 1) / _shares.Length; row < BatchSize && (steps < end || i == _shares.Length - 1);)
            {
                for (int last = Math.Min(row + tile, BatchSize); row < last; row++)
                {
                    steps += _lengths[row];
                }
            }

            _shares[i].To = row;
        }
    }
}
