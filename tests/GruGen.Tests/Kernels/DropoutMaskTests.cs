using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

public class DropoutMaskTests
{
    private const ulong Key = 99;

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void The_fraction_of_zeros_is_the_rate_and_the_others_keep_the_mean(double rate)
    {
        var rows = new TestRows([.. Enumerable.Repeat(100, 40)]);
        float[] mask = Steps(33, rate, Key, [.. Enumerable.Range(0, 40)], rows), values = Valid(mask, 33);

        AssertFraction(values, rate);
        Assert.All(values.Where(value => value != 0), value => Assert.Equal((float)(1 / (1 - rate)), value));
        for (int i = 0; i < 33; i++)
        {
            AssertFraction([.. values.Where((_, at) => at % 33 == i)], rate);
        }
    }

    [Theory]
    [MemberData(nameof(TestRows.Cases), MemberType = typeof(TestRows))]
    public void Padding_is_zero_and_nothing_is_written_after_it(int size, int[] lengths)
    {
        var rows = new TestRows(lengths);
        int[] order = [.. Enumerable.Range(0, lengths.Length)];

        Assert.All(Padding(Steps(size, 0, Key, order, rows)), value => Assert.Equal(0, value));
        Assert.All(Padding(Sequences(size, 0, Key, order)), value => Assert.Equal(0, value));

        IEnumerable<float> Padding(float[] mask) => mask.Where((_, i) => i % Simd.Padded(size) >= size);
    }

    [Fact]
    public void A_row_depends_on_the_sequence_and_the_step_and_not_on_the_batch()
    {
        TestRows one = new([7, 5, 2]), other = new([5]), third = new([8, 7, 7, 2, 2]);
        float[] a = Steps(17, 0.5, Key, [4, 0, 9], one), b = Steps(17, 0.5, Key, [0], other), c = Steps(17, 0.5, Key, [3, 9, 0, 4, 7], third);
        for (int t = 0; t < 5; t++)
        {
            float[] row = Row(b, other.Row(0, t));
            Assert.Equal(row, Row(a, one.Row(1, t)));
            Assert.Equal(row, Row(c, third.Row(2, t)));
        }

        Assert.Equal(Row(a, one.Row(2, 1)), Row(c, third.Row(1, 1)));
        float[] sequences = Sequences(17, 0.5, Key, [4, 0, 9]), reversed = Sequences(17, 0.5, Key, [9, 0, 4]);
        Assert.Equal(Row(sequences, 0), Row(reversed, 2));
        Assert.Equal(Row(sequences, 2), Row(reversed, 0));

        static float[] Row(float[] mask, int row) => mask[(row * 32)..((row * 32) + 17)];
    }

    [Fact]
    public void Rows_keys_and_places_do_not_know_of_each_other()
    {
        // products of ±1 that should have the mean 0: neighbours in a row, steps, sequences, keys, and both kinds of masks
        var rows = new TestRows([.. Enumerable.Repeat(64, 32)]);
        int[] order = [.. Enumerable.Range(0, 32)];
        double[] mask = Signs(Steps(64, 0.5, Key, order, rows));

        AssertUncorrelated(mask, mask[1..]);
        AssertUncorrelated(mask, mask[2..]);
        AssertUncorrelated(mask, mask[64..]);
        AssertUncorrelated(mask, mask[65..]);
        AssertUncorrelated(mask, mask[(32 * 64)..]);
        AssertUncorrelated(mask, Signs(Steps(64, 0.5, Key + 1, order, rows)));
        AssertUncorrelated(mask, Signs(Steps(64, 0.5, Key, [.. order.Select(b => b + 1)], rows))[64..]);
        AssertUncorrelated(mask, Signs(Sequences(64, 0.5, Key, [.. Enumerable.Range(0, 2048)])));
        AssertUncorrelated(mask, Signs(Steps(64, 0.5, DropoutMask.Key(1, 2, 3), order, rows)));
    }

    [Fact]
    public void Each_number_of_a_row_is_drawn_for_itself()
    {
        // the number of zeros in a row of 64 is binomial: mean 32, variance 16
        float[] mask = Sequences(64, 0.5, Key, [.. Enumerable.Range(0, 20_000)]);
        double[] zeros = [.. mask.Chunk(64).Select(row => (double)row.Count(value => value == 0))];
        Assert.Equal(32, zeros.Average(), 4 * 4 / Math.Sqrt(20_000));
        Assert.Equal(16, zeros.Average(count => (count - 32) * (count - 32)), 4 * 16 * Math.Sqrt(2.0 / 20_000));
    }

    [Fact]
    public void Keys_differ_in_everything_they_are_made_of()
    {
        ulong[] keys = [DropoutMask.Key(0, 0, 0), DropoutMask.Key(1, 0, 0), DropoutMask.Key(0, 1, 0), DropoutMask.Key(0, 0, 1), DropoutMask.Key(1, 1, 1)];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[4], DropoutMask.Key(1, 1, 1));
    }

    [Fact]
    public void Masks_do_not_depend_on_the_machine()
    {
        // written down: whoever changes the generator changes every seeded result
        float[] mask = Sequences(16, 0.5, 1, [0, 1]);
        Assert.Equal("01110011100111100001000100110101", string.Concat(mask.Select(value => value == 0 ? '0' : '1')));
    }

    [Theory]
    [MemberData(nameof(TestRows.Cases), MemberType = typeof(TestRows))]
    public void Products_are_those_of_every_number(int size, int[] lengths)
    {
        var rows = new TestRows(lengths);
        int stride = Simd.Padded(size);
        AlignedBuffer x = TestRows.Random(rows.Count, size, 1), mask = TestRows.Random(rows.Count, size, 2), sequences = TestRows.Random(lengths.Length, size, 3);

        float[] y = EveryWidth.Run(new ProductRun(rows, size, x, mask, Sequences: false));
        float[] z = EveryWidth.Run(new ProductRun(rows, size, x, sequences, Sequences: true));

        for (int i = 0; i < y.Length; i++)
        {
            Assert.Equal(x.Span[i] * mask.Span[i], y[i]);
            Assert.Equal(x.Span[i] * sequences.Span[rows.Steps[i / stride].Sequence * stride + i % stride], z[i]);
        }
    }

    private static float[] Steps(int size, double rate, ulong key, int[] order, TestRows rows)
    {
        AlignedBuffer mask = TestRows.Room(rows.Count, size);
        DropoutMask.FillSteps(ref mask.Start, size, rate, key, order, rows.Places);
        return TestRows.Taken(mask);
    }

    private static float[] Sequences(int size, double rate, ulong key, int[] order)
    {
        AlignedBuffer mask = TestRows.Room(order.Length, size);
        DropoutMask.FillSequences(ref mask.Start, size, rate, key, order);
        return TestRows.Taken(mask);
    }

    private static float[] Valid(float[] mask, int size) => [.. mask.Where((_, i) => i % Simd.Padded(size) < size)];

    private static double[] Signs(float[] mask) => [.. mask.Select(value => value == 0 ? -1.0 : 1.0)];

    private static void AssertFraction(float[] mask, double rate) =>
        Assert.Equal(rate, mask.Count(value => value == 0) / (double)mask.Length, 4 * Math.Sqrt(rate * (1 - rate) / mask.Length));

    private static void AssertUncorrelated(double[] a, double[] b)
    {
        double[] products = [.. a.Zip(b, (x, y) => x * y)];
        Assert.Equal(0, products.Average(), 4 / Math.Sqrt(products.Length));
    }

    private sealed record ProductRun(TestRows Rows, int Size, AlignedBuffer X, AlignedBuffer Mask, bool Sequences) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer y = TestRows.Room(Rows.Count, Size);
            if (Sequences)
            {
                DropoutMask.MultiplySequences<V>(ref X.Start, ref Mask.Start, ref y.Start, Simd.Padded(Size), Rows.Places);
            }
            else
            {
                DropoutMask.Multiply<V>(ref X.Start, ref Mask.Start, ref y.Start, X.Length);
            }

            return TestRows.Taken(y);
        }
    }
}
