using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace GruGen.Tool.Tests;

/// <summary>What files of Keras have that is not read, and what files of weights alone do not say.</summary>
public sealed class KerasRefusalTests
{
    [Theory]
    [InlineData("""{"class_name": "GRU", "config": {"name": "gru", "units": 2, "zero_output_for_mask": true}}""", "zero_output_for_mask")]
    [InlineData(
        """
        {"class_name": "Bidirectional", "config": {"name": "both", "merge_mode": "concat",
          "layer": {"class_name": "GRU", "config": {"name": "gru", "units": 2, "go_backwards": true}}}}
        """,
        "reads from the end")]
    public void A_GRU_that_reads_or_gives_its_steps_otherwise_is_refused(string layer, string message)
    {
        var node = KerasNode.Of(JsonDocument.Parse(layer).RootElement, [], "'file'");
        Assert.Contains(
            message, Assert.Throws<NotSupportedException>(() => KerasGru.Read(node, [], isKeras2: false, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_more_than_a_thousand_layers_is_refused()
    {
        IEnumerable<string> layers = Enumerable.Range(0, 1001).Select(i => $$"""{"class_name": "Dropout", "config": {"name": "d{{i}}", "rate": 0} }""");
        string text = $$"""{"class_name": "Sequential", "config": {"layers": [{{string.Join(',', layers)}}]} }""";
        Assert.Contains(
            "1001 layers",
            Assert.Throws<NotSupportedException>(() => KerasConfig.Of(JsonDocument.Parse(text).RootElement, "'file'")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_is_no_Unicode_is_refused()
    {
        string folder = Cases.NewFolder(), path = Path.Combine(folder, "model.keras");
        File.Copy(Path.Combine(Cases.Folder, "bad", "control.keras"), path);
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            archive.GetEntry("metadata.json")?.Delete();
            using Stream metadata = archive.CreateEntry("metadata.json").Open();
            metadata.Write(Encoding.ASCII.GetBytes("""{"keras_version": "\ud800"}"""));
        }

        Assert.Contains("Unicode", Assert.Throws<InvalidDataException>(() => WeightFiles.Open(path)).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Weights_alone_have_the_epsilon_of_Keras_and_can_be_ignored()
    {
        var weights = new Weights(
            ("gru/gru_cell/kernel:0", [3, 6]), ("gru/gru_cell/recurrent_kernel:0", [2, 6]), ("gru/gru_cell/bias:0", [2, 6]),
            ("layer_normalization/gamma:0", [2]), ("layer_normalization/beta:0", [2]));

        ImportedModel model = new KerasStateDictionary(weights, "'file'").Import(new ImportOptions());
        Assert.Equal(1e-3, model.Schema.Layers[1].Epsilon);
        model = new KerasStateDictionary(weights, "'file'").Import(new ImportOptions { Set = new Dictionary<string, string> { ["layernorm1.epsilon"] = "0.5" } });
        Assert.Equal(0.5, model.Schema.Layers[1].Epsilon);
        model = new KerasStateDictionary(weights, "'file'").Import(new ImportOptions { Ignored = ["layer_normalization"] });
        Assert.Equal([LayerKind.Gru], model.Schema.Layers.Select(layer => layer.Kind));
    }

    private sealed class Weights(params (string Name, int[] Shape)[] tensors) : KerasWeights
    {
        public override IReadOnlyList<StoredTensor> All { get; } = [.. tensors.Select(tensor => new StoredTensor(
            tensor.Name, "F32", [.. tensor.Shape], () => new double[tensor.Shape.Aggregate(1, (a, b) => a * b)]))];

        public override IReadOnlyList<StoredTensor> Of(KerasNode node) => [];

        public override void CheckAllUsed(IEnumerable<KerasNode> nodes, string source)
        {
        }
    }
}
