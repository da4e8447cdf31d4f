using GruGen.Kernels;

namespace GruGen.Tests.Training;

public class ReduceTests
{
    public static TheoryData<int> Counts => [0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 100, 1000, 10_000];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Sums_agree_with_double_precision(int count)
    {
        float[] x = Random(count, 1), y = Random(count, 2);
        double absolute = x.Sum(value => Math.Abs((double)value)) + 1e-30;

        Assert.Equal(x.Sum(value => (double)value), Reduce.Sum(ref x[0], count), 1e-6 * absolute);
        Assert.Equal(Exact(x.Select(value => (double)value)), Reduce.Total(ref x[0], count), 1e-14 * absolute);
        Assert.Equal(x.Zip(y).Sum(pair => (double)pair.First * pair.Second), Reduce.Dot(ref x[0], ref y[0], count), 1e-6 * absolute);
        Assert.Equal(Exact(x.Select(value => (double)value * value)), Reduce.SumOfSquares(x.AsSpan(0, count)), 1e-14 * absolute);
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void The_element_i_belongs_to_the_partial_sum_i_mod_16(int count)
    {
        float[] x = Random(count, 3);
        float[] partial = new float[16];
        double[] total = new double[16];
        for (int i = 0; i < count; i++)
        {
            partial[i % 16] += x[i];
            total[i % 16] += x[i];
        }

        Assert.Equal(Tree([.. Enumerable.Range(0, 8).Select(i => partial[i] + partial[i + 8])]), Reduce.Sum(ref x[0], count));
        double[] four = [.. Enumerable.Range(0, 4).Select(i => (total[i] + total[i + 8]) + (total[i + 4] + total[i + 12]))];
        Assert.Equal((four[0] + four[2]) + (four[1] + four[3]), Reduce.Total(ref x[0], count));

        static float Tree(float[] p) => ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void The_largest_is_found_wherever_it_is(int count)
    {
        float[] x = Random(count, 4);
        Assert.Equal(count == 0 ? float.NegativeInfinity : x.Take(count).Max(), Reduce.Max(ref x[0], count));
        for (int i = 0; i < Math.Min(count, 100); i++)
        {
            float kept = x[i];
            x[i] = 2;
            Assert.Equal(2, Reduce.Max(ref x[0], count));
            x[i] = float.NaN;
            Assert.True(float.IsNaN(Reduce.Max(ref x[0], count)));
            x[i] = kept;
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void What_is_not_finite_is_found_wherever_it_is(int count)
    {
        float[] x = Random(count, 5);
        Assert.True(double.IsFinite(Reduce.SumOfSquares(x.AsSpan(0, count))));
        for (int i = 0; i < Math.Min(count, 100); i++)
        {
            foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                float kept = x[i];
                x[i] = value;
                Assert.False(double.IsFinite(Reduce.SumOfSquares(x.AsSpan(0, count))));
                x[i] = kept;
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(37)]
    public void Squares_of_rows_are_summed_wherever_they_lie(int size)
    {
        float[] table = Random(20 * size, 6);
        int[] rows = [3, 0, 19, 4, 11];
        double[] squares = [.. rows.SelectMany(row => table[(row * size)..((row + 1) * size)]).Select(value => (double)value * value)];

        Assert.Equal(Exact(squares), Reduce.SumOfSquares(ref table[0], size, rows), 1e-14 * squares.Sum());
        Assert.Equal(0, Reduce.SumOfSquares(ref table[0], size, []));
        foreach (int row in rows)
        {
            Assert.Equal(Reduce.SumOfSquares(table.AsSpan(row * size, size)), Reduce.SumOfSquares(ref table[0], size, [row]));
        }
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(1.0000000001)]
    [InlineData(1.5)]
    [InlineData(10_000)]
    [InlineData(1e300)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void The_logarithm_is_that_of_the_library(double x)
    {
        double expected = Math.Log(x), actual = Portable.Log(x);
        Assert.True(expected.Equals(actual) || Math.Abs(actual - expected) <= 4e-16 * Math.Max(1e-10, Math.Abs(expected)), $"{actual:R} for {expected:R}");
    }

    [Fact]
    public void Whole_powers_are_those_of_the_library()
    {
        foreach (long exponent in new long[] { 0, 1, 2, 3, 10, 1000, 123_456 })
        {
            double expected = Math.Pow(0.999, exponent);
            Assert.Equal(expected, Portable.Power(0.999, exponent), expected * 1e-11);
        }
    }

    /// <summary>A sum that carries what each addition rounds away (Neumaier 1974).</summary>
    private static double Exact(IEnumerable<double> values)
    {
        double sum = 0, lost = 0;
        foreach (double value in values)
        {
            double next = sum + value;
            lost += Math.Abs(sum) >= Math.Abs(value) ? (sum - next) + value : (value - next) + sum;
            sum = next;
        }

        return sum + lost;
    }

    /// <summary>One more float than asked for, so that there is a first one to refer to.</summary>
    private static float[] Random(int count, ulong seed)
    {
        var random = new RandomSource(seed);
        float[] values = new float[count + 1];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.NextUniform(1);
        }

        return values;
    }
}
