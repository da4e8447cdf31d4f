namespace GruGen.Onnx.Tests;

/// <summary>Files of exporters, and some by hand, give here what they give in ONNX Runtime and what PyTorch or their equations gave.</summary>
public sealed class ReadingTests
{
    public static TheoryData<string> Files => [.. FileModels.All.Keys];

    public static TheoryData<string> FilesWithNumbers =>
        [.. FileModels.All.Keys.Where(name => !name.StartsWith("exported/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(FilesWithNumbers))]
    public void A_file_gives_the_numbers_that_were_computed_where_it_was_made(string name)
    {
        ModelRun model = FileModels.All[name]();
        OnnxModel file = model.Load(Cases.Bytes(name));
        Dictionary<string, Numbers> inputs = Cases.Tensors(name, "input"), outputs = Cases.Tensors(name, "output");
        AssertOutputs(model, file, Named(inputs, file.Inputs), Named(outputs, file.Outputs));
    }

    [OracleTheory]
    [MemberData(nameof(Files))]
    public void A_file_gives_the_numbers_of_ONNX_Runtime(string name)
    {
        byte[] bytes = Cases.Bytes(name);
        ModelRun model = FileModels.All[name]();
        OnnxModel file = model.Load(bytes);
        if (name.Contains("layout1", StringComparison.Ordinal))
        {
            Assert.Throws<Microsoft.ML.OnnxRuntime.OnnxRuntimeException>(() => Oracle.Inputs(bytes)); // which refuses layout 1
            return;
        }

        Dictionary<string, Numbers> inputs = Drawn(file, Oracle.Inputs(bytes), model.Schema, seed: 17);
        AssertOutputs(model, file, inputs, Oracle.Run(bytes, inputs));
    }

    [Fact]
    public void Every_file_is_tested() => Assert.Equal(
        Cases.Names("exported/").Concat(Cases.Names("first/")).Concat(Cases.Names("second/"))
            .Where(name => name.EndsWith(".onnx", StringComparison.Ordinal)).Except(FileModels.Refused.Keys).Order(StringComparer.Ordinal),
        FileModels.All.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(RefusedFiles))]
    public void What_no_layer_does_is_refused_by_name(string name)
    {
        var exception = Assert.Throws<NotSupportedException>(() => OnnxFile.Read(new MemoryStream(Cases.Bytes(name))));
        Assert.All(FileModels.Refused[name], part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    public static TheoryData<string> RefusedFiles => [.. FileModels.Refused.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_initializer_is_used_or_named(string name)
    {
        OnnxModel file = OnnxFile.Read(new MemoryStream(Cases.Bytes(name)));
        string[] tensors = [.. file.Initializers.SelectMany(initializer => initializer.Became.Split(", "))];
        Assert.All(file.Schema.Tensors, tensor => Assert.True(
            tensors.Contains(tensor.Name)
                || file.Notes.Any(note => note.Contains("became a Dense layer", StringComparison.Ordinal)), tensor.Name));
        Assert.All(file.Initializers, initializer => Assert.NotEmpty(initializer.Became));
        Assert.Empty(file.Parameters.Missing);
    }

    internal static void AssertOutputs(ModelRun model, OnnxModel file, Dictionary<string, Numbers> inputs, Dictionary<string,
        Numbers> expected)
    {
        OnnxValue read = file.Inputs.Single(input => input.Role == OnnxRole.Input);
        OnnxValue? states = file.Inputs.SingleOrDefault(input => input.Role == OnnxRole.InitialStates);
        OnnxValue? lengths = file.Inputs.SingleOrDefault(input => input.Role == OnnxRole.Lengths);
        (float[] outputs, float[] finals) = model.Run(
            inputs[read.Name].InOrder(read.Axes),
            lengths is null ? null : [.. inputs[lengths.Name].Values.Select(value => (int)value)],
            states is null ? null : inputs[states.Name].InOrder(states.Axes).Values);
        foreach (OnnxValue output in file.Outputs)
        {
            float[] actual = finals;
            if (output.Role == OnnxRole.Output)
            {
                int place = file.Schema.Outputs.ToList().FindIndex(other => other.Name == output.Layer);
                OutputSchema part = model.Schema.Outputs.FirstOrDefault(other => other.Name == output.Layer) ?? model.Schema.Outputs[place];
                actual = [.. outputs.Chunk(model.Schema.OutputSize).SelectMany(row => row[part.Offset..(part.Offset + part.Size)])];
            }

            Cases.AssertClose(expected[output.Name].InOrder(output.Axes).Values, actual, $"{file.Schema.Name}: {output}");
        }
    }

    /// <summary>Inputs of a file's shapes; where a run chooses a size, there are three sequences of seven steps.</summary>
    internal static Dictionary<string,
        Numbers> Drawn(OnnxModel file, IReadOnlyDictionary<string, int[]> shapes, ModelSchema schema, int seed) =>
        file.Inputs.ToDictionary(input => input.Name, input =>
        {
            int[] shape = [.. shapes[input.Name].Zip(input.Axes, (size, axis) => size > 0 ? size : axis == "batch" ? 3 : 7)];
            return input.Role == OnnxRole.Lengths ? Numbers.Whole([3], 6, seed) is var drawn
                ? drawn with { Values = [.. drawn.Values.Select(length => length + 2)] } : drawn
                : input.Role == OnnxRole.Input && schema.ReadsTokens
                    ? Trailing(Numbers.Whole(shape, schema.InputSize, seed), schema.PaddingToken)
                : Numbers.Normal(shape, seed);
        });

    /// <summary>Tokens [batch, time] of which the last ones of each sequence are padding, and no others.</summary>
    private static Numbers Trailing(Numbers tokens, int paddingToken)
    {
        if (paddingToken < 0)
        {
            return tokens;
        }

        int steps = tokens.Shape[1];
        return tokens with
        {
            Values = [.. tokens.Values.Select((token, i) => i % steps >= steps - i / steps ? paddingToken : token == paddingToken
                ? paddingToken + 1 : token)],
        };
    }

    /// <summary>By the names of a file; a lone tensor of the first set has none.</summary>
    private static Dictionary<string, Numbers> Named(Dictionary<string, Numbers> tensors, IEnumerable<OnnxValue> values) =>
        tensors.TryGetValue("", out Numbers? only) ? new() { [values.Single().Name] = only } : tensors;
}
