using Extensions;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

/// <summary>Optimisers that are not built in: by the example of Lion, and one that leaves unused rows of an embedding alone.</summary>
public class OwnOptimizerTests
{
    [Fact]
    public void Its_steps_follow_its_formula()
    {
        var lion = new Lion(0.01);
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1), other = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        float[] w = model.Parameters.All.ToArray(), m = new float[w.Length];
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = lion, ClipNorm = 0.1 });
        using ParameterUpdater<int> gradients = other.BeginUpdating(new Sgd(0));
        SequencePass<int> pass = other.CreatePass(8, data.MaxLength);
        var losses = new LossParts(Loss.BinaryCrossEntropy, other.Schema);
        losses.Begin(data, [0, 1, 2, 3, 4, 5, 6, 7]);
        for (int step = 0; step < 5; step++)
        {
            CopyParameters(model, other);
            pass.RunForward(data, [0, 1, 2, 3, 4, 5, 6, 7]);
            pass.BeginGradients();
            pass.RunLoss(losses, backward: true, data, [0, 1, 2, 3, 4, 5, 6, 7]);
            pass.FinishGradients();
            float scale = (float)Math.Min(1, 0.1 / (pass.GradientNorm + 1e-6));
            for (int i = 0; i < w.Length; i++)
            {
                float g = pass.Memory.Gradients.Buffer.Span[i] * scale;
                w[i] -= 0.01f * Math.Sign(0.9f * m[i] + (1 - 0.9f) * g);
                m[i] = 0.99f * m[i] + (1 - 0.99f) * g;
            }

            trainer.Step(data, [0, 1, 2, 3, 4, 5, 6, 7]);
            Assert.Equal(w, model.Parameters.All);
        }
    }

    [Fact]
    public void It_gives_the_same_bits_with_threads_and_goes_on_from_a_file()
    {
        var options = new TrainingOptions { Optimizer = new Lion(0.003), BatchSize = 8, Shuffle = false };
        SequenceDataset<int> data = TrainingTask.BinaryData(16);
        DynamicModel<int> one = Large(), two = Large(), restored = Large();
        using Trainer<int> trainer = one.BeginTraining(options), threads = two.BeginTraining(options with { MaxDegreeOfParallelism = 3 });
        trainer.RunEpoch(data);
        threads.RunEpoch(data);
        Assert.Equal(one.Parameters.All, two.Parameters.All);

        using var file = new MemoryStream();
        trainer.Save(file);
        file.Position = 0;
        using Trainer<int> other = restored.BeginTraining(options);
        other.Restore(file);
        trainer.RunEpoch(data);
        other.RunEpoch(data);
        Assert.Equal(one.Parameters.All, restored.Parameters.All);

        static DynamicModel<int> Large() => new(
            ModelSchema.ForTokens("Large", LayerSchema.Embedding(6, 20), LayerSchema.Gru(40, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Sigmoid)), seed: 1);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        foreach (Optimizer optimizer in (Optimizer[])[new Lion(), new RowByRow()])
        {
            using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(new TrainingOptions { Optimizer = optimizer });
            Allocated.Nothing($"Step with {optimizer}", () => trainer.Step(data, [0, 1, 2, 3, 4, 5, 6, 7]));
        }
    }

    [Fact]
    public void What_would_not_be_finite_is_found_before_anything_changes()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        DynamicModel<int> model = TrainingTask.BinaryModel();
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Exploding() });
        trainer.Step(data, [0, 1, 2]);
        float[] before = model.Parameters.All.ToArray();

        NotFiniteNumberException exception = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(data, [0, 1, 2]));

        Assert.Contains("value of embedding.weight[0] after the update", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.All);
        Assert.Equal(1, trainer.StepCount);
    }

    [Fact]
    public void No_subnormal_number_stays()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Fading() });
        trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2]);
        Assert.All(model.Parameters.All.ToArray(), value => Assert.Equal(0, value));
        using var file = new MemoryStream();
        trainer.Save(file);
        Reference.ReferenceFile saved = Reference.ReferenceFile.Read(file.ToArray());
        Assert.All(saved["tiny.gru1.weight_ih_l0"].Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Rows_that_no_batch_has_stay_where_an_optimiser_says_so()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(), plain = TrainingTask.BinaryModel();
        var data = new SequenceDataset<int>(TrainingTask.Binary);
        data.Add([1, 3, 3], label: 1);
        float[] before = model.Parameters["embedding.weight"].ToArray();
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new RowByRow() });
        using Trainer<int> sgd = plain.BeginTraining(new TrainingOptions { Optimizer = new Sgd(0.1) });
        for (int step = 0; step < 3; step++)
        {
            trainer.Step(data, [0]);
            sgd.Step(data, [0]);
        }

        float[] after = model.Parameters["embedding.weight"].ToArray();
        Assert.Equal([1, 3], Enumerable.Range(0, 6).Where(row => !after.AsSpan(4 * row, 4).SequenceEqual(before.AsSpan(4 * row, 4))));
        for (int i = 0; i < model.Parameters.Count; i++)
        {
            Assert.Equal(plain.Parameters.All[i], model.Parameters.All[i], 1e-6f);
        }
    }

    [Fact]
    public void Moments_have_names_of_their_own()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        foreach (string[] names in (string[][])[["m", "m"], [""], ["m.v"], ["gru1"]])
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(() => model.BeginUpdating(new Named(names)));
            Assert.Equal("optimizer", exception.ParamName);
        }

        model.BeginUpdating(new Named(["m", "v", "max"])).Dispose();
    }

    private static void CopyParameters(DynamicModel<int> from, DynamicModel<int> to)
    {
        foreach (TensorSchema tensor in from.Schema.Tensors)
        {
            to.Parameters.Set(tensor.Name, from.Parameters[tensor.Name]);
        }
    }

    private sealed record RowByRow() : Optimizer(0.1)
    {
        protected internal override bool KeepsUnusedRows => true;

        protected internal override void Update(in ParameterUpdate update)
        {
            for (int i = 0; i < update.Parameters.Length; i++)
            {
                update.Parameters[i] -= (float)(update.LearningRate * update.GradientScale * update.Gradients[i]);
            }
        }
    }

    private sealed record Exploding() : Optimizer(0.1)
    {
        protected internal override void Update(in ParameterUpdate update) => update.Parameters[0] = update.Step < 2 ? 1 : float.PositiveInfinity;
    }

    private sealed record Fading() : Optimizer(0.1)
    {
        protected internal override IReadOnlyList<string> MomentNames => ["tiny"];

        protected internal override void Update(in ParameterUpdate update)
        {
            update.Parameters.Fill(1e-40f);
            update.Moments(0).Fill(-1e-40f);
        }
    }

    private sealed record Named(string[] Names) : Optimizer(0.1)
    {
        protected internal override IReadOnlyList<string> MomentNames => Names;

        protected internal override void Update(in ParameterUpdate update)
        {
        }
    }
}
