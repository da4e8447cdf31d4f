using GruGen.Tests.Reference;

namespace GruGen.Tests.Emitted;

/// <summary>Save, Load and Clone of emitted models: the same bits, each on its own, and nothing of a file that does not fit.</summary>
public sealed class FileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("grugen");

    private string Place => Path.Combine(_folder.FullName, "model.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The file of a model.</summary>
    public static byte[] Save<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    [Fact]
    public void What_is_loaded_or_cloned_gives_the_same_bits()
    {
        var tokens = new Tokens(seed: 1);
        var everyStep = new TokensEveryStep(seed: 2);
        var stack = new StackToFinalState(seed: 3);
        tokens.Save(Place);

        Assert.All(
            [Tokens.Load(Place), Tokens.Load(new MemoryStream(Save(tokens))), Tokens.Load(Save(tokens)), tokens.Clone()], other => AssertSame(tokens, other));
        Assert.All([TokensEveryStep.Load(Save(everyStep)), everyStep.Clone()], other => AssertSame(everyStep, other));
        Assert.All([StackToFinalState.Load(Save(stack)), stack.Clone()], other => AssertSame(stack, other));

        var all = new AllAtOnce(seed: 4);
        all.Parameters.Set("gru1.initial_state_l0_reverse", [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        var padded = new DropoutOfEveryKind(seed: 5);
        Assert.All([AllAtOnce.Load(Save(all)), all.Clone()], other => AssertSame(all, other));
        Assert.All([DropoutOfEveryKind.Load(Save(padded)), padded.Clone()], other => AssertSame(padded, other));
    }

    [Fact]
    public void A_file_has_the_names_and_shapes_of_PyTorch()
    {
        ReferenceFile file = ReferenceFile.Read(Save(new StackToFinalState()));

        Assert.Equal(
            [
                "dense1.bias", "dense1.weight", "gru1.bias_hh_l0", "gru1.bias_ih_l0", "gru1.weight_hh_l0", "gru1.weight_ih_l0", "gru2.bias_hh_l0",
                "gru2.bias_ih_l0", "gru2.weight_hh_l0", "gru2.weight_ih_l0",
            ],
            file.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([3 * 33, 17], file["gru2.weight_ih_l0"].Shape);
        Assert.Equal(StackToFinalState.ParameterCount, file.Tensors.Values.Sum(tensor => tensor.Values.LongLength));
    }

    [Fact]
    public void A_bidirectional_layer_has_the_names_shapes_and_order_of_PyTorch()
    {
        Assert.Equal(
            [
                "gru1.weight_ih_l0 [51, 5]", "gru1.weight_hh_l0 [51, 17]", "gru1.bias_ih_l0 [51]", "gru1.bias_hh_l0 [51]",
                "gru1.weight_ih_l0_reverse [51, 5]", "gru1.weight_hh_l0_reverse [51, 17]", "gru1.bias_ih_l0_reverse [51]", "gru1.bias_hh_l0_reverse [51]",
                "dense1.weight [3, 34]", "dense1.bias [3]",
            ],
            new BothWaysToFinalState().Parameters.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"));
    }

    [Fact]
    public void A_file_of_other_directions_or_biases_is_refused()
    {
        Assert.Contains("surplus: gru1.bias_hh_l0_reverse [51]", Message(new Backwards(), Save(new BothWays())), StringComparison.Ordinal);
        Assert.Contains("missing: gru1.weight_ih_l0_reverse [51, 5]", Message(new BothWays(), Save(new Backwards())), StringComparison.Ordinal);
        Assert.Contains("surplus: gru1.bias_hh_l0 [51]", Message(new ResetBefore(), Save(new Backwards())), StringComparison.Ordinal);
        Assert.Contains("missing: gru1.initial_state_l0 [9]", Message(new LearnedState(), Save(new ReluState())), StringComparison.Ordinal);

        static string Message(SequenceModel<float> model, byte[] file) => Assert.Throws<InvalidDataException>(() => model.LoadParameters(file)).Message;
    }

    [Fact]
    public void A_clone_goes_its_own_way()
    {
        var model = new Tokens(seed: 1);
        float before = model.Predict([1, 2, 3]);
        Tokens clone = model.Clone();
        Tokens.StepStream stream = clone.OpenStream();

        clone.Parameters.Set("dense1.bias", [2]);
        Assert.Equal(before, model.Predict([1, 2, 3]));
        Assert.NotEqual(before, clone.Predict([1, 2, 3]));

        model.Parameters.Set("dense1.bias", [-2]);
        Assert.Equal([2f], clone.Parameters["dense1.bias"].ToArray());
        Assert.Equal(new Tokens(seed: 1).OpenStream().Step(1), stream.Step(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(300)]
    [InlineData(-1)]
    public void A_file_that_was_cut_leaves_nothing(int length)
    {
        byte[] file = Save(new Tokens(seed: 2));
        AssertRefused(file[..(length < 0 ? file.Length + length : length)]);
    }

    [Fact]
    public void A_file_with_damage_leaves_nothing()
    {
        byte[] file = Save(new Tokens(seed: 2)), header = [.. file], type = [.. file], longer = [.. file, 0];
        header[8] = (byte)'[';
        "I32"u8.CopyTo(type.AsSpan(type.AsSpan().IndexOf("F32"u8)));

        Assert.All([header, type, longer, [.. file.Reverse()]], damaged => AssertRefused(damaged));
    }

    [Fact]
    public void A_file_of_another_model_leaves_nothing_and_all_differences_are_listed()
    {
        string message = AssertRefused(Save(new TokensEveryStep()));

        Assert.All(
            [
                "embedding.weight is [7, 3] in the file, but [11, 5] in the model", "gru1.weight_hh_l0 is [27, 9] in the file",
                "dense1.bias is [7] in the file, but [1] in the model",
            ],
            difference => Assert.Contains(difference, message, StringComparison.Ordinal));
        Assert.Contains("missing: embedding.weight [11, 5]", AssertRefused(Save(new StackToFinalState())), StringComparison.Ordinal);
        Assert.Contains("surplus: gru2.bias_hh_l0 [99]", AssertRefused(Save(new StackToFinalState())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there() =>
        Assert.Contains("model.safetensors", Assert.Throws<FileNotFoundException>(() => Tokens.Load(Place)).Message, StringComparison.Ordinal);

    /// <summary>By path, stream and bytes; the model that was to take it is as it was, and the file is closed.</summary>
    private string AssertRefused(byte[] file)
    {
        File.WriteAllBytes(Place, file);
        Tokens model = new(seed: 1), untouched = new(seed: 1);
        string message = Assert.Throws<InvalidDataException>(() => Tokens.Load(Place)).Message;
        Assert.StartsWith("'model.safetensors' ", message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Tokens.Load(new MemoryStream(file)));
        Assert.Throws<InvalidDataException>(() => Tokens.Load(file));
        Assert.Throws<InvalidDataException>(() => model.LoadParameters(Place));
        Assert.Throws<InvalidDataException>(() => model.LoadParameters(file));

        using FileStream alone = new(Place, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        AssertSame(untouched, model);
        return message;
    }

    private static void AssertSame<TInput>(SequenceModel<TInput> expected, SequenceModel<TInput> actual)
        where TInput : unmanaged
    {
        Batch batch = Batch.Random(expected.Schema, 5, 4, [4, 0, 1, 4, 3]);
        Assert.Equal(expected.Parameters.All, actual.Parameters.All);
        batch.Run(actual).AssertSame(batch.Run(expected));
        Assert.Equal(Predict(expected), Predict(actual));

        float[] Predict(SequenceModel<TInput> model)
        {
            float[] output = new float[batch.OutputGradients.Length / 5];
            model.Predict(batch.InputsAs<TInput>().AsSpan(0, batch.Inputs.Length / 5), output);
            return output;
        }
    }
}
