namespace GruGen.Tool.Tests;

/// <summary>The command line: what it prints, writes and returns.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Cases.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Import_writes_a_class_and_its_weights()
    {
        (int code, string output, string errors) = Run("import", Case("torch/state_dict.pt"), "-o", At("Tagger.cs"), "--name", "Tagger", "--namespace", "App", "--output", "every", "--activation", "fc=softmax");

        Assert.Equal((0, ""), (code, errors));
        Assert.Matches("check   the largest difference from a textbook in double precision is [0-9.]+E-0[789] in 60 steps", output);
        string[] lines = File.ReadAllLines(At("Tagger.cs"));
        Assert.InRange(lines.Length, 5, 20);
        Assert.Equal("// Written by grugen from state_dict.pt (PyTorch).", lines[0]);
        Assert.Matches("^// SHA-256 [0-9a-f]{64}$", lines[1]);
        Assert.Contains("[Dense(3, Activation.Softmax)]", lines);
        Assert.Contains("namespace App;", lines);
        CompiledModel model = CompiledModel.Of(File.ReadAllText(At("Tagger.cs")), "Tagger.cs");
        model.Load(At("Tagger.safetensors"));
        Assert.Equal("Tagger", model.Schema.Name);
        SafetensorsFile original = SafetensorsFile.Read(Case("torch/state_dict.safetensors"));
        Assert.Equal(original["param.gru.weight_hh_l0"].ToSingles(), model.Parameters["gru1.weight_hh_l0"].ToArray());
    }

    [Theory]
    [InlineData("npz")]
    [InlineData("safetensors")]
    public void What_goes_out_comes_in_again_with_the_same_bits(string format)
    {
        Assert.Equal(0, Run("import", Case("torch/state_dict_bidirectional_embedding.pth"), "-o", At("First.cs"), "--output", "every", "--name", "First").Code);
        Assert.Equal(0, Run("export", At("First.safetensors"), "--to", format, "-o", At("out." + format), "--output", "every").Code);
        Assert.Equal(0, Run("import", At("out." + format), "-o", At("Second.cs"), "--output", "every", "--name", "First").Code);

        Assert.Equal(File.ReadAllBytes(At("First.safetensors")), File.ReadAllBytes(At("Second.safetensors")));
        Assert.Equal(File.ReadAllLines(At("First.cs"))[3..], File.ReadAllLines(At("Second.cs"))[3..]);
    }

    [Fact]
    public void Export_takes_a_declaration()
    {
        File.WriteAllText(At("Mine.cs"), "using GruGen;\n[GruModel(2), Gru(3), Dense(1)]\npublic partial class Mine;\n");
        CompiledModel.Of(File.ReadAllText(At("Mine.cs")), "Mine.cs").Save(At("mine.safetensors"));

        Assert.Equal((0, ""), Without(Run("export", At("mine.safetensors"), "--to", "npz", "--model", At("Mine.cs"), "-o", At("mine.npz"))));
        Assert.Equal(6, WeightFiles.Open(At("mine.npz")).Tensors.Count);
    }

    [Fact]
    public void Inspect_prints_tensors_metadata_and_layers()
    {
        string output = Run("inspect", Case("torch/checkpoint.pt"), "--output", "every").Output;
        Assert.Contains("format    PyTorch\ntensors   24, 1,473 numbers\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("model_state_dict.gru.weight_ih_l0 F32 [27, 6]", output, StringComparison.Ordinal);
        Assert.Contains("layer     [Gru(9, Output = SequenceOutput.EveryStep)]", output, StringComparison.Ordinal);

        CompiledModel.Of("using GruGen;\n[GruModel(2), Gru(3)]\npublic partial class Mine;\n", "Mine.cs").Save(At("mine.safetensors"));
        output = Run("inspect", At("mine.safetensors")).Output;
        Assert.Contains("format    GruGen", output, StringComparison.Ordinal);
        Assert.Contains("metadata  gru1.reset = after", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_is_said_in_one_line_on_the_standard_error()
    {
        AssertFails(1, "hidden_among_tensors.pt' calls os.system", "import", Case("bad/hidden_among_tensors.pt"), "-o", At("A.cs"));
        AssertFails(1, "Could not find file", "import", At("nothing.pt"));
        AssertFails(1, "empty", "inspect", Case("bad/empty.pt"));
        AssertFails(2, "imprt", "imprt", Case("torch/state_dict.pt"));
        AssertFails(2, "import, inspect or export");
        AssertFails(2, "'some'", "import", Case("torch/state_dict.pt"), "--output", "some");
        AssertFails(2, "fc:softmax", "import", Case("torch/state_dict.pt"), "--activation", "fc:softmax");
        AssertFails(2, "'2nd'", "import", Case("torch/state_dict.pt"), "--name", "2nd", "-o", At("A.cs"));
        File.WriteAllText(At("A.cs"), "class A;");
        AssertFails(2, "there already", "import", Case("torch/state_dict.pt"), "-o", At("A.cs"));
        File.Copy(Case("torch/float64.safetensors"), At("w.safetensors"));
        AssertFails(2, "would replace", "import", At("w.safetensors"), "-o", At("w.cs"));
        Assert.Equal("class A;", File.ReadAllText(At("A.cs")));
    }

    [Fact]
    public void A_place_that_cannot_be_written_to_is_said_before_the_file_is_read()
    {
        File.WriteAllText(At("nothing.pt"), "no model");
        Directory.CreateDirectory(At("Folder.cs"));
        foreach (string[] command in new[] { new[] { "import" }, ["export", "--to", "npz"] })
        {
            AssertFails(2, "there is no folder", [.. command, At("nothing.pt"), "-o", At("missing/A.cs")]);
            AssertFails(2, "is a folder", [.. command, At("nothing.pt"), "-o", At("Folder.cs"), "--force"]);
            if (OperatingSystem.IsLinux())
            {
                AssertFails(2, "no file can be made in the folder '/proc'", [.. command, At("nothing.pt"), "-o", "/proc/A.cs"]);
            }
        }
    }

    [Fact]
    public void Who_reads_the_old_file_goes_on_reading_it()
    {
        string[] export = ["export", Case("torch/state_dict.pt"), "--to", "npz", "-o", At("out.npz"), "--force"];
        Assert.Equal(0, Run(export).Code);
        byte[] first = File.ReadAllBytes(At("out.npz"));
        using var reading = new FileStream(At("out.npz"), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Assert.Equal(0, Run([.. export, "--activation", "fc=softmax"]).Code);
        byte[] read = new byte[reading.Length];
        reading.ReadExactly(read);

        Assert.Equal(first, read);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Options_that_change_nothing_are_named()
    {
        string[] options = ["--activation", "fc=softmax", "--output", "every", "--embedding", "fc"];
        string note = "note    The file says what its layers are, so that these options changed nothing: --output, --embedding, --activation, --set.";
        foreach (string file in new[] { "rtneural/small.json", "keras/keras3_gru.keras", "onnx/squeezed_view.onnx" })
        {
            Assert.Contains(note, Run(["import", Case(file), "-o", At("A.cs"), "--force", .. options]).Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("changed nothing", Run("import", Case("onnx/squeezed_view.onnx"), "-o", At("A.cs"), "--reset-before", "--force").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_the_commands()
    {
        (int code, string output, _) = Run("--help");

        Assert.Equal(0, code);
        Assert.Contains("grugen [command]", output, StringComparison.Ordinal);
        Assert.Contains("import <file>", output, StringComparison.Ordinal);
    }

    private static void AssertFails(int code, string message, params string[] args)
    {
        (int Code, string Output, string Errors) run = Run(args);
        Assert.Equal(code, run.Code);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.TrimEnd().Split('\n'));
        Assert.Equal("", run.Output);
    }

    private static (int Code, string Errors) Without((int Code, string Output, string Errors) run) => (run.Code, run.Errors);

    private static (int Code, string Output, string Errors) Run(params string[] args)
    {
        using StringWriter output = new(), errors = new();
        int code = Program.Run(args, output, errors);
        return (code, output.ToString(), errors.ToString());
    }

    private static string Case(string name) => Path.Combine(Cases.Folder, name);

    private string At(string name) => Path.Combine(_folder, name);
}
