using Extensions;
using GruGen.Kernels;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

[GruModel(3)]
[Conv1D(6, kernelSize: 2)]
[LayerNorm]
[PReLU]
[Gru(5, InitialState = InitialState.Learned)]
[Dense(2)]
internal sealed partial class ManyKinds;

/// <summary>Weight decay, in and beside the gradient, of all layers and of some, and learning rates of layers.</summary>
public class DecayTests
{
    private static readonly string[] s_weights = ["conv1.weight", "gru1.weight_ih_l0", "gru1.weight_hh_l0", "dense1.weight"];

    private static readonly int[] s_threads = [2, 3, 8];

    [Fact]
    public void Weights_decay_and_nothing_else_does()
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Sgd(0.1) { WeightDecay = 0.5 }, new Sgd(0.1) { L2 = 0.5 }])
        {
            Dictionary<string, double> factors = Factors(new TrainingOptions { Optimizer = optimizer });
            Assert.All(factors, factor => Assert.Equal(s_weights.Contains(factor.Key) ? 0.95 : 1, factor.Value, 1e-6));
            Assert.All(Factors(new TrainingOptions { Optimizer = optimizer with { DecaysAll = true } }), factor => Assert.Equal(0.95, factor.Value, 1e-6));
        }
    }

    [Fact]
    public void A_group_has_its_own_decay_and_learning_rate()
    {
        Dictionary<string, double> factors = Factors(new TrainingOptions
        {
            Optimizer = new Sgd(0.1) { WeightDecay = 0.5 },
            ParameterGroups =
            [
                new ParameterGroup("gru1", "layernorm1") { WeightDecay = 1 },
                new ParameterGroup("conv1") { WeightDecay = 0, L2 = 2 },
                new ParameterGroup("gru1.weight_hh_l0") { LearningRateFactor = 0.5 },
                new ParameterGroup("gru1.bias_ih_l0", "prelu1.weight") { WeightDecay = 3, L2 = 1, LearningRateFactor = 2 },
                new ParameterGroup("gru1.bias_hh_l0") { LearningRateFactor = 4 },
            ],
        });

        Assert.Equal(1 - (0.1 * 1), factors["gru1.weight_ih_l0"], 1e-6); // the layer's group
        Assert.Equal(1 - (0.5 * 0.1 * 0.5), factors["gru1.weight_hh_l0"], 1e-6); // its own, not the layer's
        Assert.Equal((1 - (0.2 * 3)) - (0.2 * 1), factors["gru1.bias_ih_l0"], 1e-6); // a bias, but asked for by name
        Assert.Equal((1 - (0.2 * 3)) - (0.2 * 1), factors["prelu1.weight"], 1e-6);
        Assert.Equal(1, factors["gru1.bias_hh_l0"], 1e-6); // with a learning rate of its own alone
        Assert.Equal(1, factors["layernorm1.weight"], 1e-6); // of a layer the weights
        Assert.Equal(1 - (0.1 * 2), factors["conv1.weight"], 1e-6);
        Assert.Equal(1, factors["conv1.bias"], 1e-6);
        Assert.Equal(0.95, factors["dense1.weight"], 1e-6); // the optimiser's
    }

    [Fact]
    public void A_factor_of_the_learning_rate_is_for_its_group_alone()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(), plain = TrainingTask.BinaryModel();
        float[] before = model.Parameters.All.ToArray();
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions
        {
            Optimizer = new Sgd(0.1),
            ParameterGroups = [new ParameterGroup("gru1") { LearningRateFactor = 3 }, new ParameterGroup("dense1.bias") { LearningRateFactor = 0 }],
        });
        using Trainer<int> other = plain.BeginTraining(new TrainingOptions { Optimizer = new Sgd(0.1) });
        trainer.Step(data, [0, 1, 2, 3]);
        other.Step(data, [0, 1, 2, 3]);
        Assert.Equal(other.GradientNorm, trainer.GradientNorm);
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            double factor = tensor.Name == "dense1.bias" ? 0 : tensor.Name.StartsWith("gru1", StringComparison.Ordinal) ? 3 : 1;
            for (int i = (int)tensor.Offset; i < tensor.Offset + tensor.Length; i++)
            {
                Assert.Equal(factor * (plain.Parameters.All[i] - before[i]), model.Parameters.All[i] - before[i], 1e-6);
            }
        }
    }

    [Fact]
    public void Names_that_are_not_there_or_twice_are_refused_with_those_that_are()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        foreach ((ParameterGroup[] groups, string what) in new (ParameterGroup[], string)[]
        {
            ([new("gru2")], "'gru2'"), ([new("gru1.weight")], "'gru1.weight'"), ([new(""), new("gru1")], "''"),
            ([new("gru1"), new("dense1", "gru1")], "'gru1' twice"), ([new("dense1.bias", "dense1.bias")], "'dense1.bias' twice"),
        })
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(() => model.BeginTraining(new TrainingOptions { ParameterGroups = groups }));
            Assert.Equal("ParameterGroups", exception.ParamName);
            Assert.All([what, "embedding, gru1, dense1", "gru1.weight_hh_l0"], part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
        }

        Assert.Throws<ArgumentNullException>(() => new TrainingOptions { ParameterGroups = null! });
        Assert.Throws<ArgumentNullException>(() => new TrainingOptions { ParameterGroups = [null!] });
        Assert.Equal("names", Assert.Throws<ArgumentException>(() => new ParameterGroup()).ParamName);
        Assert.Equal("LearningRateFactor", Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("gru1") { LearningRateFactor = -1 }).ParamName);
        Assert.Equal("WeightDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("gru1") { WeightDecay = -1 }).ParamName);
        EncoderDecoder<int> models = ReversalTask.Models();
        Assert.Contains(
            "ParameterGroups",
            Assert.Throws<ArgumentException>(
                () => models.Fit(ReversalTask.Pairs(models, ReversalTask.Strings(4)), new TrainingOptions { ParameterGroups = [new("gru1")] })).Message,
            StringComparison.Ordinal);
        model.BeginTraining(new TrainingOptions { ParameterGroups = [new("gru1") { L2 = 1 }, new("gru1.weight_hh_l0")] }).Dispose();
    }

    /// <summary>
    /// Rows whose tokens no batch has decay with an optimiser that would leave them out, but not with one that is lazy on purpose.
    /// </summary>
    [Fact]
    public void Unused_rows_decay_unless_the_optimiser_is_lazy()
    {
        var data = new SequenceDataset<int>(TrainingTask.Binary);
        data.Add([1, 3, 3], label: 1);
        Assert.Equal([0, 1, 2, 3, 4, 5], Changed(new Sgd(0.1) { WeightDecay = 0.1 }));
        Assert.Equal([0, 1, 2, 3, 4, 5], Changed(new Sgd(0.1) { L2 = 0.1 }));
        Assert.Equal([0, 1, 2, 3, 4, 5], Changed(new Adagrad(0.1) { WeightDecay = 0.1 }));
        Assert.Equal([0, 1, 2, 3, 4, 5], Changed(new AdamW(0.1) { WeightDecay = 0.1 }));
        Assert.Equal([1, 3], Changed(new AdamW(0.1) { WeightDecay = 0.1, Lazy = true }));
        Assert.Equal([1, 3], Changed(new Adam(0.1) { L2 = 0.1, Lazy = true }));
        Assert.Equal([1, 3], Changed(new Sgd(0.1)));
        Assert.Equal([1, 3], Changed(new Adagrad(0.1)));
        Assert.Equal([1, 3], Changed(new Sgd(0.1) { WeightDecay = 0.1 }, new ParameterGroup("embedding") { WeightDecay = 0 }));

        IEnumerable<int> Changed(Optimizer optimizer, params ParameterGroup[] groups)
        {
            DynamicModel<int> model = TrainingTask.BinaryModel();
            float[] before = model.Parameters["embedding.weight"].ToArray();
            using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = optimizer, ParameterGroups = groups });
            trainer.Step(data, [0]);
            trainer.Publish();
            float[] after = model.Parameters["embedding.weight"].ToArray(), published = new float[model.Parameters.Count];
            model.Parameters.CopyTo(published);
            Assert.Equal(model.Parameters.All, published);
            return Enumerable.Range(0, 6).Where(row => !after.AsSpan(4 * row, 4).SequenceEqual(before.AsSpan(4 * row, 4)));
        }
    }

    /// <summary>What the updater does with the gradients and the parameters before a step is done here by hand.</summary>
    [Fact]
    public void An_optimiser_of_ones_own_decays_too()
    {
        foreach ((double decay, double l2) in new[] { (0.1, 0.0), (0, 0.1), (0.05, 0.02) })
        {
            var lion = new Lion(0.01) { WeightDecay = decay, L2 = l2, DecaysAll = true };
            DynamicModel<int> model = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel();
            SequenceDataset<int> data = TrainingTask.BinaryData(8);
            using ParameterUpdater<int> updater = model.BeginUpdating(lion), plain = other.BeginUpdating(lion with { WeightDecay = 0, L2 = 0 });
            SequencePass<int> pass = model.CreatePass(8, data.MaxLength), otherPass = other.CreatePass(8, data.MaxLength);
            for (int step = 0; step < 4; step++)
            {
                TokenTask.Backward(pass, data, 0, 1, 2, 3);
                TokenTask.Backward(otherPass, data, 0, 1, 2, 3);
                AlignedBuffer w = other.Parameters.Buffer, g = otherPass.Memory.Gradients.Buffer;
                for (int i = 0; i < w.Length; i++)
                {
                    g.Span[i] = 0.5f * g.Span[i] + (float)l2 * w.Span[i];
                    w.Span[i] += (float)(-0.01 * decay) * w.Span[i];
                }

                other.Parameters.MarkChanged();
                updater.Update(pass, gradientScale: 0.5);
                plain.Update(otherPass);
                g.Span.Clear(); // the rows that no batch has, too
                for (int i = 0; i < w.Length; i++)
                {
                    Assert.Equal(w.Span[i], model.Parameters.All[i], 1e-6);
                }
            }
        }
    }

    [Fact]
    public void A_decay_that_grows_is_refused_where_float32_ends()
    {
        var model = new ManyKinds(seed: 1);
        using ParameterUpdater<float> updater = model.BeginUpdating(new Sgd(1) { WeightDecay = 1e10 });
        SequencePass<float> pass = Backward(model);
        for (int step = 0; step < 3; step++)
        {
            updater.Update(pass, gradientScale: 0); // −10¹⁰ times as large
        }

        float[] before = model.Parameters.All.ToArray();
        Assert.Contains("conv1.weight", Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass, gradientScale: 0)).Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.All);
        updater.LearningRate = 1e35; // times the decay it is no float
        Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass, gradientScale: 0));
        Assert.Equal(before, model.Parameters.All);
    }

    [Fact]
    public void Decays_and_groups_give_the_same_bits_with_any_width_and_number_of_threads_and_allocate_nothing()
    {
        TrainingOptions[] all =
        [
            new() { Optimizer = new AdamW(0.01) { WeightDecay = 0.1 } }, new() { Optimizer = new Sgd(0.1) { L2 = 0.1 }, ClipValue = 0.01 },
            new() { Optimizer = new AdamW(0.01) { Lazy = true, L2 = 0.1, DecaysAll = true }, ClipTensorNorm = 0.1 },
            new()
            {
                Optimizer = new Adagrad(0.1) { WeightDecay = 0.2 },
                ParameterGroups = [new("embedding") { WeightDecay = 0 }, new("gru1.weight_hh_l0") { LearningRateFactor = 0.3, L2 = 0.5 }],
                AverageDecay = 0.9,
            },
        ];
        foreach (TrainingOptions options in all)
        {
            float[][] trained =
            [
                .. ModelFactory.EmittedNames.Select(factory => Trained(factory, options)),
                .. s_threads.Select(threads => Trained(ModelFactory.EmittedNames.First(), options with { MaxDegreeOfParallelism = threads })),
            ];
            Assert.All(trained[1..], other => Assert.Equal(trained[0], other));

            SequenceDataset<int> data = TokenTask.Data(new FewOfForty().Schema, 40);
            using Trainer<int> trainer = new FewOfForty().BeginTraining(options);
            Allocated.Nothing("Step", () => trainer.Step(data, [1, 2, 3, 4]));
        }

        static float[] Trained(string factory, TrainingOptions options)
        {
            SequenceModel<int> model = ModelFactory.ByName(factory).Create<int>(new BigTable().Schema, seed: 2);
            model.Fit(TokenTask.Data(model.Schema, 40), options with { BatchSize = 4 });
            return model.Parameters.All.ToArray();
        }
    }

    /// <summary>What the tensors are multiplied by in one step without a gradient.</summary>
    private static Dictionary<string, double> Factors(TrainingOptions options)
    {
        var model = new ManyKinds(seed: 3);
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, [.. Enumerable.Range(0, (int)tensor.Length).Select(i => 0.5f + (0.01f * i))]);
        }

        float[] before = model.Parameters.All.ToArray();
        using var updater = new ParameterUpdater<float>(model, options, team: null);
        updater.Update(Backward(model), gradientScale: 0);
        return model.Schema.Tensors.ToDictionary(tensor => tensor.Name, tensor =>
        {
            double[] factors =
                [.. Enumerable.Range((int)tensor.Offset, (int)tensor.Length).Select(i => (double)model.Parameters.All[i] / before[i])];
            Assert.All(factors, factor => Assert.Equal(factors[0], factor, 1e-6));
            return factors[0];
        });
    }

    private static SequencePass<float> Backward(SequenceModel<float> model)
    {
        SequencePass<float> pass = model.CreatePass(1, 2);
        pass.Forward([1, 2, 3, 0, 1, -1], 1, 2, outputs: []);
        pass.Backward([1, -1]);
        return pass;
    }
}

[GruModel, Embedding(40, 64), Gru(40, Output = SequenceOutput.Final), Dense(3, Activation.Softmax)]
internal sealed partial class BigTable;
