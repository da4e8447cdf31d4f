namespace GruGen.Onnx.Tests;

/// <summary>The code of docs/onnx.md and of the package's README.</summary>
public sealed class PageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onnx").FullName;

    [Fact]
    public void A_model_is_loaded_and_saved()
    {
        string exported = Write("exported/last_bf_dyn.onnx");
        string path = Path.Combine(_folder, "movement.onnx");

        var model = new Movement();
        OnnxModel file = model.LoadOnnx(exported);
        foreach (OnnxInitializer initializer in file.Initializers)
        {
            Console.WriteLine(initializer); // onnx::GRU_108 [1, 12, 3]: gru1.weight_ih_l0
        }

        model.SaveOnnx(path);

        var other = new Movement();
        other.LoadOnnx(path);
        Assert.Equal(model.Parameters.All.ToArray(), other.Parameters.All.ToArray());
        Assert.Equal("onnx::GRU_108 [1, 12, 3]: gru1.weight_ih_l0",
            file.Initializers.Single(initializer => initializer.Name == "onnx::GRU_108").ToString());
    }

    [Fact]
    public void A_file_says_what_to_declare()
    {
        string exported = Write("exported/bi_every_ln17.onnx");

        OnnxModel file = OnnxFile.Read(exported);
        Console.WriteLine(file.Schema.ToCSharp("Tagger")); // the attributes and the class
        Console.WriteLine(string.Join(Environment.NewLine, file.Notes)); // what is worth knowing

        Assert.Contains("[Gru(4, Bidirectional = true, Output = SequenceOutput.EveryStep)]", file.Schema.ToCSharp("Tagger"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_runs_without_a_declaration()
    {
        string exported = Write("exported/last_bf_dyn.onnx");
        float[] sequence = new float[7 * 3];

        OnnxModel file = OnnxFile.Read(exported);
        var model = new DynamicModel<float>(file.Schema);
        model.LoadParameters(file.Parameters);

        float[] output = new float[2];
        model.Predict(sequence, output);
        var declared = new Movement();
        declared.LoadOnnx(exported);
        Cases.AssertClose(declared.Predict(sequence), output, "the dynamic model");
    }

    [Fact]
    public void Weights_that_are_inputs_get_values()
    {
        (byte[] bytes, OnnxOptions given) = new NodeTests.Case("page", () => ModelRun.Of(new NodeAfter()),
            Numbers.Normal([4, 2, 3], 4), Numbers.Normal([1, 12, 3], 5), Numbers.Normal([1, 12, 4], 6))
        {
            B = Numbers.Normal([1, 24], 7),
            ResetsAfter = true
        }.File();
        string path = Path.Combine(_folder, "node.onnx");
        File.WriteAllBytes(path, bytes);
        (float[] w, float[] r, float[] b) = (given.Values[0].ToSingles(), given.Values[1].ToSingles(), given.Values[2].ToSingles());

        OnnxModel file = OnnxFile.Read(path, new OnnxOptions
        {
            Values =
            [
                new SafetensorsTensor("W", [1, 12, 3], w), // [directions, 3 · hidden size, inputs]
                new SafetensorsTensor("R", [1, 12, 4], r), // [directions, 3 · hidden size, hidden size]
                new SafetensorsTensor("B", [1, 24], b), // [directions, 6 · hidden size]
            ],
        });

        Assert.Equal(w[..12], file.Parameters.Get("gru1.weight_ih_l0").ToArray()[12..24]); // z, r, n becomes r, z, n
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name)
    {
        string path = Path.Combine(_folder, Path.GetFileName(name));
        File.WriteAllBytes(path, Cases.Bytes(name));
        return path;
    }
}

[GruModel(inputSize: 3)]
[Gru(4)]
[Dense(2)]
internal sealed partial class Movement;
