
namespace GruGen.Tests.Emitted;

/// <summary>A probability for each word of a vocabulary that is larger than any other layer may be.</summary>
public class ManyUnitsTests
{
    private const int Words = ManyWords.OutputSize;

    [Fact]
    public void It_predicts_and_learns_as_the_generic_model_does()
    {
        var model = new ManyWords(seed: 2);
        var generic = new DynamicModel<float>(model.Schema, seed: 2);
        float[] sequence = [.. Enumerable.Range(0, 9).Select(t => MathF.Sin(t))], outputs = model.Predict(sequence), other = new float[9 * Words];
        generic.Predict(sequence, other);
        Assert.All(outputs.Chunk(Words), row => Assert.Equal(1, row.Sum(probability => (double)probability), 1e-5));
        Assert.All(outputs.Zip(other), pair => Assert.Equal(pair.Second, pair.First, 1e-9f));

        int[] labels = [0, Words - 1, 65_535, 65_536, 65_537, 99_999, 1, 2, SequenceDataset.NotCounted];
        SequenceDataset<float> data = ManyWords.CreateDataset();
        data.AddPerStep(sequence, labels);
        var options = new TrainingOptions { Optimizer = new Adam(0.05), Epochs = 30, BatchSize = 1 };
        History history = model.Fit(data, options), genericHistory = generic.Fit(data, options);
        Assert.Equal(Math.Log(Words), history["loss"][0], 0.1);
        Assert.Equal(genericHistory["loss"][0], history["loss"][0], 1e-5);
        Assert.InRange(history["loss"][^1], 0, 3);

        int[] learned = [.. model.Predict(sequence).Chunk(Words).Take(8).Select(row => Array.IndexOf(row, row.Max()))];
        Assert.All(learned, label => Assert.Contains(label, labels));
    }
}

/// <summary>A softmax of 100,003 words.</summary>
[GruModel(1)]
[Gru(4, Output = SequenceOutput.EveryStep)]
[Dense(100_003, Activation.Softmax)]
internal sealed partial class ManyWords;
