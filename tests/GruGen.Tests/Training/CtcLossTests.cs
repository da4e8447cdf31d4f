using Extensions;
using GruGen.Kernels;
using GruGen.Tests.Passes;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>
/// A loss of whole sequences, by the example of connectionist temporal classification: what PyTorch computed, and what training makes of
/// it.
/// </summary>
public class CtcLossTests
{
    private static readonly CtcLoss s_loss = new();

    [Theory]
    [InlineData("ctc_basic")]
    [InlineData("ctc_lengths")]
    [InlineData("ctc_mean")]
    [InlineData("ctc_empty_target")]
    [InlineData("ctc_one_step")]
    [InlineData("ctc_tight")]
    [InlineData("ctc_confident")]
    public void Losses_and_gradients_are_those_of_PyTorch(string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        int[] shape = file["prediction"].Shape, lengths = file["lengths"].Integers, targetLengths = file["target_lengths"].Integers;
        double[] expected = file["grad_prediction"].Values;
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < shape[0]; i++)
        {
            double scale = name == "ctc_mean" ? 1.0 / shape[0] / Math.Max(targetLengths[i], 1) : 1;
            OutputBlock block = Load(file, i);
            double loss = s_loss.Run(block, scale), each = file["loss_each"].Values[i];

            Assert.Equal(each, loss, 2e-6 * Math.Max(Math.Abs(each), 1));
            for (int t = 0; t < lengths[i]; t++)
            {
                for (int k = 0; k < shape[2]; k++)
                {
                    Assert.Equal(expected[(i * shape[1] + t) * shape[2] + k], block.Row(block.Gradients, t)[k], 1e-5 * largest);
                }
            }

            Assert.Equal(loss, s_loss.Run(Load(file, i), gradientScale: 0));
        }
    }

    [Fact]
    public void A_target_that_does_not_fit_has_an_infinite_loss()
    {
        Assert.True(double.IsFinite(LossOf(new float[25], [1, 1, 1, -1, -1]))); // with two blanks between
        Assert.Equal(double.PositiveInfinity, LossOf(new float[20], [1, 1, 1, -1]));
        SequenceDataset<float> data = CtcReader.CreateDataset();
        data.AddPerStep(new float[3 * 4], labels: [1, 1, 1, -1]);
        Assert.Throws<NotFiniteNumberException>(() => new CtcReader().Fit(data, new TrainingOptions { Loss = s_loss }));
    }

    [Fact]
    public void Gradients_of_models_are_the_slopes_of_the_loss()
    {
        ModelSchema plain = ModelSchema.ForFeatures(
            "Plain", 3, LayerSchema.Gru(12, SequenceOutput.EveryStep), LayerSchema.Dense(5, Activation.Softmax));
        foreach (SequenceModel<float> model in (SequenceModel<float>[])[new CtcReader(seed: 2), new DynamicModel<float>(plain, seed: 2)])
        {
            GradientCheck check = GradientCheck.Run(model, Data(8), s_loss);
            Assert.True(check.Passed(), check.ToString());
        }

        GradientCheck single = GradientCheck.Run(new CtcReader(seed: 2), Data(2), s_loss, GradientCheck.All);
        Assert.True(single.Passed(), single.ToString());
    }

    /// <summary>Sequences of 0 to 60 steps: more rows than a block has, and sequences that lie in several blocks.</summary>
    [Fact]
    public void The_mean_is_over_the_sequences_that_count()
    {
        SequenceDataset<float> data = Data(70);
        var model = new CtcReader(seed: 1);
        double expected = 0;
        for (int i = 0; i < data.Count; i++)
        {
            float[] outputs = new float[5 * data.Length(i)];
            model.Predict(data.Input(i), outputs);
            expected += data.CountedRows(i) == 0 ? 0 : LossOf([.. outputs.Select(p => MathF.Log(p))], [.. Enumerable.Range(0, data.Length(i)).Select(t => data.Label(i, t))]);
        }

        expected /= Enumerable.Range(0, data.Count).Count(i => data.CountedRows(i) > 0);
        Assert.Equal(expected, model.Evaluate(data, s_loss).Loss, 1e-5 * expected);
        int[] all = [.. Enumerable.Range(0, data.Count)];
        float[][] learned =
        [
            .. Enumerable.Range(1, 3).Select(threads =>
            {
                var copy = new CtcReader(seed: 1);
                using Trainer<float> trainer = copy.BeginTraining(new TrainingOptions { Loss = s_loss, BatchSize = 70, MaxDegreeOfParallelism = threads });
                Assert.Equal(expected, trainer.Step(data, all), 1e-5 * expected);
                trainer.Step(data, all);
                return copy.Parameters.All.ToArray();
            }),
        ];
        Assert.Equal(learned[0], learned[1]);
        Assert.Equal(learned[0], learned[2]);
    }

    [Fact]
    public void A_model_learns_to_read_and_is_measured_by_whole_sequences()
    {
        var model = new CtcReader(seed: 1);
        SequenceDataset<float> data = Data(60);
        var options = new TrainingOptions { Loss = s_loss, Optimizer = new Adam(0.01), Epochs = 12, BatchSize = 12, Metrics = [new ExactMatch(), Metric.Accuracy] };

        History history = model.Fit(data, options);

        Assert.True(history["loss"][^1] < 0.3 * history["loss"][0], string.Join(' ', history["loss"]));
        Evaluation evaluation = model.Evaluate(data, s_loss, options.Metrics);
        (int exact, int sequences) = (0, 0);
        for (int i = 0; i < data.Count; i++)
        {
            float[] outputs = new float[5 * data.Length(i)];
            model.Predict(data.Input(i), outputs);
            int[] counted = [.. Enumerable.Range(0, data.Length(i)).Where(t => data.Label(i, t) >= 0)];
            sequences += counted.Length > 0 ? 1 : 0;
            exact += counted.Length > 0 && counted.All(t => outputs[(5 * t)..(5 * t + 5)].AsSpan().IndexOf(outputs[(5 * t)..(5 * t + 5)].Max()) == data.Label(i, t)) ? 1 : 0;
        }

        Assert.Equal((double)exact / sequences, evaluation["exact_match"]);
        Assert.Equal(evaluation[options.Metrics[1]], model.Evaluate(data).Accuracy);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        SequenceDataset<float> data = Data(16);
        using Trainer<float> trainer = new CtcReader(seed: 1).BeginTraining(new TrainingOptions { Loss = s_loss, BatchSize = 8, Metrics = [new ExactMatch()] });
        int batch = 0;
        Allocated.Nothing("Step with a loss of whole sequences", () => trainer.Step(data, batch++ % 2 == 0 ? [1, 2, 3, 4, 5, 6, 7, 8] : [9, 10, 0]));
    }

    [Fact]
    public void Another_model_is_refused()
    {
        DynamicModel<int> binary = TrainingTask.BinaryModel();
        ArgumentException exception = Assert.Throws<ArgumentException>(() => binary.Fit(TrainingTask.BinaryData(4), new TrainingOptions { Loss = s_loss }));
        Assert.Contains("CTC needs labels of classes", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The classes 1 to 4 are marked by a feature each for a few steps, which are their targets, in any of the steps.</summary>
    private static SequenceDataset<float> Data(int count)
    {
        var random = new RandomSource(5);
        SequenceDataset<float> data = CtcReader.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            var features = new List<float>();
            var target = new List<int>();
            for (int k = i % 7; k > 0; k--)
            {
                int mark = 1 + random.NextInt32(4);
                target.Add(mark);
                for (int t = 2 + random.NextInt32(8); t >= 0; t--)
                {
                    features.AddRange([t > 0 && mark % 2 == 0 ? 1 : 0, t > 0 && mark > 2 ? 1 : 0, t > 0 ? 1 : random.NextUniform(0.1f)]);
                }
            }

            int steps = features.Count / 3;
            data.AddPerStep([.. features], labels: [.. target, .. Enumerable.Repeat(SequenceDataset.NotCounted, steps - target.Count)]);
        }

        return data;
    }

    private static double LossOf(float[] logits, int[] labels)
    {
        OutputBlock block = Block(labels.Length);
        for (int t = 0; t < labels.Length; t++)
        {
            logits.AsSpan(5 * t, 5).CopyTo(block.Row(block.Outputs, t));
            block.LoadLabel(t, labels[t]);
        }

        return s_loss.Run(block, gradientScale: 0);
    }

    private static OutputBlock Block(int steps, int size = 5)
    {
        long length = (long)steps * Simd.Padded(size);
        ModelSchema schema = LossTests.Schema("Softmax", size, SequenceOutput.EveryStep);
        var block = new OutputBlock(schema.Outputs[0], new AlignedBuffer(length), new AlignedBuffer(length), steps, Simd.Lanes);
        block.Begin(steps, hasClasses: true);
        return block;
    }

    private static OutputBlock Load(ReferenceFile file, int sequence)
    {
        int[] shape = file["prediction"].Shape;
        int steps = file["lengths"].Integers[sequence], labels = file["target_lengths"].Integers[sequence], room = file["targets"].Shape[1];
        OutputBlock block = Block(steps, shape[2]);
        for (int t = 0; t < steps; t++)
        {
            file["prediction"].Floats.AsSpan((sequence * shape[1] + t) * shape[2], shape[2]).CopyTo(block.Row(block.Outputs, t));
            block.LoadLabel(t, t < labels ? file["targets"].Integers[sequence * room + t] : SequenceDataset.NotCounted);
        }

        Assert.True(labels <= steps);
        return block;
    }
}

[GruModel(3), Gru(12, Bidirectional = true, Output = SequenceOutput.EveryStep), Dense(5, Activation.Softmax)]
internal sealed partial class CtcReader;
