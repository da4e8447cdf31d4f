
namespace GruGen.Tests.Training;

/// <summary>A trainer goes on from numbers that training can have left, and from no others.</summary>
public class RestoreTests
{
    [Theory]
    [InlineData("exp_avg.gru1.weight_hh_l0", float.NaN)]
    [InlineData("exp_avg.dense1.bias", float.PositiveInfinity)]
    [InlineData("exp_avg_sq.embedding.weight", float.PositiveInfinity)]
    [InlineData("exp_avg_sq.gru1.bias_hh_l0", -1e-30f)]
    [InlineData("embedding.weight", float.NaN)]
    [InlineData("dense1.bias", float.NegativeInfinity)]
    public void Values_that_no_step_leaves_are_refused_and_nothing_changes(string tensor, float value) => AssertRefused(
        bytes => Changed(bytes, tensor, value), $"{tensor}[{(tensor.EndsWith("dense1.bias", StringComparison.Ordinal) ? 0 : 1)}] = ");

    [Fact]
    public void Momentum_below_zero_is_momentum()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd(0.1) { Momentum = 0.5 } });
        trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2]);
        trainer.Restore(new MemoryStream(Changed(Saved(trainer), "momentum_buffer.gru1.bias_hh_l0", -5)));
        trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2]);
        trainer.Restore(new MemoryStream(Changed(Saved(trainer), "momentum_buffer.gru1.bias_hh_l0", -3e38f)));
        trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2]);
        trainer.LearningRate = 1e9;
        Assert.Throws<NotFiniteNumberException>(() => trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2]));
    }

    [Fact]
    public void A_learning_rate_is_a_number_of_float32() =>
        AssertRefused(bytes => Rewritten(bytes, (file, _) => file.Metadata.ToDictionary(pair => pair.Key, pair => pair.Key == "learning_rate" ? "1E+39" : pair.Value)), "cannot be");

    private static void AssertRefused(Func<byte[], byte[]> damage, string expected)
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        using Trainer<int> trainer = model.BeginTraining();
        trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2]);
        byte[] before = Saved(trainer);
        string message = Assert.Throws<InvalidDataException>(() => trainer.Restore(new MemoryStream(damage(before)))).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Equal(before, Saved(trainer));
    }

    /// <summary>The same file with another second element in one tensor, or first one where there are no more.</summary>
    private static byte[] Changed(byte[] bytes, string name, float value) => Rewritten(bytes, (file, tensors) =>
    {
        int place = tensors.FindIndex(tensor => tensor.Name == name);
        float[] values = tensors[place].ToSingles();
        values[Math.Min(1, values.Length - 1)] = value;
        tensors[place] = new SafetensorsTensor(name, tensors[place].Shape.AsSpan(), values);
        return file.Metadata;
    });

    private static byte[] Rewritten(byte[] bytes, Func<SafetensorsFile, List<SafetensorsTensor>, IReadOnlyDictionary<string, string>> change)
    {
        SafetensorsFile file = SafetensorsFile.Read(bytes);
        List<SafetensorsTensor> tensors = [.. file.Tensors];
        IReadOnlyDictionary<string, string> metadata = change(file, tensors);
        using var stream = new MemoryStream();
        EditedFile.Save(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static byte[] Saved(Trainer<int> trainer)
    {
        using var stream = new MemoryStream();
        trainer.Save(stream);
        return stream.ToArray();
    }
}
