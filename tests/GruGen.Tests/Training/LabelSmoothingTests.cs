using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

[GruModel(6), Gru(14, Output = SequenceOutput.Final), Dense(5, Activation.Softmax)]
internal sealed partial class SmoothedClasses;

/// <summary>Whole trainings with smoothed labels, as PyTorch's <c>CrossEntropyLoss(label_smoothing)</c> goes.</summary>
public class LabelSmoothingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Classes_of_sequences(bool emitted)
    {
        ReferenceFile file = ReferenceFile.OfCase("train_label_smoothing");
        SequenceModel<float> model = emitted ? new SmoothedClasses() : new DynamicModel<float>(new SmoothedClasses().Schema);
        var data = new SequenceDataset<float>(model.Schema);
        for (int i = 0; i < 32; i++)
        {
            data.Add(file["x"].Floats.AsSpan(i * 54, 54), file["y"].Integers[i]);
        }

        Compare(model, data, file, smoothing: 0.1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tokens_of_a_language(bool emitted)
    {
        ReferenceFile file = ReferenceFile.OfCase("train_label_smoothing_lm");
        SequenceModel<int> model = emitted ? new AccumulatedLanguage() : new DynamicModel<int>(new AccumulatedLanguage().Schema);
        var data = new SequenceDataset<int>(model.Schema);
        for (int i = 0; i < 32; i++)
        {
            data.AddPerStep(file["x"].Integers.AsSpan(i * 9, 9), file["y"].Integers.AsSpan(i * 9, 9));
        }

        Compare(model, data, file, smoothing: 0.2);
    }

    private static void Compare<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data, ReferenceFile file, double smoothing)
        where TInput : unmanaged
    {
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, file[$"init.{TorchName(tensor.Name)}"].Floats);
        }

        double[] losses = file["losses"].Values, norms = file["grad_norms"].Values;
        var options = new TrainingOptions { Optimizer = new Adam(0.01), BatchSize = 8, Loss = new CategoricalCrossEntropyLoss { LabelSmoothing = smoothing } };
        using (Trainer<TInput> trainer = model.BeginTraining(options))
        {
            for (int step = 0; step < losses.Length; step++)
            {
                Assert.Equal(losses[step], trainer.Step(data, [.. Enumerable.Range(step % 4 * 8, 8)]), 1e-5 * losses[step]);
                Assert.Equal(norms[step], trainer.GradientNorm, 1e-4 * norms[step]);
            }
        }

        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            double[] expected = file[$"final.{TorchName(tensor.Name)}"].Values;
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], model.Parameters[tensor.Name][i], 1e-4 * expected.Max(Math.Abs));
            }
        }
    }

    /// <summary>gru1 is gru there.</summary>
    private static string TorchName(string name) => name.Replace("1.", ".", StringComparison.Ordinal);
}
