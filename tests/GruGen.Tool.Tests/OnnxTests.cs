namespace GruGen.Tool.Tests;

/// <summary>ONNX files by way of the tool: read by GruGen.Onnx, run by ONNX Runtime, written again.</summary>
public sealed class OnnxTests
{
    private static readonly string s_folder = Path.Combine(Cases.Folder, "onnx");

    public static TheoryData<string> Exported => [.. Directory.GetFiles(s_folder, "*.onnx").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Exported))]
    public void A_file_gives_here_what_it_gives_in_ONNX_Runtime(string name)
    {
        ImportedModel model;
        try
        {
            model = WeightFiles.Open(Path.Combine(s_folder, name)).Import(new ImportOptions());
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
        {
            Assert.Contains(name, exception.Message, StringComparison.Ordinal); // what is not read is said with the file's name
            return;
        }

        if (model.Original is { } original)
        {
            Comparison comparison = Comparison.Of(Cases.Compiled(model), original);
            Assert.InRange(comparison.Difference, 0, 4e-6 * Math.Max(1, comparison.Largest)); // both round
        }
        else
        {
            Assert.Contains(model.Notes, note => note.Contains("nothing was compared", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("doubles.onnx", "it has numbers of another type")]
    [InlineData("many_steps.onnx", "has 4097 steps, and up to 4096 are compared")]
    [InlineData("many_sequences.onnx", "more than 16777216 numbers")]
    public void What_nothing_here_makes_is_not_compared(string name, string reason)
    {
        ImportedModel model = WeightFiles.Open(Path.Combine(s_folder, name)).Import(new ImportOptions());
        Assert.Null(model.Original);
        Assert.Contains(model.Notes, note => note.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_state_dictionary_goes_out_as_ONNX_and_comes_in_again()
    {
        string folder = Cases.NewFolder(), path = Path.Combine(folder, "out.onnx");
        Assert.Equal(0, Program.Run(
            ["export", Path.Combine(Cases.Folder, "torch", "state_dict.pt"), "--to", "onnx", "-o", path, "--output", "every"], TextWriter.Null, TextWriter.Null));
        ImportedModel model = WeightFiles.Open(path).Import(new ImportOptions());
        ImportedModel first = WeightFiles.Open(Path.Combine(Cases.Folder, "torch", "state_dict.pt")).Import(new ImportOptions { Output = SequenceOutput.EveryStep });

        Assert.Equal(first.Schema.ToCSharp(), model.Schema.ToCSharp());
        float[] bits = Cases.Compiled(first).Parameters.All.ToArray();
        Assert.Equal(bits, Cases.Compiled(model).Parameters.All.ToArray());
        Directory.Delete(folder, recursive: true);
    }
}
