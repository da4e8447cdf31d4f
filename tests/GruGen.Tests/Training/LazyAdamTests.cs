using GruGen.Kernels;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

/// <summary>Adam that changes the rows of an embedding whose tokens the batch has, as <c>torch.optim.SparseAdam</c> does.</summary>
public class LazyAdamTests
{
    // the sequences 0 and 8 are empty; neighbours share tokens
    private static readonly int[][] s_batches = [[1, 2, 3, 4], [20, 21, 22], [2, 3], [0, 8], [5], [5, 5, 0, 30], [21], [1, 2, 3, 4]];

    public static TheoryData<string, string> Models => TokenTask.Models;

    [Theory]
    [MemberData(nameof(Models))]
    public void Rows_of_the_batch_follow_the_formula_and_others_stay(string factory, string name)
    {
        var adam = new Adam(0.01) { Beta2 = 0.99, Epsilon = 1e-4, Lazy = true };
        SequenceModel<int> model = TokenTask.Model(factory, name);
        SequenceDataset<int> data = TokenTask.Data(model.Schema, 40);
        SequencePass<int>[] passes = [model.CreatePass(4, data.MaxLength), model.CreatePass(4, data.MaxLength)];
        int size = model.Schema.Layers[0].OutputSize, table = TokenTask.Vocabulary * size, step = 0;
        using ParameterUpdater<int> updater = model.BeginUpdating(adam);
        AlignedBuffer w = model.Parameters.Buffer, m = updater.Moments[0], v = updater.Moments[1];
        foreach (int[] batch in s_batches.Concat(s_batches))
        {
            SequencePass<int> pass = passes[step++ % 2];
            TokenTask.Backward(pass, data, batch);
            pass.RunForward(data, [35]); // a batch that does not go back leaves the gradients and their tokens
            AlignedBuffer wBefore = Copy(w), mBefore = Copy(m), vBefore = Copy(v), g = pass.Memory.Gradients.Buffer;
            updater.Update(pass, gradientScale: 0.5);

            HashSet<int> tokens = TokenTask.Tokens(data, batch);
            double correction1 = 1 - Math.Pow(adam.Beta1, step), correction2 = 1 - Math.Pow(adam.Beta2, step);
            for (int i = 0; i < table; i++)
            {
                if (!tokens.Contains(i / size))
                {
                    Assert.Equal((wBefore.Span[i], mBefore.Span[i], vBefore.Span[i]), (w.Span[i], m.Span[i], v.Span[i]));
                    continue;
                }

                double gradient = 0.5 * g.Span[i];
                double first = adam.Beta1 * mBefore.Span[i] + (1 - adam.Beta1) * gradient;
                double second = adam.Beta2 * vBefore.Span[i] + (1 - adam.Beta2) * gradient * gradient;
                double change = 0.01 * Math.Sqrt(correction2) / correction1 * first / (Math.Sqrt(second) + adam.Epsilon);
                Assert.Equal(first, m.Span[i], 1e-6 * Math.Abs(first) + 1e-9);
                Assert.Equal(second, v.Span[i], 1e-6 * second);
                Assert.Equal(wBefore.Span[i] - change, w.Span[i], 1e-7 * Math.Abs(wBefore.Span[i]) + 1e-8);
            }

            (adam with { Lazy = false }).Update(new ParameterUpdate(wBefore, g, [mBefore, vBefore], step, 0.01, gradientScale: 0.5, pass.Memory.Weights.Lanes));
            Assert.Equal(wBefore.Span[table..], w.Span[table..]);
            Assert.Equal(mBefore.Span[table..], m.Span[table..]);
            Assert.Equal(vBefore.Span[table..], v.Span[table..]);
        }
    }

    /// <summary>Plain SGD moves the rows of the batch's tokens, each by its own gradient, and no other one.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Plain_sgd_moves_the_rows_of_the_batch(string factory, string name)
    {
        SequenceModel<int> model = TokenTask.Model(factory, name);
        SequenceDataset<int> data = TokenTask.Data(model.Schema, 40);
        SequencePass<int> pass = model.CreatePass(4, data.MaxLength);
        using ParameterUpdater<int> updater = model.BeginUpdating(new Sgd(0.1));
        foreach (int[] batch in s_batches)
        {
            TokenTask.Backward(pass, data, batch);
            float[] before = [.. model.Parameters.All], gradients = pass.Memory.Gradients.Buffer.Span[..before.Length].ToArray();
            updater.Update(pass);
            HashSet<int> tokens = TokenTask.Tokens(data, batch);
            for (int i = 0; i < TokenTask.Vocabulary * model.Schema.Layers[0].OutputSize; i++)
            {
                bool moves = tokens.Contains(i / model.Schema.Layers[0].OutputSize);
                Assert.Equal(moves ? before[i] - 0.1 * gradients[i] : before[i], model.Parameters.All[i], 1e-7 * Math.Abs(before[i]) + 1e-8);
            }
        }
    }

    /// <summary>
    /// What <c>torch.optim.SparseAdam(lr=0.05, betas=(0.9, 0.99), eps=1e-3)</c> of PyTorch 1.13 made of four rows in three steps.
    /// </summary>
    [Fact]
    public void Its_steps_are_those_of_PyTorch()
    {
        AlignedBuffer w = Of(0.5f, -1.25f, 2, 0.125f, -0.75f, 1.5f, 1, -2), m = new(8), v = new(8);
        var adam = new Adam(0.05) { Beta2 = 0.99, Epsilon = 1e-3, Lazy = true };
        Step(1, [0, 2], [0.5f, -0.25f, 0, 0, 1, 2, 0, 0]);
        AssertClose([0.450980395f, -1.20192313f, 2, 0.125f, -0.799504936f, 1.45024872f, 1, -2], w);
        Step(2, [2, 3], [0, 0, 0, 0, -0.125f, 0.75f, 0.01f, -3]);
        AssertClose([0.450980395f, -1.20192313f, 2, 0.125f, -0.827911437f, 1.40594339f, 0.981438518f, -1.9630003f], w);
        Step(3, [0, 3], [0, 1.5f, 0, 0, 0, 0, -0.5f, 0.25f]);
        AssertClose([0.42278564f, -1.22841227f, 2, 0.125f, -0.827911437f, 1.40594339f, 1.01204503f, -1.93707955f], w);
        AssertClose([0.0450000018f, 0.127499998f, 0, 0, 0.0775000006f, 0.254999995f, -0.0491000004f, -0.245000005f], m);
        AssertClose([0.00247499999f, 0.0231187493f, 0, 0, 0.0100562498f, 0.0452249981f, 0.00250098994f, 0.0897249952f], v);

        void Step(int number, int[] rows, float[] gradients) => adam.Update(
            new ParameterUpdate(w, Of(gradients), [m, v], number, adam.LearningRate, gradientScale: 1, Simd.Lanes).OfRows(rows, size: 2));

        static AlignedBuffer Of(params float[] values)
        {
            var buffer = new AlignedBuffer(values.Length);
            values.CopyTo(buffer.Span);
            return buffer;
        }

        static void AssertClose(float[] expected, AlignedBuffer actual) =>
            Assert.All(expected, (value, i) => Assert.Equal(value, actual.Span[i], 2e-7f));
    }

    [Fact]
    public void Every_vector_width_gives_the_same_bits()
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Adam(0.01) { Lazy = true }, new Sgd(0.1)])
        {
            foreach (string name in (string[])[nameof(FewOfForty), nameof(FewAndPadding), nameof(FewBothWays)])
            {
                float[][] trained = [.. ModelFactory.EmittedNames.Select(factory => Trained(TokenTask.Model(factory, name), optimizer))];
                Assert.All(trained[1..], width => Assert.Equal(trained[0], width));
            }
        }
    }

    [Fact]
    public void Where_every_batch_has_all_tokens_the_bits_are_those_of_Adam()
    {
        var adam = new Adam(0.01) { Epsilon = 1e-30 }; // nothing beside a root, wherever it is added
        DynamicModel<int> lazy = TrainingTask.BinaryModel(), dense = TrainingTask.BinaryModel();
        var data = new SequenceDataset<int>(TrainingTask.Binary);
        data.Add([5, 3, 1, 0, 2, 4, 4], label: 1);
        data.Add([2, 0], label: 0);
        lazy.Fit(data, new TrainingOptions { Optimizer = adam with { Lazy = true }, Epochs = 20 });
        dense.Fit(data, new TrainingOptions { Optimizer = adam, Epochs = 20 });
        Assert.Equal(dense.Parameters.All, lazy.Parameters.All);
    }

    [Fact]
    public void A_model_without_an_embedding_trains_to_the_bits_of_Adam()
    {
        DynamicModel<float> lazy = TrainingTask.TaggerModel(), dense = TrainingTask.TaggerModel();
        SequenceDataset<float> data = TrainingTask.TaggerData(20);
        lazy.Fit(data, new TrainingOptions { Optimizer = new Adam(0.01) { Lazy = true }, BatchSize = 8, Epochs = 2 });
        dense.Fit(data, new TrainingOptions { Optimizer = new Adam(0.01), BatchSize = 8, Epochs = 2 });
        Assert.Equal(dense.Parameters.All, lazy.Parameters.All);
    }

    [Theory]
    [InlineData("embedding")]
    [InlineData("gru1")]
    [InlineData("embedding", "gru1")]
    [InlineData("dense1")]
    [InlineData("embedding", "gru1", "dense1")]
    public void Frozen_layers_stay(params string[] frozen)
    {
        FewOfForty lazy = new(seed: 1), dense = new(seed: 1), before = new(seed: 1);
        SequenceDataset<int> data = TokenTask.Data(lazy.Schema, 40);
        var options = new TrainingOptions { Optimizer = new Adam(0.01), BatchSize = 4, FrozenLayers = frozen, ClipNorm = 0.1 };
        lazy.Fit(data, options with { Optimizer = new Adam(0.01) { Lazy = true } });
        dense.Fit(data, options);
        foreach (TensorSchema tensor in lazy.Schema.Tensors)
        {
            bool isFrozen = frozen.Contains(tensor.Name[..tensor.Name.IndexOf('.', StringComparison.Ordinal)]);
            Assert.Equal(isFrozen, before.Parameters[tensor.Name].SequenceEqual(lazy.Parameters[tensor.Name]));
        }

        Assert.Equal(frozen[0] == "embedding", dense.Parameters.All.SequenceEqual(lazy.Parameters.All));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_restored_trainer_goes_on_bit_for_bit(string factory, string name)
    {
        SequenceModel<int> model = TokenTask.Model(factory, name), other = TokenTask.Model(factory, name, seed: 9);
        SequenceDataset<int> data = TokenTask.Data(model.Schema, 40);
        var options = new TrainingOptions { Optimizer = new Adam(0.01) { Lazy = true }, BatchSize = 4, ClipNorm = 0.5 };
        using var file = new MemoryStream();
        using Trainer<int> trainer = model.BeginTraining(options), restored = other.BeginTraining(options);
        trainer.RunEpoch(data);
        trainer.Save(file);
        trainer.RunEpoch(data);

        restored.RunEpoch(data); // whose gradients and moments have to go
        file.Position = 0;
        restored.Restore(file);
        restored.RunEpoch(data);
        Assert.Equal(model.Parameters.All, other.Parameters.All);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var model = new FewOfForty();
        SequenceDataset<int> data = TokenTask.Data(model.Schema, 40);
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Adam { Lazy = true }, ClipNorm = 1 });
        Allocated.Nothing("Step", () =>
        {
            foreach (int[] batch in s_batches)
            {
                trainer.Step(data, batch);
            }
        });
    }

    private static float[] Trained(SequenceModel<int> model, Optimizer optimizer)
    {
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = optimizer, BatchSize = 4, ClipNorm = 0.2 });
        trainer.RunEpoch(TokenTask.Data(model.Schema, 40));
        return [.. model.Parameters.All, (float)trainer.GradientNorm];
    }

    private static AlignedBuffer Copy(AlignedBuffer buffer)
    {
        var copy = new AlignedBuffer(buffer.Length);
        buffer.Span.CopyTo(copy.Span);
        return copy;
    }
}
