using System.Text.Json;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Generation;

/// <summary>A case of <c>sampling.json</c>: scores, what is done with them, and the distribution that comes of it.</summary>
internal sealed class SamplingCase
{
    private readonly JsonElement _case;

    private SamplingCase(JsonElement element) => _case = element;

    public static SamplingCase[] All => [.. JsonCases.Of("sampling").Select(element => new SamplingCase(element))];

    public string Name => _case.GetProperty("name").GetString()!;

    public float[] Scores => [.. Numbers(_case.GetProperty("logits")).Select(score => (float)score)];

    public double[] Probabilities => Numbers(_case.GetProperty("probabilities"));

    public int[] History => Parameters.TryGetProperty("history", out JsonElement history) ? [.. Numbers(history).Select(token => (int)token)] : [];

    public SamplingOptions Options => new()
    {
        Temperature = Parameter("temperature", 1),
        TopK = (int)Parameter("top_k", 0),
        TopP = Parameter("top_p", 1),
        MinP = Parameter("min_p", 0),
        RepetitionPenalty = Parameter("repetition", 1),
        FrequencyPenalty = Parameter("frequency", 0),
        PresencePenalty = Parameter("presence", 0),
    };

    /// <summary>The names of what is done with the scores.</summary>
    public IEnumerable<string> ParameterNames => Parameters.EnumerateObject().Select(parameter => parameter.Name);

    private JsonElement Parameters => _case.GetProperty("parameters");

    public static SamplingCase ByName(string name) => All.Single(other => other.Name == name);

    private double Parameter(string name, double other) => Parameters.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : other;

    private static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(JsonCases.Number)];
}
