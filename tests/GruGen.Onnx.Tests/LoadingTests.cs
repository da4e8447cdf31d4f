namespace GruGen.Onnx.Tests;

/// <summary>A declared model takes the weights of a file that computes what it does, and of no other one.</summary>
public sealed class LoadingTests
{
    [Fact]
    public void Every_difference_is_listed_with_the_attributes_to_paste()
    {
        var model = new Different(seed: 1);
        float[] before = [.. model.Parameters.All];
        var exception = Assert.Throws<InvalidDataException>(
            () => model.LoadOnnx(new MemoryStream(Cases.Bytes("second/reverse_lengths_activations_clip.onnx"))));

        string[] lines = exception.Message.Split(Environment.NewLine);
        Assert.Equal("The stream is of another model than Different:", lines[0]);
        Assert.Equal(
            [
                "- the input: reads 5 features in the file, 4 features in the model",
                "- the model: layers gru1 in the file, gru1 dense1 in the model",
                "- gru1: input size 5 in the file, 4 in the model",
                "- gru1: size 8 in the file, 9 in the model",
                "- gru1: output of every step in the file, of the whole sequence in the model",
                "- gru1: direction reverse in the file, both in the model",
                "- gru1: merge none in the file, Sum in the model",
                "- gru1: reset gate after the product in the file, before the product in the model",
                "- gru1: activations LeakyRelu(α = 0.05), gates HardSigmoid(α = 0.3, β = 0.45) in the file, Tanh, gates Sigmoid in the model",
                "- gru1: activations of the backward direction none in the file, Tanh, gates Sigmoid in the model",
                "- gru1: clip 1.5 in the file, 0 in the model",
            ],
            lines[1..12]);
        string pasted = string.Join('\n', lines[12..]);
        Assert.Contains("[GruModel(inputSize: 5)]", pasted, StringComparison.Ordinal);
        Assert.Contains("Clip = 1.5", pasted, StringComparison.Ordinal);
        Assert.Contains("partial class Different", pasted, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.All.ToArray());
    }

    [Fact]
    public void A_dropout_is_no_difference_and_the_other_form_of_the_update_gate_is_converted()
    {
        byte[] file = Cases.Bytes("second/states_in_and_out.onnx");
        ModelRun plain = ModelRun.Of(new Every()), other = ModelRun.Of(new EveryReplaced());
        plain.Load(file);
        other.Load(file);
        Numbers inputs = Numbers.Normal([2, 9, 5], seed: 3);
        Cases.AssertClose(plain.Run(inputs).Outputs, other.Run(inputs).Outputs, "the other form");
        Assert.NotEqual(plain.Parameters(), other.Parameters());
    }

    [Fact]
    public void A_GRU_that_resets_before_the_product_is_refused_from_PyTorch_unless_told_otherwise()
    {
        byte[] file = Cases.Bytes("bad/pytorch_lbr0.onnx");
        var exception = Assert.Throws<NotSupportedException>(() => OnnxFile.Read(new MemoryStream(file)));
        Assert.Contains(nameof(OnnxOptions.AcceptResetBeforeOfPyTorch), exception.Message, StringComparison.Ordinal);
        OnnxModel read = OnnxFile.Read(new MemoryStream(file), new OnnxOptions { AcceptResetBeforeOfPyTorch = true });
        Assert.False(read.Schema.Layers[0].Options!.ResetAfter);
    }

    [Fact]
    public void A_path_names_the_file_in_messages_and_the_model()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("onnx").FullName, "tiny.onnx");
        File.WriteAllBytes(path, Cases.Bytes("bad/control.onnx"));
        Assert.Equal("tiny", OnnxFile.Read(path).Schema.Name);
        File.WriteAllBytes(path, Cases.Bytes("bad/truncated.onnx"));
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => OnnxFile.Read(path)).Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
