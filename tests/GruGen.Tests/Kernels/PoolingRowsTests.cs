using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

public class PoolingRowsTests
{
    [Theory]
    [MemberData(nameof(TestRows.Cases), MemberType = typeof(TestRows))]
    public void Every_pooling_is_what_its_name_says(int size, int[] lengths)
    {
        var rows = new TestRows(lengths);
        int stride = Simd.Padded(size);
        AlignedBuffer x = Coarse(rows.Count, size);
        float[] last = EveryWidth.Run(new ForwardRun(Pooling.Last, rows, size, x));
        float[] mean = EveryWidth.Run(new ForwardRun(Pooling.Mean, rows, size, x));
        float[] max = EveryWidth.Run(new ForwardRun(Pooling.Max, rows, size, x));

        for (int b = 0; b < lengths.Length; b++)
        {
            for (int i = 0; i < size; i++)
            {
                float[] steps = [.. Enumerable.Range(0, lengths[b]).Select(t => x.Span[rows.Row(b, t) * stride + i])];
                int at = b * stride + i;
                Assert.Equal(steps.LastOrDefault(), last[at]);
                Assert.Equal(steps.Length == 0 ? 0 : steps.Average(value => (double)value), mean[at], 1e-6);
                Assert.Equal(steps.Length == 0 ? 0 : steps.Max(), max[at]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(TestRows.Cases), MemberType = typeof(TestRows))]
    public void Gradients_go_to_the_steps_that_count(int size, int[] lengths)
    {
        var rows = new TestRows(lengths);
        int stride = Simd.Padded(size);
        AlignedBuffer x = Coarse(rows.Count, size), dy = TestRows.Random(lengths.Length, size, 2);
        float[] last = EveryWidth.Run(new BackwardRun(Pooling.Last, rows, size, x, dy));
        float[] mean = EveryWidth.Run(new BackwardRun(Pooling.Mean, rows, size, x, dy));
        float[] max = EveryWidth.Run(new BackwardRun(Pooling.Max, rows, size, x, dy));

        foreach ((int b, int t) in rows.Steps)
        {
            for (int i = 0; i < size; i++)
            {
                int at = rows.Row(b, t) * stride + i;
                float d = dy.Span[b * stride + i];
                float[] steps = [.. Enumerable.Range(0, lengths[b]).Select(step => x.Span[rows.Row(b, step) * stride + i])];
                Assert.Equal(t == lengths[b] - 1 ? d : 0, last[at]);
                Assert.Equal(d / lengths[b], mean[at]);
                Assert.Equal(t == Array.IndexOf(steps, steps.Max()) ? d : 0, max[at]);
            }
        }
    }

    [Theory]
    [InlineData(Pooling.Mean)]
    [InlineData(Pooling.Max)]
    public void A_NaN_of_any_step_shows(Pooling pooling)
    {
        var rows = new TestRows([4]);
        for (int t = 0; t < 4; t++)
        {
            AlignedBuffer x = TestRows.Random(4, 16, 1), y = new(16);
            x.Span[t * 16 + 5] = float.NaN;
            AssertAt<V512>();
            AssertAt<V256>();
            AssertAt<V128>();
            AssertAt<V1>();

            void AssertAt<V>()
                where V : struct, ISimd<V>
            {
                PoolingRows.Forward<V>(pooling, ref x.Start, ref y.Start, 16, rows.Places);
                Assert.Equal(Enumerable.Range(0, 16).Select(i => i == 5), y.Span.ToArray().Select(float.IsNaN));
            }
        }
    }

    [Fact]
    public void Infinities_are_numbers_like_others()
    {
        var rows = new TestRows([3]);
        AlignedBuffer x = new(48), dy = new(16);
        x.Span.Fill(float.NegativeInfinity);
        x.Span[16 + 1] = float.PositiveInfinity;
        x.Span[32 + 2] = 7;
        dy.Span.Fill(1);

        AlignedBuffer y = new(16), dx = new(48);
        PoolingRows.Forward<V256>(Pooling.Max, ref x.Start, ref y.Start, 16, rows.Places);
        PoolingRows.Backward<V256>(Pooling.Max, ref x.Start, ref y.Start, ref dy.Start, ref dx.Start, 16, rows.Places);

        Assert.Equal([float.NegativeInfinity, float.PositiveInfinity, 7], y.Span[..3].ToArray());
        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 0, 1], Enumerable.Range(0, 9).Select(k => dx.Span[(k / 3 * 16) + (k % 3)]));
    }

    /// <summary>Numbers of which many are equal.</summary>
    private static AlignedBuffer Coarse(int rows, int size)
    {
        AlignedBuffer x = TestRows.Random(rows, size, 1);
        foreach (ref float value in x.Span)
        {
            value = MathF.Round(value * 2) / 2;
        }

        return x;
    }

    private sealed record ForwardRun(Pooling Pooling, TestRows Rows, int Size, AlignedBuffer X) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer y = TestRows.Room(Rows.Lengths.Length, Size);
            PoolingRows.Forward<V>(Pooling, ref X.Start, ref y.Start, Simd.Padded(Size), Rows.Places);
            return TestRows.Taken(y);
        }
    }

    private sealed record BackwardRun(Pooling Pooling, TestRows Rows, int Size, AlignedBuffer X, AlignedBuffer Dy) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer y = new(Dy.Length), dx = TestRows.Room(Rows.Count, Size);
            PoolingRows.Forward<V>(Pooling, ref X.Start, ref y.Start, Simd.Padded(Size), Rows.Places);
            PoolingRows.Backward<V>(Pooling, ref X.Start, ref y.Start, ref Dy.Start, ref dx.Start, Simd.Padded(Size), Rows.Places);
            return TestRows.Taken(dx);
        }
    }
}
