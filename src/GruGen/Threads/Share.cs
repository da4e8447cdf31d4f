using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// What one thread has of the work on a batch: a range of its sequences where steps follow on each other, and a part of the rows or of
/// the units elsewhere. Each number is computed by one thread, from the same numbers in the same order, so the bits do not depend on how
/// many there are.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Share
{
    private readonly ThreadTeam? _team;
    private readonly int _index;

    /// <summary>All of the work.</summary>
    internal Share() => Count = 1;

    /// <summary>All of the work, for what needs no sequences.</summary>
    internal static Share Whole { get; } = new();

    /// <summary>What member <paramref name="index"/> of a team has.</summary>
    internal Share(ThreadTeam team, int index) => (_team, _index, Count) = (team, index, team.Count);

    /// <summary>The number of shares.</summary>
    public int Count { get; }

    /// <summary>Whether what cannot be shared is done here.</summary>
    public bool IsFirst => _index == 0;

    /// <summary>The first of its sequences.</summary>
    public int From { get; internal set; }

    /// <summary>The sequence after its last one.</summary>
    public int To { get; internal set; }

    /// <summary>How many of its sequences are among the first <paramref name="running"/> ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Rows(int running) => Math.Max(Math.Min(running, To) - From, 0);

    /// <summary>Its part of so many rows or units.</summary>
    /// <param name="count">Their number.</param>
    /// <param name="together">How many stay together, because a tile computes them at once.</param>
    [CLSCompliant(false)]
    public (nuint Start, nuint End) Of(nuint count, int together)
    {
        if (Count == 1)
        {
            return (0, count);
        }

        nuint tiles = (count + (nuint)together - 1) / (nuint)together;
        return (Until(_index), Until(_index + 1));

        nuint Until(int index) => nuint.Min(tiles * (nuint)index / (nuint)Count * (nuint)together, count);
    }

    /// <summary>Goes on when all shares are here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Wait() => _team?.Barrier();
}
