using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>Steps, epochs and evaluations over more targets than the last layer takes at once, against the double reference.</summary>
public class ManyTargetsTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 61).Select(i => i * 7 % 24)]; // more than two blocks of 256 rows

    [Theory]
    [InlineData(Activation.Softmax, 3, SequenceOutput.EveryStep)]
    [InlineData(Activation.Sigmoid, 1, SequenceOutput.EveryStep)]
    [InlineData(Activation.Sigmoid, 3, SequenceOutput.EveryStep)]
    [InlineData(Activation.Tanh, 5, SequenceOutput.EveryStep)]
    [InlineData(Activation.Softmax, 4, SequenceOutput.Final)]
    [InlineData(Activation.Linear, 2, SequenceOutput.Final)]
    public void A_step_has_the_mean_loss_and_its_gradient(Activation activation, int size, SequenceOutput output)
    {
        ModelSchema schema = ModelSchema.ForFeatures("Many", 3, LayerSchema.Gru(6, output), LayerSchema.Dense(size, activation));
        SequenceDataset<float> data = TrainingTask.Data<float>(schema, Lengths);
        var model = new DynamicModel<float>(schema, seed: 4);
        float[] before = model.Parameters.All.ToArray();
        var reference = ReferenceModel.Of(model);
        long targets = Enumerable.Range(0, data.Count).Sum(i => (long)data.CountedRows(i) * data.TargetsPerRow);
        Assert.True(output == SequenceOutput.Final || targets > 512);
        double expected = 0, absolute = 0;
        for (int i = 0; i < data.Count; i++)
        {
            double[][] y = reference.Forward([.. Enumerable.Range(0, data.Length(i)).Select(t => Batch.Doubles(data.Input(i).Slice(3 * t, 3)))]);
            double[][] dy = [.. y.Select(row => new double[size])];
            for (int t = 0; t < y.Length; t++)
            {
                for (int k = 0; k < size; k++)
                {
                    (double term, double slope, double error) = Target(data, i, t, k, y[t][k]);
                    expected += term / targets;
                    absolute += error / targets;
                    dy[t][k] = slope / targets;
                }
            }

            reference.Backward(dy);
        }

        Metric[] metrics = data.HasClasses ? [] : [Metric.MeanAbsoluteError];
        Evaluation evaluation = model.Evaluate(data, metrics: metrics);
        Assert.Equal(expected, evaluation.Loss, 2e-6);
        Assert.All(metrics, metric => Assert.Equal(absolute, evaluation[metric.Name], 2e-6));

        using Trainer<float> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd(1), BatchSize = data.Count, Shuffle = false, Metrics = metrics });
        Evaluation epoch = trainer.RunEpoch(data);
        Assert.Equal(expected, epoch.Loss, 2e-6);
        Assert.All(metrics, metric => Assert.Equal(absolute, epoch[metric.Name], 2e-6));
        foreach (TensorSchema tensor in schema.Tensors)
        {
            double[] gradient = reference.Gradients[tensor.Name];
            Assert.All(Enumerable.Range(0, gradient.Length), i => Assert.Equal(gradient[i], before[tensor.Offset + i] - model.Parameters[tensor.Name][i], 1e-6));
        }

        // sums begin anew with each epoch
        double after = model.Evaluate(data).Loss;
        Assert.Equal(after, trainer.RunEpoch(data).Loss, 2e-6);
    }

    /// <summary>
    /// What one output adds to the loss and to the absolute error, and the slope of the loss; zeros if nothing counts there.
    /// </summary>
    private static (double Loss, double Slope, double Error) Target(SequenceDataset<float> data, int sequence, int step, int output, double a)
    {
        if (data.HasClasses)
        {
            return data.Label(sequence, step) == output ? (-Math.Log(a), -1 / a, 0) : (0, 0, 0);
        }

        double y = data.Values(sequence, step)[output];
        return data.Schema.OutputActivation == Activation.Sigmoid
            ? (-y * Math.Log(a) - (1 - y) * Math.Log(1 - a), (a - y) / (a * (1 - a)), Math.Abs(a - y))
            : ((a - y) * (a - y), 2 * (a - y), Math.Abs(a - y));
    }
}
