using GruGen.Tests.Passes;

namespace GruGen.Tests.Generation;

/// <summary>What a sampler does at its edges, and with more tokens than one looks at.</summary>
public class SamplerTests
{
    private const int Large = 10_000;

    private static readonly float[] s_scores = [1, 3, 2, 3, 0.5f];

    public static TheoryData<string> Options => [.. s_options.Keys];

    private static readonly Dictionary<string, SamplingOptions> s_options = new(StringComparer.Ordinal)
    {
        ["as it is"] = new(),
        ["greedy"] = new() { Temperature = 0 },
        ["top 40"] = new() { TopK = 40, Temperature = 0.8 },
        ["top 9,999"] = new() { TopK = 9_999 },
        ["nucleus"] = new() { TopP = 0.9 },
        ["all"] = new()
        {
            Temperature = 1.2,
            TopK = 500,
            TopP = 0.95,
            MinP = 0.01,
            RepetitionPenalty = 1.3,
            FrequencyPenalty = 0.2,
            PresencePenalty = -0.1,
            ForbiddenTokens = [0, 77, 5_000],
        },
    };

    [Fact]
    public void Temperature_zero_takes_the_first_of_the_highest()
    {
        var sampler = new Sampler(5, new SamplingOptions { Temperature = 0 });
        Assert.Equal([1, 1, 1], Enumerable.Range(0, 3).Select(_ => sampler.Next(s_scores)));
        Assert.Equal([0, 1, 0, 0, 0], Probabilities(sampler, s_scores));

        sampler = new Sampler(5, new SamplingOptions { Temperature = 0, PresencePenalty = 0.1 });
        Assert.Equal([1, 3, 1], Enumerable.Range(0, 3).Select(_ => sampler.Next(s_scores)));
    }

    [Fact]
    public void A_forbidden_token_is_never_drawn()
    {
        var sampler = new Sampler(5, new SamplingOptions { ForbiddenTokens = [1, 3] });
        double[] probabilities = Probabilities(sampler, s_scores);
        double sum = Math.Exp(1) + Math.Exp(2) + Math.Exp(0.5);
        Assert.Equal([Math.Exp(1) / sum, 0, Math.Exp(2) / sum, 0, Math.Exp(0.5) / sum], probabilities.Select(p => p), (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Contains(sampler.Next(s_scores), (int[])[0, 2, 4]));

        sampler = new Sampler(5, new SamplingOptions { ForbiddenTokens = [1, 3], TopK = 1 });
        Assert.Equal(2, sampler.Next(s_scores));
    }

    [Fact]
    public void Fewer_tokens_than_k_may_be_left()
    {
        float[] scores = [float.NegativeInfinity, 1, float.NegativeInfinity, 1, float.NegativeInfinity];
        Assert.Equal([0, 0.5, 0, 0.5, 0], Probabilities(new Sampler(5, new SamplingOptions { TopK = 3 }), scores));
        Assert.Equal([0, 0.5, 0, 0.5, 0], Probabilities(new Sampler(5, new SamplingOptions { TopP = 0.999_999 }), scores));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void With_many_tokens_it_is_what_sorting_gives(string name)
    {
        SamplingOptions options = s_options[name];
        var sampler = new Sampler(Large, options);
        var random = new RandomSource(9);
        float[] scores = new float[Large];
        for (int round = 0; round < 3; round++)
        {
            int[] history = [.. Enumerable.Range(0, 50).Select(_ => random.NextInt32(100))];
            for (int i = 0; i < Large; i++)
            {
                scores[i] = MathF.Round((float)(3 * random.NextNormal()), 2); // many are equal
            }

            sampler.Reset();
            sampler.Add(history);
            double[] expected = TextbookSampling.Distribution(scores, history, options), actual = Probabilities(sampler, scores);
            for (int i = 0; i < Large; i++)
            {
                Assert.Equal(expected[i], actual[i], 1e-13);
                Assert.Equal(expected[i] == 0, actual[i] == 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void A_token_allocates_nothing(string name)
    {
        var sampler = new Sampler(Large, s_options[name]);
        float[] scores = [.. Enumerable.Range(0, Large).Select(i => i * 7919 % Large / 1000f)];
        double[] probabilities = new double[Large];
        Allocated.Nothing("Next", () => sampler.Next(scores));
        Allocated.Nothing("CopyProbabilitiesTo", () => sampler.CopyProbabilitiesTo(scores, probabilities));
        Allocated.Nothing("Add", () => sampler.Add(1, 2, 3));
    }

    [Fact]
    public void The_seed_decides_and_reset_begins_again()
    {
        int[] Draw(int seed, Sampler? again = null)
        {
            Sampler sampler = again ?? new Sampler(5, new SamplingOptions { Seed = seed, FrequencyPenalty = 0.1 });
            return [.. Enumerable.Range(0, 60).Select(_ => sampler.Next(s_scores))];
        }

        int[] first = Draw(7);
        Assert.Equal(first, Draw(7));
        Assert.NotEqual(first, Draw(8));
        Assert.NotEqual(first, Draw(-7));

        var sampler = new Sampler(5, new SamplingOptions { Seed = 7, FrequencyPenalty = 0.1 });
        Draw(7, sampler);
        Assert.NotEqual(first, Draw(7, sampler));
        sampler.Reset();
        Assert.Equal(first, Draw(7, sampler));
    }

    /// <summary>Written down from one machine; vectors of 128 bits give the same.</summary>
    [Fact]
    public void Tokens_are_the_same_on_any_machine()
    {
        var sampler = new Sampler(5, new SamplingOptions { Temperature = 1.3, TopP = 0.95, RepetitionPenalty = 1.1 });
        Assert.Equal("3013111123212134103102130213214433014011", string.Concat(Enumerable.Range(0, 40).Select(_ => sampler.Next(s_scores))));
    }

    [Fact]
    public void Scores_far_apart_neither_overflow_nor_vanish()
    {
        float[] scores = [float.MaxValue, float.MinValue, float.MaxValue];
        var options = new SamplingOptions { Temperature = double.Epsilon, RepetitionPenalty = float.Epsilon, FrequencyPenalty = float.MinValue };
        var sampler = new Sampler(3, options);
        Assert.Equal([0.5, 0, 0.5], Probabilities(sampler, scores));
        sampler.Add(0, 0, 0);
        Assert.Equal([1, 0, 0], Probabilities(sampler, scores));
        Assert.Equal([0.5, 0, 0.5], Probabilities(new Sampler(3, new SamplingOptions { Temperature = double.MaxValue, TopK = 2 }), scores));
    }

    [Fact]
    public void Scores_that_are_no_numbers_are_refused()
    {
        var sampler = new Sampler(3);
        Assert.Contains("Score 1 of 'scores' is NaN", Assert.Throws<ArgumentException>(() => sampler.Next([0, float.NaN, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("Score 2", Assert.Throws<ArgumentException>(() => sampler.Next([0, 1, float.PositiveInfinity])).Message, StringComparison.Ordinal);
        string nothing = Assert.Throws<ArgumentException>(
            () => sampler.Next([float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity])).Message;
        Assert.Contains("No token can be drawn: each of the 3", nothing, StringComparison.Ordinal);
        sampler = new Sampler(2, new SamplingOptions { ForbiddenTokens = [0, 1] });
        Assert.Throws<ArgumentException>(() => sampler.Next([0, 1]));
    }

    [Fact]
    public void Sizes_and_tokens_are_checked()
    {
        var sampler = new Sampler(3);
        string message = Assert.Throws<ArgumentException>(() => sampler.Next([0, 1])).Message;
        Assert.Contains("'scores' has 2 elements, but 3 are expected", message, StringComparison.Ordinal);
        Assert.Equal("probabilities", Assert.Throws<ArgumentException>(() => sampler.CopyProbabilitiesTo([0, 1, 2], new double[4])).ParamName);
        Assert.Equal("tokens", Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Add(0, 3)).ParamName);
        Assert.Equal("tokens", Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Add(-1)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler(3, new SamplingOptions { ForbiddenTokens = [3] }));
    }

    [Fact]
    public void Bad_options_are_refused_by_name()
    {
        AssertRefused(nameof(SamplingOptions.Temperature), () => new SamplingOptions { Temperature = -1 });
        AssertRefused(nameof(SamplingOptions.Temperature), () => new SamplingOptions { Temperature = double.NaN });
        AssertRefused(nameof(SamplingOptions.TopK), () => new SamplingOptions { TopK = -1 });
        AssertRefused(nameof(SamplingOptions.TopP), () => new SamplingOptions { TopP = 0 });
        AssertRefused(nameof(SamplingOptions.TopP), () => new SamplingOptions { TopP = 1.01 });
        AssertRefused(nameof(SamplingOptions.TopP), () => new SamplingOptions { TopP = double.NaN });
        AssertRefused(nameof(SamplingOptions.MinP), () => new SamplingOptions { MinP = -0.1 });
        AssertRefused(nameof(SamplingOptions.MinP), () => new SamplingOptions { MinP = 1.1 });
        AssertRefused(nameof(SamplingOptions.RepetitionPenalty), () => new SamplingOptions { RepetitionPenalty = 0 });
        AssertRefused(nameof(SamplingOptions.FrequencyPenalty), () => new SamplingOptions { FrequencyPenalty = double.PositiveInfinity });
        AssertRefused(nameof(SamplingOptions.PresencePenalty), () => new SamplingOptions { PresencePenalty = 1e39 });
        Assert.Throws<ArgumentNullException>(() => new SamplingOptions { ForbiddenTokens = null! });
        Assert.Throws<ArgumentNullException>(() => new GenerationOptions { Sampling = null! });
        Assert.Throws<ArgumentNullException>(() => new GenerationOptions { StopTokens = null! });
        AssertRefused(nameof(GenerationOptions.MaxTokens), () => new GenerationOptions { MaxTokens = -1 });

        static void AssertRefused(string name, Func<object> create) =>
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => create()).ParamName);
    }

    private static double[] Probabilities(Sampler sampler, float[] scores)
    {
        double[] probabilities = new double[sampler.VocabularySize];
        sampler.CopyProbabilitiesTo(scores, probabilities);
        return probabilities;
    }
}
