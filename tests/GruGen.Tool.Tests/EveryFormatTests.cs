namespace GruGen.Tool.Tests;

/// <summary>
/// One model in every format, which scripts of this repository made (tests/make-files): what comes in has the same bits whatever it came
/// from, and the sample that shows it has what the tool writes.
/// </summary>
public sealed class EveryFormatTests : IDisposable
{
    private static readonly string s_sample = Path.Combine(AppContext.BaseDirectory, "sample");
    private readonly string _folder = Cases.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("movements.keras")]
    [InlineData("movements.h5")]
    [InlineData("movements.onnx")]
    [InlineData("movements.pt", "--activation", "fc=softmax")]
    [InlineData("movements.safetensors", "--activation", "fc=softmax")]
    [InlineData("movements.npz", "--activation", "fc=softmax")]
    [InlineData("movements.json", "--output", "every")]
    public void One_model_is_the_same_from_every_format(string file, params string[] options)
    {
        CompiledModel model = Import(file, "Movements", options);
        SafetensorsFile original = SafetensorsFile.Read(Path.Combine(s_sample, "data", "movements.safetensors"));
        Assert.Equal(original["gru.weight_ih_l0"].ToSingles(), model.Parameters["gru1.weight_ih_l0"].ToArray());
        Assert.Equal(original["gru.weight_hh_l0"].ToSingles(), model.Parameters["gru1.weight_hh_l0"].ToArray());
        Assert.Equal(original["gru.bias_ih_l0"].ToSingles(), model.Parameters["gru1.bias_ih_l0"].ToArray());
        Assert.Equal(original["gru.bias_hh_l0"].ToSingles(), model.Parameters["gru1.bias_hh_l0"].ToArray());
        Assert.Equal(original["fc.weight"].ToSingles(), model.Parameters["dense1.weight"].ToArray());
        Assert.Equal(original["fc.bias"].ToSingles(), model.Parameters["dense1.bias"].ToArray());

        SafetensorsFile expected = SafetensorsFile.Read(Path.Combine(s_sample, "data", "movements.expected.safetensors"));
        double[][][] recordings = [.. expected["input"].ToDoubles().Chunk(50 * 3).Select(recording => recording.Chunk(3).ToArray())];
        double[] outputs = expected[file == "movements.json" ? "output_each" : "output"].ToDoubles();
        Cases.AssertClose(outputs, [.. recordings.SelectMany(recording => model.Predict(recording)).Select(value => (double)value)], 2e-6);
    }

    [Theory]
    [InlineData("movements.keras", "FromKeras")]
    [InlineData("movements.pt", "FromPyTorch", "--activation", "fc=softmax")]
    [InlineData("movements.onnx", "FromOnnx")]
    public void The_sample_has_what_the_tool_writes(string file, string name, params string[] options)
    {
        Import(file, name, ["--namespace", "Import", .. options]);
        Assert.Equal(File.ReadAllText(Path.Combine(s_sample, name + ".cs")), File.ReadAllText(At(name + ".cs")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(s_sample, name + ".safetensors")), File.ReadAllBytes(At(name + ".safetensors")));
    }

    private CompiledModel Import(string file, string name, string[] options)
    {
        using StringWriter output = new(), errors = new();
        int code = Program.Run(["import", Path.Combine(s_sample, "data", file), "-o", At(name + ".cs"), "--name", name, .. options], output, errors);
        Assert.Equal((0, ""), (code, errors.ToString()));
        CompiledModel model = CompiledModel.Of(File.ReadAllText(At(name + ".cs")), name + ".cs");
        model.Load(At(name + ".safetensors"));
        return model;
    }

    private string At(string name) => Path.Combine(_folder, name);
}
