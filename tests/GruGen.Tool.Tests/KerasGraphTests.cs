using System.Text.Json;

namespace GruGen.Tool.Tests;

/// <summary>Models of Keras with more than one path and output.</summary>
public sealed class KerasGraphTests
{
    [Theory]
    [InlineData("keras2_functional_two_outputs.h5")]
    [InlineData("keras3_functional_two_outputs.keras")]
    public void A_functional_model_keeps_its_names_and_gives_both_outputs(string name)
    {
        ImportedModel model = WeightFiles.Open(Path.Combine(Cases.Folder, "keras", name)).Import(new ImportOptions());

        Assert.Equal(["input_dense", "vad_gru", "noise_gru", "denoise_gru", "vad_output", "denoise_output"], model.Schema.Layers.Select(layer => layer.Name));
        Assert.Equal<string>(["input_dense", "vad_gru", "input"], model.Schema.Layers[2].From.AsEnumerable());
        SafetensorsFile expected = SafetensorsFile.Read(Path.Combine(Cases.Folder, "keras", Path.ChangeExtension(name, ".safetensors")));
        (int steps, int size) = ((int)expected["input"].Shape[1], (int)expected["input"].Shape[2]);
        CompiledModel compiled = Cases.Compiled(model);
        for (int sequence = 0; sequence < expected["input"].Shape[0]; sequence++)
        {
            double[][] input = [.. expected["input"].ToDoubles().Skip(sequence * steps * size).Take(steps * size).Chunk(size)];
            double[][] here = [.. compiled.Predict(input).Select(value => (double)value).Chunk(model.Schema.OutputSize)];
            double[][] textbook = [.. model.Original!.Run(input).Chunk(model.Schema.OutputSize)];
            foreach (OutputSchema output in model.Schema.Outputs)
            {
                double[] values = [.. expected["output." + output.Name].ToDoubles().Skip(sequence * steps * output.Size).Take(steps * output.Size)];
                Cases.AssertClose(values, [.. here.SelectMany(row => row[output.Offset..(output.Offset + output.Size)])], 2e-6);
                Cases.AssertClose(values, [.. textbook.SelectMany(row => row[output.Offset..(output.Offset + output.Size)])], 1e-6);
            }
        }
    }
    /// <summary>A layer without a size of its own above a concatenation has the size of all that is concatenated.</summary>
    [Theory]
    [InlineData("LeakyReLU", """ "negative_slope": 0.2 """)]
    [InlineData("LayerNormalization", """ "epsilon": 0.001, "scale": false, "center": false """)]
    public void A_layer_above_a_concatenation_has_its_size(string type, string options)
    {
        KerasConfig config = KerasConfig.Of(JsonDocument.Parse(
            $$"""
            {
              "class_name": "Functional",
              "config": {
                "layers": [
                  { "class_name": "InputLayer", "config": { "name": "x", "batch_input_shape": [null, null, 3] }, "inbound_nodes": [] },
                  { "class_name": "Dense", "config": { "name": "a", "units": 4, "activation": "tanh" }, "inbound_nodes": [[["x", 0, 0, {}]]] },
                  { "class_name": "Concatenate", "config": { "name": "both" }, "inbound_nodes": [[["a", 0, 0, {}], ["x", 0, 0, {}]]] },
                  { "class_name": "{{type}}", "config": { "name": "each", {{options}} }, "inbound_nodes": [[["both", 0, 0, {}]]] },
                  { "class_name": "Dense", "config": { "name": "b", "units": 2, "activation": "linear" }, "inbound_nodes": [[["each", 0, 0, {}]]] }
                ],
                "output_layers": [["b", 0, 0]]
              }
            }
            """).RootElement, "'file'");
        ImportedModel model = new KerasModel(config, new DenseWeights(), isKeras2: true, "'file'").Import(new ImportOptions());

        Assert.Equal(["a", "each", "b"], model.Schema.Layers.Select(layer => layer.Name));
        Comparison comparison = Comparison.Of(Cases.Compiled(model), model.Original!);
        Assert.InRange(comparison.Difference, 0, 2e-6);
        Assert.True(comparison.Largest > 0);
    }

    /// <summary>The weights of the two dense layers, 3 to 4 and 7 to 2.</summary>
    private sealed class DenseWeights : KerasWeights
    {
        private readonly StoredTensor[] _all = [Tensor("a/kernel", 3, 4), Tensor("a/bias", 4), Tensor("b/kernel", 7, 2), Tensor("b/bias", 2)];

        public override IReadOnlyList<StoredTensor> All => _all;

        public override IReadOnlyList<StoredTensor> Of(KerasNode node) => [.. _all.Where(tensor => tensor.Name.StartsWith(node.Name + "/", StringComparison.Ordinal))];

        public override void CheckAllUsed(IEnumerable<KerasNode> nodes, string source) => Assert.Equal(5, nodes.Count());

        private static StoredTensor Tensor(string name, params int[] shape)
        {
            var random = new Random(name.Length + shape.Sum());
            double[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (double)(random.NextSingle() - 0.5f))];
            return new StoredTensor(name, "F32", [.. shape], () => values);
        }
    }
}
