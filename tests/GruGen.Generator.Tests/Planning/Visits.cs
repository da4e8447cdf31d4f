namespace GruGen.Generator.Tests.Planning;

/// <summary>How often each place of a stretch of memory is visited by the loops that a plan describes.</summary>
internal sealed class Visits(long length)
{
    private readonly int[] _count = new int[length];

    /// <summary>The lanes of each vector that a plan has to work for, and of the scalar twin.</summary>
    public static int[] Lanes => [16, 8, 4, 1];

    /// <summary>Visits so many places one after another; one outside is an error.</summary>
    public void Add(long start, long count)
    {
        foreach (ref int visits in _count.AsSpan(checked((int)start), checked((int)count)))
        {
            visits++;
        }
    }

    /// <summary>Every place was visited once.</summary>
    public void AssertOnce() => AssertNone(_count.AsSpan().IndexOfAnyExcept(1));

    /// <summary>
    /// In rows of <paramref name="stride"/>, the first <paramref name="size"/> places were visited once and the others never.
    /// </summary>
    public void AssertOnce(int size, int stride)
    {
        for (int row = 0; row < _count.Length; row += stride)
        {
            AssertNone(_count.AsSpan(row, size).IndexOfAnyExcept(1), row);
            AssertNone(_count.AsSpan(row + size, stride - size).IndexOfAnyExcept(0), row + size);
        }
    }

    private void AssertNone(int place, int origin = 0)
    {
        if (place >= 0)
        {
            Assert.Fail($"Place {origin + place} of {_count.Length} is visited {_count[origin + place]} times.");
        }
    }
}
