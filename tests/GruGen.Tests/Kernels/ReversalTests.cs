using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

public class ReversalTests
{
    [Theory]
    [MemberData(nameof(TestRows.Cases), MemberType = typeof(TestRows))]
    public void A_turned_sequence_starts_with_its_last_step(int size, int[] lengths)
    {
        var rows = new TestRows(lengths);
        int stride = Simd.Padded(size);
        AlignedBuffer x = TestRows.Random(rows.Count, size, 1), turned = TestRows.Room(rows.Count, size);

        Reversal.Forward(ref x.Start, ref turned.Start, stride, rows.Places);

        float[] result = TestRows.Taken(turned);
        for (int row = 0; row < rows.Count; row++)
        {
            Assert.Equal(x.Span.Slice(rows.Reversed(row) * stride, stride), result.AsSpan(row * stride, stride));
        }
    }

    [Theory]
    [MemberData(nameof(TestRows.Cases), MemberType = typeof(TestRows))]
    public void Turning_back_is_the_inverse_or_adds_to_what_is_there(int size, int[] lengths)
    {
        var rows = new TestRows(lengths);
        AlignedBuffer x = TestRows.Random(rows.Count, size, 1), turned = new(x.Length);
        Reversal.Forward(ref x.Start, ref turned.Start, Simd.Padded(size), rows.Places);

        Assert.Equal(x.Span.ToArray(), EveryWidth.Run(new Back(rows, size, turned, Add: false)));
        Assert.Equal([.. x.Span.ToArray().Select(value => 3 + value)], EveryWidth.Run(new Back(rows, size, turned, Add: true)));
    }

    [Fact]
    public void Rows_of_one_length_need_no_arrays()
    {
        var rows = new TestRows([3, 3, 3, 3]);
        RowPlaces same = new(sequences: 4, steps: 3), one = new(steps: 6);

        Assert.Equal((4, 3, 12, 4), (same.Sequences, same.Steps, same.Rows, same.Count(2)));
        Assert.All(rows.Steps, step => Assert.Equal(rows.Row(step.Sequence, step.Step), new RowPlaces(4, 3).Row(step.Sequence, step.Step)));
        Assert.Equal((1, 6, 6, 4, 1), (one.Sequences, one.Steps, one.Length(0), one.Row(0, 4), one.Reversed(0, 4)));
    }

    [Theory]
    [MemberData(nameof(TestRows.Cases), MemberType = typeof(TestRows))]
    public void Places_count_what_runs(int size, int[] lengths)
    {
        var rows = new TestRows(lengths);
        for (int t = 0; t < rows.Places.Steps; t++)
        {
            Assert.Equal(lengths.Count(length => length > t), rows.Places.Count(t));
        }

        Assert.Equal(rows.Count, rows.Places.Rows);
        Assert.True(size > 0);
    }

    private sealed record Back(TestRows Rows, int Size, AlignedBuffer Turned, bool Add) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer dx = TestRows.Room(Rows.Count, Size, Add ? 3 : float.NaN);
            Reversal.Backward<V>(ref Turned.Start, ref dx.Start, Simd.Padded(Size), Rows.Places, Add);
            return TestRows.Taken(dx);
        }
    }
}
