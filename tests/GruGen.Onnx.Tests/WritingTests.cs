using GruGen.Onnx.Format;

namespace GruGen.Onnx.Tests;

/// <summary>What is written runs in ONNX Runtime with the same numbers, and is read again with the same bits.</summary>
public sealed class WritingTests
{
    public static TheoryData<string> Models => [.. WrittenModels.All.Keys];

    [OracleTheory]
    [MemberData(nameof(Models))]
    public void A_written_model_gives_in_ONNX_Runtime_what_it_gives_here(string name)
    {
        ModelRun model = WrittenModels.Drawn(name, 5);
        byte[] file = model.Save();
        ModelSchema schema = model.Schema;
        bool keepsSteps = schema.OutputSteps(100) == 100;
        for (int steps = keepsSteps ? 1 : 12; steps <= 20; steps += 4)
        {
            int[] shape = schema.ReadsTokens ? [4, steps] : [4, steps, schema.InputSize];
            Numbers inputs = Filled(schema.ReadsTokens ? Numbers.Whole(shape, schema.InputSize, steps)
                : Numbers.Normal(shape, steps), schema);
            Dictionary<string, Numbers> given = Oracle.Run(file, new Dictionary<string, Numbers> { ["input"] = inputs });
            float[] outputs = model.Run(inputs).Outputs;
            foreach (OutputSchema part in schema.Outputs)
            {
                Cases.AssertClose(
                    given[schema.Outputs.Length == 1 ? "output" : part.Name].Values,
                    [.. outputs.Chunk(schema.OutputSize).SelectMany(row => row[part.Offset..(part.Offset + part.Size)])],
                    $"{name}, {steps} steps, {part.Name}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_written_model_is_read_again_to_the_same_bits(string name)
    {
        ModelRun model = WrittenModels.Drawn(name, 5), other = WrittenModels.Drawn(name, 6);
        Assert.NotEqual(model.Parameters(), other.Parameters());
        OnnxModel file = other.Load(model.Save());
        Assert.Equal(model.Parameters(), other.Parameters());
        Assert.Equal(17, file.OperatorSet);
        Assert.StartsWith("GruGen", file.Producer, StringComparison.Ordinal);
        Assert.All(file.Initializers, initializer =>
            Assert.True(initializer.Became.Contains('.', StringComparison.Ordinal)
                || initializer.Became.StartsWith("sizes", StringComparison.Ordinal), initializer.ToString()));
        Assert.Contains($"partial class {name}", file.Metadata["grugen.declaration"], StringComparison.Ordinal);
        Assert.True(file.Metadata.ContainsKey("grugen.layers"));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_written_file_has_the_versions_and_names_that_it_promises(string name)
    {
        ModelProto file = ModelProto.Parser.ParseFrom(WrittenModels.Drawn(name, 5).Save());
        Assert.Equal(8, file.IrVersion);
        Assert.Equal(17, Assert.Single(file.OpsetImport).Version);
        ValueInfoProto input = Assert.Single(file.Graph.Input);
        Assert.Equal(("input", "batch", "time"),
            (input.Name, input.Type.TensorType.Shape.Dim[0].DimParam, input.Type.TensorType.Shape.Dim[1].DimParam));
        ModelSchema schema = WrittenModels.Drawn(name, 5).Schema;
        Assert.Equal(schema.Outputs.Length == 1 ? ["output"]
            : schema.Outputs.Select(output => output.Name), file.Graph.Output.Select(output => output.Name));
        string[] names = [.. file.Graph.Node.SelectMany(node =>
            node.Output).Concat(file.Graph.Initializer.Select(tensor => tensor.Name)).Where(each => each.Length > 0)];
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(file.Graph.Node.Count, file.Graph.Node.Select(node => node.Name).Distinct().Count());
    }

    [Fact]
    public void What_ONNX_cannot_say_is_refused_by_name()
    {
        AssertRefused(ModelRun.Of(new MaskedPool()), "pool1", "only fill");
        AssertRefused(ModelRun.Of(new MaskedConv()), "conv1", "only fill");
        AssertRefused(ModelRun.Of(new MaskedRepeat()), nameof(MaskedRepeat), "repeats");
        AssertRefused(ModelRun.Of(new ReplacedTanh()), "gru1", "UpdateGate.Replace");

        static void AssertRefused(ModelRun model, params string[] parts)
        {
            string message = Assert.Throws<NotSupportedException>(() => model.Save()).Message;
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_file_that_could_not_be_written_is_not_there()
    {
        string folder = Directory.CreateTempSubdirectory("onnx").FullName, path = Path.Combine(folder, "model.onnx");
        var model = new Plain(seed: 1);
        model.SaveOnnx(path);
        byte[] before = File.ReadAllBytes(path);
        Assert.Throws<NotSupportedException>(() => new MaskedPool().SaveOnnx(path));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Parameters_of_a_safetensors_file_are_written_too()
    {
        using var saved = new MemoryStream();
        var model = new Plain(seed: 3);
        model.Save(saved);
        using var file = new MemoryStream();
        OnnxFile.Write(file, model.Schema, SafetensorsFile.Read(saved.ToArray()));
        var other = new Plain(seed: 4);
        other.LoadOnnx(new MemoryStream(file.ToArray()));
        Assert.Equal(model.Parameters.All.ToArray(), other.Parameters.All.ToArray());
        Assert.Throws<ArgumentException>(() => OnnxFile.Write(file, model.Schema, new SafetensorsFile([])));
    }

    /// <summary>The last steps of some sequences are filled.</summary>
    private static Numbers Filled(Numbers inputs, ModelSchema schema)
    {
        (int steps, int size) = (inputs.Shape[1], inputs.Shape.Length == 3 ? inputs.Shape[2] : 1);
        float? filling = schema.PaddingToken >= 0 ? schema.PaddingToken : schema.MaskValue;
        return filling is not { } value ? inputs : inputs with
        {
            Values =
            [
                .. inputs.Values.Select((number, i) => i / size % steps > 0 && i / size % steps >= steps - i / size / steps ? value
                    : schema.ReadsTokens && number == value ? number + 1 : number),
            ],
        };
    }
}
