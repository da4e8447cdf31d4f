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
                "- gru1: gives every step in the file, one vector of a sequence in the model",
                "- gru1: is an output yes in the file, no in the model",
                "- gru1: direction reverse in the file, both in the model",
                "- gru1: merge none in the file, Sum in the model",
                "- gru1: reset gate after the product in the file, before the product in the model",
                "- gru1: activations LeakyRelu(α = 0.05), gates HardSigmoid(α = 0.3, β = 0.45) in the file, Tanh, gates Sigmoid in the model",
                "- gru1: activations of the backward direction none in the file, Tanh, gates Sigmoid in the model",
                "- gru1: clip 1.5 in the file, 0 in the model",
            ],
            lines[1..13]);
        string pasted = string.Join('\n', lines[13..]);
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
    public void Layers_may_have_other_names_and_stand_in_another_order()
    {
        byte[] file = Cases.Bytes("second/rnnoise_two_outputs.onnx");
        var same = new Rnnoise();
        var other = new OtherRnnoise();
        same.LoadOnnx(new MemoryStream(file));
        other.LoadOnnx(new MemoryStream(file));
        float[] input = Numbers.Normal([8, 9], seed: 2).Values;
        (float[] gains, float[] vad) = same.Predict(input);
        (float[] voice, float[] output) = other.Predict(input);
        Assert.Equal(gains, output);
        Assert.Equal(vad, voice);
    }

    [Fact]
    public void What_belongs_to_a_model_comes_with_its_file()
    {
        var model = new FinalSoftmax(seed: 1)
        {
            LabelNames = ["a", "b", "c"],
            InputScaler =
            new FeatureScaler([1, 2, 3, 4, 5], [1, 1, 1, 1, 2])
        };
        using var stream = new MemoryStream();
        model.SaveOnnx(stream);
        stream.Position = 0;
        var other = new FinalSoftmax(seed: 2);
        other.LoadOnnx(stream);
        Assert.Equal(model.LabelNames, other.LabelNames);
        Assert.NotNull(other.InputScaler);
        Assert.Equal(model.Parameters.All.ToArray(), other.Parameters.All.ToArray());
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
        Assert.Equal("Tiny", OnnxFile.Read(path).Schema.Name);
        File.WriteAllBytes(path, Cases.Bytes("bad/truncated.onnx"));
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => OnnxFile.Read(path)).Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
