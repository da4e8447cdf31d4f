namespace GruGen.Tests;

/// <summary>The generator against its published form and its distributions. Seeds are fixed, so nothing here is left to chance.</summary>
public class RandomSourceTests
{
    private const int Count = 200_000;

    [Fact]
    public void The_bits_are_those_of_xoshiro256_starstar()
    {
        // a second writing of the published algorithm, with the state that the seed expands to
        ulong state = 42 ^ ulong.RotateLeft(0xD1342543DE82EF95UL, 32);
        ulong[] s = [.. Enumerable.Range(0, 4).Select(_ => SplitMix64(ref state))];
        var random = new RandomSource(42);
        for (int i = 0; i < 100; i++)
        {
            ulong expected = ulong.RotateLeft(s[1] * 5, 7) * 9;
            ulong t = s[1] << 17;
            s[2] ^= s[0];
            s[3] ^= s[1];
            s[1] ^= s[2];
            s[0] ^= s[3];
            s[2] ^= t;
            s[3] = ulong.RotateLeft(s[3], 45);
            Assert.Equal(expected, random.Next());
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_gives_others()
    {
        ulong[] first = Draw(new RandomSource(1)), again = Draw(new RandomSource(1));
        Assert.Equal(first, again);
        Assert.Empty(first.Intersect(Draw(new RandomSource(2))));
        Assert.Empty(first.Intersect(Draw(new RandomSource(1, stream: 1))));

        static ulong[] Draw(RandomSource random) => [.. Enumerable.Range(0, 100).Select(_ => random.Next())];
    }

    [Fact]
    public void Uniform_numbers_fill_their_interval()
    {
        var random = new RandomSource(3);
        double[] values = [.. Enumerable.Range(0, Count).Select(_ => random.NextDouble())];

        Assert.All(values, value => Assert.InRange(value, 0, 1 - double.Epsilon));
        AssertMean(values, 0.5, Math.Sqrt(1.0 / 12));
        AssertMean([.. values.Select(value => value * value)], 1.0 / 3, Math.Sqrt(1.0 / 5 - 1.0 / 9));
        AssertMean([.. values.Zip(values.Skip(1), (a, b) => (a - 0.5) * (b - 0.5))], 0, 1.0 / 12);
        Assert.All(values.CountBy(value => (int)(value * 100)), bin => Assert.InRange(bin.Value, Count / 100 * 0.88, Count / 100 * 1.12));
    }

    [Fact]
    public void Uniform_floats_keep_to_their_bound()
    {
        var random = new RandomSource(4);
        double[] values = [.. Enumerable.Range(0, Count).Select(_ => (double)random.NextUniform(0.25))];

        Assert.All(values, value => Assert.InRange(value, -0.25, 0.25));
        AssertMean(values, 0, 0.25 / Math.Sqrt(3));
        Assert.True(values.Max() > 0.2499 && values.Min() < -0.2499);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void Whole_numbers_are_even(int bound)
    {
        var random = new RandomSource(5);
        int[] values = [.. Enumerable.Range(0, Count).Select(_ => random.NextInt32(bound))];

        Assert.All(values, value => Assert.InRange(value, 0, bound - 1));
        AssertMean([.. values.Select(value => value / (double)bound)], (bound - 1) / 2.0 / bound, Math.Sqrt(1.0 / 12));
        if (bound <= 10)
        {
            Assert.All(values.CountBy(value => value), bin => Assert.InRange(bin.Value, Count / bound * 0.97, Count / bound * 1.03));
        }
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        var random = new RandomSource(6);
        double[] values = [.. Enumerable.Range(0, Count).Select(_ => random.NextNormal())];

        AssertMean(values, 0, 1);
        AssertMean([.. values.Select(value => value * value)], 1, Math.Sqrt(2));
        AssertMean([.. values.Select(value => value * value * value)], 0, Math.Sqrt(15));
        AssertMean([.. values.Select(value => Math.Pow(value, 4))], 3, Math.Sqrt(96));
        AssertMean([.. values.Select(value => Math.Abs(value) < 1 ? 1.0 : 0)], 0.682689, Math.Sqrt(0.682689 * 0.317311));
        AssertMean([.. values.Select(value => value > 2 ? 1.0 : 0)], 0.0227501, Math.Sqrt(0.0227501 * 0.9772499));
    }

    [Fact]
    public void A_chain_is_SplitMix64_at_any_place()
    {
        ulong state = 1234567;
        for (ulong place = 0; place < 5; place++)
        {
            Assert.Equal(SplitMix64(ref state), RandomSource.Chain(1234567, place));
        }

        Assert.Equal(6457827717110365317UL, RandomSource.Chain(1234567, 0));
        Assert.Equal(16408922859458223821UL, RandomSource.Chain(1234567, 4));
    }

    [Fact]
    public void A_shuffle_is_a_permutation_and_every_place_is_as_likely()
    {
        var random = new RandomSource(7);
        const int Size = 5, Rounds = 50_000;
        int[,] seen = new int[Size, Size];
        for (int round = 0; round < Rounds; round++)
        {
            int[] items = [.. Enumerable.Range(0, Size)];
            random.Shuffle(items);
            Assert.Equal(Enumerable.Range(0, Size), items.Order());
            for (int place = 0; place < Size; place++)
            {
                seen[place, items[place]]++;
            }
        }

        Assert.All(seen.Cast<int>(), count => Assert.InRange(count, Rounds / Size * 0.96, Rounds / Size * 1.04));
    }

    /// <summary>Within five standard errors.</summary>
    private static void AssertMean(double[] values, double mean, double deviation) =>
        Assert.Equal(mean, values.Average(), 5 * deviation / Math.Sqrt(values.Length));

    private static ulong SplitMix64(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
