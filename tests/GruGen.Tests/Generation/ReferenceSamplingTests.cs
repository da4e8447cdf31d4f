namespace GruGen.Tests.Generation;

/// <summary>Distributions against those that equations in double precision give.</summary>
public class ReferenceSamplingTests
{
    private static readonly string[] s_parameters = ["temperature", "top_k", "top_p", "min_p", "repetition", "frequency", "presence", "history"];

    public static TheoryData<string> Names => [.. SamplingCase.All.Select(other => other.Name)];

    [Fact]
    public void Every_parameter_of_every_case_is_known()
    {
        Assert.Equal(24, SamplingCase.All.Length);
        Assert.All(SamplingCase.All, other => Assert.Empty(other.ParameterNames.Except(s_parameters)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_distribution_is_that_of_the_reference(string name)
    {
        SamplingCase reference = SamplingCase.ByName(name);
        var sampler = new Sampler(reference.Scores.Length, reference.Options);
        sampler.Add(reference.History);
        double[] probabilities = new double[reference.Scores.Length];
        sampler.CopyProbabilitiesTo(reference.Scores, probabilities);
        Assert.All(reference.Probabilities, (probability, token) => Assert.Equal(probability, probabilities[token], 1e-6));
        Assert.Equal(reference.Probabilities.Select(probability => probability == 0), probabilities.Select(probability => probability == 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tokens_are_drawn_as_often_as_they_are_probable(string name)
    {
        const int Draws = 20_000;
        SamplingCase reference = SamplingCase.ByName(name);
        (float[] scores, int[] history, SamplingOptions options) = (reference.Scores, reference.History, reference.Options);
        int[] counts = new int[scores.Length];
        for (int seed = 0; seed < Draws; seed++)
        {
            var sampler = new Sampler(scores.Length, options with { Seed = seed });
            sampler.Add(history);
            counts[sampler.Next(scores)]++;
        }

        // within five standard deviations, of a count that is a sum of so many draws
        Assert.All(reference.Probabilities, (probability, token) => Assert.True(
            Math.Abs(counts[token] - Draws * probability) <= 5 * Math.Sqrt(Draws * probability * (1 - probability)) + 1e-6,
            $"Token {token} has the probability {probability}, but was drawn {counts[token]} times of {Draws}."));
    }
}
