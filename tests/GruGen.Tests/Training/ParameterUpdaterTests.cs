using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

public class ParameterUpdaterTests
{
    [Fact]
    public void Steps_over_labels_of_sequences_end_with_the_bits_of_a_trainer()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        (int[] inputs, int[] lengths, int steps) = Padded(data);
        int[] labels = [.. Enumerable.Range(0, 8).Select(i => data.Label(i, 0))];
        DynamicModel<int> model = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel();
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Adam(0.01), ClipNorm = 0.1 });
        using ParameterUpdater<int> updater = other.BeginUpdating(new Adam(0.01));
        SequencePass<int> pass = other.CreatePass(8, steps);
        for (int step = 1; step <= 3; step++)
        {
            pass.Forward(inputs, 8, steps, outputs: [], lengths);
            double loss = pass.BackwardFromLabels(labels);
            updater.Update(pass, Math.Min(1, 0.1 / (pass.GradientNorm + 1e-6)));

            Assert.Equal(trainer.Step(data, [0, 1, 2, 3, 4, 5, 6, 7]), loss);
            Assert.Equal(trainer.GradientNorm, pass.GradientNorm);
            Assert.Equal((step, step), (trainer.StepCount, updater.StepCount));
            Assert.Equal(model.Parameters.All, other.Parameters.All);
        }
    }

    [Fact]
    public void Steps_over_labels_of_steps_end_with_the_bits_of_a_trainer()
    {
        SequenceDataset<float> data = TrainingTask.TaggerData(9);
        int steps = data.MaxLength;
        float[] inputs = new float[9 * steps * 2];
        int[] lengths = new int[9], labels = new int[9 * steps];
        Array.Fill(labels, 99); // past a sequence's length nothing is read
        for (int i = 0; i < 9; i++)
        {
            lengths[i] = data.Length(i);
            data.Input(i).CopyTo(inputs.AsSpan(i * steps * 2));
            for (int t = 0; t < lengths[i]; t++)
            {
                labels[i * steps + t] = data.Label(i, t);
            }
        }

        DynamicModel<float> model = TrainingTask.TaggerModel(), other = TrainingTask.TaggerModel();
        using (Trainer<float> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd(0.5) }))
        using (ParameterUpdater<float> updater = other.BeginUpdating(new Sgd(0.1)))
        {
            updater.LearningRate = 0.5;
            SequencePass<float> pass = other.CreatePass(9, steps);
            pass.Forward(inputs, 9, steps, outputs: [], lengths);
            Assert.Equal(trainer.Step(data, [0, 1, 2, 3, 4, 5, 6, 7, 8]), pass.BackwardFromLabels(labels));
            updater.Update(pass);

            Allocated.Nothing("BackwardFromLabels", () => pass.BackwardFromLabels(labels));
            Allocated.Nothing("Update", () => updater.Update(pass, gradientScale: 0));
        }

        Assert.Equal(model.Parameters.All, other.Parameters.All);
    }

    /// <summary>
    /// Gradients lie in the pass, so an updater has to turn to those of the pass at hand, and a trainer to those of a larger pass.
    /// </summary>
    [Fact]
    public void Steps_of_several_passes_are_those_of_one()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(8), longer = TrainingTask.BinaryData(8);
        longer.Add([.. Enumerable.Range(0, 40).Select(t => t % 6)], label: 1);
        DynamicModel<int> model = TrainingTask.BinaryModel(), one = TrainingTask.BinaryModel();
        DynamicModel<int> grown = TrainingTask.BinaryModel(), large = TrainingTask.BinaryModel();
        using ParameterUpdater<int> updater = model.BeginUpdating();
        using ParameterUpdater<int> single = one.BeginUpdating();
        SequencePass<int>[] passes = [model.CreatePass(1, 3), model.CreatePass(2, 40)];
        SequencePass<int> pass = one.CreatePass(2, 40);
        for (int step = 0; step < 5; step++)
        {
            passes[step % 2].Forward([step, 1, 2], 1, 3, outputs: []);
            passes[step % 2].BackwardFromLabels([step % 2]);
            updater.Update(passes[step % 2]);
            pass.Forward([step, 1, 2], 1, 3, outputs: []);
            pass.BackwardFromLabels([step % 2]);
            single.Update(pass);
            Assert.Equal(one.Parameters.All, model.Parameters.All);
        }

        using Trainer<int> trainer = grown.BeginTraining(new TrainingOptions { Optimizer = new Sgd(0.1) { Momentum = 0.9 } });
        using Trainer<int> ready = large.BeginTraining(new TrainingOptions { Optimizer = new Sgd(0.1) { Momentum = 0.9 } });
        foreach (int[] batch in (int[][])[[0], [1, 2, 3], [8, 4], [8, 8, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8], [5]])
        {
            Assert.Equal(ready.Step(longer, batch), trainer.Step(batch.Contains(8) ? longer : data, batch));
            Assert.Equal(large.Parameters.All, grown.Parameters.All);
        }
    }

    [Fact]
    public void Where_no_label_counts_loss_and_gradients_are_zero()
    {
        SequencePass<float> pass = TrainingTask.TaggerModel().CreatePass(1, 2);
        pass.Forward([1, 2, 3, 4], 1, 2, outputs: []);
        Assert.Equal(0, pass.BackwardFromLabels([-1, -1]));
        Assert.Equal(0, pass.GradientNorm);
    }

    [Fact]
    public void Labels_that_cannot_be_are_refused()
    {
        SequencePass<float> pass = TrainingTask.TaggerModel().CreatePass(1, 2);
        Assert.Throws<InvalidOperationException>(() => pass.BackwardFromLabels([0, 1]));
        pass.Forward([1, 2, 3, 4], 1, 2, outputs: []);
        Refused.Argument<ArgumentException>("labels", [1, 2], () => pass.BackwardFromLabels([0]));
        Refused.Argument<ArgumentOutOfRangeException>("labels", [3, 2], () => pass.BackwardFromLabels([0, 3]));
        Refused.Argument<ArgumentOutOfRangeException>("labels", [-2, 2], () => pass.BackwardFromLabels([-2, 0]));
        Refused.Argument<ArgumentException>("finalStateGradients", [3, 7], () => pass.BackwardFromLabels([0, 0], new float[3]));

        SequencePass<float> linear = new DynamicModel<float>(ModelSchema.ForFeatures("Linear", 1, LayerSchema.Gru(2, SequenceOutput.Final))).CreatePass(1, 1);
        linear.Forward([1], 1, 1, outputs: []);
        string message = Assert.Throws<InvalidOperationException>(() => linear.BackwardFromLabels([0])).Message;
        Assert.Contains("2 outputs and Activation.Linear", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_steps_are_refused_and_change_nothing()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel();
        SequencePass<int> pass = model.CreatePass(1, 2), otherPass = other.CreatePass(1, 2);
        ParameterUpdater<int> updater = model.BeginUpdating();
        Assert.Contains("Binary", Assert.Throws<InvalidOperationException>(() => model.BeginUpdating()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.Fit(TrainingTask.BinaryData(8)));
        Refused.Argument<ArgumentException>("pass", ["Binary"], () => updater.Update(otherPass));
        Refused.Argument<ArgumentOutOfRangeException>("gradientScale", [-1], () => updater.Update(pass, -1));
        Refused.Argument<ArgumentOutOfRangeException>("LearningRate", [-1], () => updater.LearningRate = -1);

        float[] before = model.Parameters.All.ToArray();
        pass.Forward([1, 2], 1, 2, outputs: []);
        pass.Backward([float.NaN]);
        Assert.Contains("step 1", Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.All);
        Assert.Equal(0, updater.StepCount);

        updater.Dispose();
        updater.Dispose();
        Assert.Throws<ObjectDisposedException>(() => updater.Update(pass));
        Assert.Throws<ObjectDisposedException>(updater.Publish);
        model.Fit(TrainingTask.BinaryData(8));
    }

    private static (int[] Inputs, int[] Lengths, int Steps) Padded(SequenceDataset<int> data)
    {
        int steps = data.MaxLength;
        int[] inputs = new int[data.Count * steps];
        for (int i = 0; i < data.Count; i++)
        {
            data.Input(i).CopyTo(inputs.AsSpan(i * steps));
        }

        return (inputs, [.. Enumerable.Range(0, data.Count).Select(data.Length)], steps);
    }
}
