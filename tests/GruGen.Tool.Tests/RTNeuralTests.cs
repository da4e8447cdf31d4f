using System.Text;

namespace GruGen.Tool.Tests;

/// <summary>JSON of RTNeural: what is read, and what is refused.</summary>
public sealed class RTNeuralTests
{
    private const string Model =
        """
        {"in_shape": [null, null, 2], "layers": [
          {"type": "time-distributed-dense", "activation": "tanh", "shape": [null, null, 4], "weights": [[[0.1, -0.2, 0.3, 0.4], [0.5, 0.6, -0.7, 0.8]], [0.1, 0, 0, -0.1]]},
          {"type": "prelu", "activation": "", "shape": [null, null, 4], "weights": [[[0.25, 0.5, 0.75, 0.1]]]},
          {"type": "conv1d", "activation": "relu", "shape": [null, null, 2], "kernel_size": [2], "dilation": [3], "groups": 2,
           "weights": [[[[0.5, -0.4], [0.3, 0.2]], [[0.1, 0.6], [-0.7, 0.8]]], [0.05, 0.1]]},
          {"type": "gru", "activation": "tanh", "shape": [null, null, 1],
           "weights": [[[0.1, 0.2, 0.3], [0.4, -0.5, 0.6]], [[0.7, -0.8, 0.9]], [[0.1, 0.2, -0.3], [0.4, 0.5, 0.6]]]},
          {"type": "dense", "activation": "", "shape": [null, null, 1], "weights": [[[1.5]], [0.25]]}]}
        """;

    [Fact]
    public void Layers_are_read_with_their_groups_and_slopes()
    {
        ImportedModel model = Import(Model);

        Assert.Equal([LayerKind.Dense, LayerKind.PReLU, LayerKind.Conv1D, LayerKind.Gru, LayerKind.Dense], model.Schema.Layers.Select(layer => layer.Kind));
        Assert.Contains(model.Notes, note => note.Contains("2 groups", StringComparison.Ordinal));
        CompiledModel compiled = Cases.Compiled(model);
        Assert.Equal([0.5f, 0.1f, 0.3f, -0.7f, 0, 0, 0, 0], compiled.Parameters["conv1.weight"].ToArray()[..8]); // [filter, input, tap]
        Comparison comparison = Comparison.Of(compiled, model.Original!);
        Assert.InRange(comparison.Difference, 0, 1e-6);
        Assert.True(comparison.Largest > 0.1);
    }

    [Theory]
    [InlineData("\"gru\"", "\"lstm\"", "'lstm'")]
    [InlineData("[1.5]", "[1.5, 2]", "[1, 2]")]
    [InlineData("\"relu\"", "\"cube\"", "'cube'")]
    [InlineData("[null, null, 2], \"layers\"", "[null, null, 3], \"layers\"", "[3, 4]")]
    [InlineData("\"groups\": 2", "\"groups\": 0", "strides")]
    [InlineData("[[0.7, -0.8, 0.9]]", "[[0.7, -0.8, \"x\"]]", "a number")]
    [InlineData("[[0.7, -0.8, 0.9]]", "[[0.7, -0.8], 0.9]", "different lengths")]
    [InlineData("\"type\": \"prelu\", ", "", "The type")]
    [InlineData("\"shape\": [null, null, 1], \"weights\": [[[1.5]]", "\"shape\": [], \"weights\": [[[1.5]]", "empty")]
    [InlineData("]}\n", "]\n", "JSON")]
    public void What_does_not_fit_is_named(string before, string after, string message)
    {
        string text = (Model + "\n").Replace(before, after, StringComparison.Ordinal);
        Assert.NotEqual(Model + "\n", text);
        Exception exception = Assert.ThrowsAny<Exception>(() => Import(text));
        Assert.True(exception is InvalidDataException or NotSupportedException, exception.ToString());
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_by_names_are_a_state_dictionary()
    {
        ImportedModel model = Import("""{"gru.weight_ih_l0": [[1], [2], [3]], "gru.weight_hh_l0": [[4], [5], [6]], "fc.weight": [[7]], "fc.bias": [8]}""");

        Assert.Equal([LayerKind.Gru, LayerKind.Dense], model.Schema.Layers.Select(layer => layer.Kind));
        Assert.False(model.Schema.Layers[0].Options!.Bias);
    }

    private static ImportedModel Import(string text) => RTNeuralFile.Read(Encoding.UTF8.GetBytes(text), "'model.json'").Import(new ImportOptions());
}
