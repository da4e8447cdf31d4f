using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

/// <summary>The rows of a batch, and the sizes and batches that kernels over rows are tested with.</summary>
internal sealed class TestRows
{
    public TestRows(int[] lengths)
    {
        Lengths = lengths;
        for (int t = 0; t < lengths.Max(); t++)
        {
            Steps.AddRange(Enumerable.Range(0, lengths.Count(length => length > t)).Select(b => (b, t)));
            Offsets = [.. Offsets, Steps.Count];
        }
    }

    /// <summary>Every size with every batch: some sequences are empty, in some batches all are full, some have one row.</summary>
    public static TheoryData<int, int[]> Cases
    {
        get
        {
            var cases = new TheoryData<int, int[]>();
            foreach (int size in new[] { 1, 3, 5, 16, 17, 33 })
            {
                foreach (int[] lengths in new int[][] { [5, 3, 3, 1, 0], [4, 4, 4], [1], [0, 0], [7, 0] })
                {
                    cases.Add(size, lengths);
                }
            }

            return cases;
        }
    }

    public int[] Lengths { get; }

    public nint[] Offsets { get; } = [0];

    /// <summary>The sequence and the step of each row.</summary>
    public List<(int Sequence, int Step)> Steps { get; } = [];

    public int Count => Steps.Count;

    public RowPlaces Places => new(Lengths, Offsets);

    public int Row(int sequence, int step) => Steps.IndexOf((sequence, step));

    /// <summary>The row of the same step counted from the end.</summary>
    public int Reversed(int row) => Row(Steps[row].Sequence, Lengths[Steps[row].Sequence] - 1 - Steps[row].Step);

    /// <summary>random[rows, size, padded], of which the padding is rubbish, but finite.</summary>
    public static AlignedBuffer Random(int rows, int size, ulong seed)
    {
        var random = new RandomSource(seed);
        AlignedBuffer buffer = new(rows * Simd.Padded(size));
        foreach (ref float value in buffer.Span)
        {
            value = random.NextUniform(2);
        }

        return buffer;
    }

    /// <summary>The same without its last row's padding: what stands after it must not be read.</summary>
    public static AlignedBuffer Cut(AlignedBuffer rows, int size)
    {
        var cut = new AlignedBuffer(rows.Length);
        rows.Span.CopyTo(cut.Span);
        cut.Span[^(Simd.Padded(size) - size)..].Fill(float.NaN);
        return cut;
    }

    /// <summary>Room for results, full of <paramref name="filling"/>, and after them what must stay; see <see cref="Taken"/>.</summary>
    public static AlignedBuffer Room(int rows, int size, float filling = float.NaN)
    {
        var buffer = new AlignedBuffer((rows * Simd.Padded(size)) + Simd.MaxLanes);
        buffer.Span.Fill(filling);
        buffer.Span[^Simd.MaxLanes..].Fill(12345);
        return buffer;
    }

    /// <summary>The results in a <see cref="Room"/>, whose padding is finite, and after which nothing was written.</summary>
    public static float[] Taken(AlignedBuffer room)
    {
        Assert.All(room.Span[^Simd.MaxLanes..].ToArray(), value => Assert.Equal(12345, value));
        float[] results = room.Span[..^Simd.MaxLanes].ToArray();
        Assert.DoesNotContain(results, value => !float.IsFinite(value));
        return results;
    }
}
