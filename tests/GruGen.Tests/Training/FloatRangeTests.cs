using GruGen.Kernels;
using GruGen.Tests.Emitted;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

/// <summary>
/// Numbers that are finite in double precision but not in float32 are what a NaN is, an exception before anything changes; all others are
/// numbers.
/// </summary>
public class FloatRangeTests
{
    private static readonly ModelSchema Regressor = ModelSchema.ForFeatures("Regressor", 3, LayerSchema.Gru(12, SequenceOutput.Final), LayerSchema.Dense(1));

    public static TheoryData<Optimizer> Optimizers =>
    [
        new Adam(1e-2), new Adam(1e-2) { Beta1 = 0, Beta2 = 0 }, new Adam(1e-2) { Lazy = true }, new Sgd(1e18), new Sgd(1e18) { Momentum = 0.9 },
        new RmsProp(1e-2), new RmsProp(1e-2) { Alpha = 0.9, Momentum = 0.5, Centered = true }, new Sgd(1e18) { Momentum = 0.9, Nesterov = true },
        new Adagrad(1e-2), new Adam(1e-2) { Amsgrad = true }, new AdamW(1e-2), new Adam(1e-2) { L2 = 1e-3 }, new NAdam(1e-2), new RAdam(1e-2),
    ];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_step_that_float32_cannot_take_changes_nothing_and_training_goes_on_as_if_it_had_not_been(Optimizer optimizer)
    {
        DynamicModel<float> model = new(Regressor, seed: 1), other = new(Regressor, seed: 1);
        SequenceDataset<float> good = Data(1), huge = Data(1e24f);
        var options = new TrainingOptions { Optimizer = optimizer, Seed = 3 };
        using Trainer<float> trainer = model.BeginTraining(options), without = other.BeginTraining(options);
        for (int step = 0; step < 150; step++)
        {
            if (step is 0 or 7)
            {
                byte[] before = Saved(trainer);
                string message = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(huge, [0, 1, 2, 3])).Message;
                Assert.Contains($" of step {step + 1} (epoch 1) is ", message, StringComparison.Ordinal);
                Assert.Equal(before, Saved(trainer));
                Assert.Equal(step, trainer.StepCount);
                Assert.InRange(trainer.GradientNorm, 1e23, 1e26);
            }

            trainer.LearningRate = without.LearningRate = 1e-2;
            Assert.Equal(without.Step(good, [0, 1, 2, 3]), trainer.Step(good, [0, 1, 2, 3]));
            trainer.LearningRate = without.LearningRate = optimizer.LearningRate;
        }

        Assert.Equal(other.Parameters.All, model.Parameters.All);
        Assert.True(trainer.Step(good, [0, 1, 2, 3]) < 0.5 * new DynamicModel<float>(Regressor, seed: 1).Evaluate(good.Take(4)).Loss);
    }

    [Fact]
    public void Adams_second_moment_may_be_as_large_as_float32_allows_and_no_larger()
    {
        // (1 − β₂)·g² is 2.5e38 with g = 5e20; another one makes 4.99e38 of it, which is too large, and 0.999 of it and a little are not
        using ParameterUpdater<float> updater = new DynamicModel<float>(Regressor).BeginUpdating();
        SequencePass<float> pass = PassOf(updater.Model);
        SetGradient(pass, "dense1.bias", 5e20f);
        updater.Update(pass);
        Assert.Equal(2.5e38, updater.Moments[1].Span[^1], 1e36);

        float[] before = [.. updater.Model.Parameters.All, .. updater.Moments[0].Span, .. updater.Moments[1].Span];
        string message = Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message;
        Assert.Contains("The exp_avg_sq of dense1.bias[0] after the update of step 2 is ", message, StringComparison.Ordinal);
        Assert.Equal<float[]>(before, [.. updater.Model.Parameters.All, .. updater.Moments[0].Span, .. updater.Moments[1].Span]);

        SetGradient(pass, "dense1.bias", 1e10f);
        updater.Update(pass);
        Assert.Equal(2, updater.StepCount);
        Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass, gradientScale: 1e28)); // the scaled gradient alone
        SetGradient(pass, "dense1.bias", 6e20f);
        Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass));
        updater.Update(pass, gradientScale: 1e-20);
    }

    /// <summary>The moments are 0 then, but the rate is infinite, and 0·∞ is no number.</summary>
    [Fact]
    public void A_learning_rate_that_is_infinite_after_its_correction_is_refused_even_without_a_gradient()
    {
        using ParameterUpdater<float> updater = new DynamicModel<float>(Regressor).BeginUpdating(new Adam(1e38));
        float[] before = updater.Model.Parameters.All.ToArray();
        Assert.Throws<NotFiniteNumberException>(() => updater.Update(PassOf(updater.Model)));
        Assert.Equal(before, updater.Model.Parameters.All.ToArray());
    }

    [Fact]
    public void A_parameter_may_be_as_large_as_float32_allows_and_no_larger()
    {
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd(1e38), new Sgd(1e38) { Momentum = 1e-3 } })
        {
            using ParameterUpdater<float> updater = new DynamicModel<float>(Regressor).BeginUpdating(optimizer);
            SequencePass<float> pass = PassOf(updater.Model);
            SetGradient(pass, "dense1.bias", -1);
            for (int step = 0; step < 3; step++)
            {
                updater.Update(pass);
            }

            float[] before = updater.Model.Parameters.All.ToArray();
            Assert.Equal(3e38, before[^1], 1e36);
            string message = Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message;
            Assert.Contains("The value of dense1.bias[0] after the update of step 4 is ", message, StringComparison.Ordinal);
            Assert.Equal(before, updater.Model.Parameters.All);
        }

        using ParameterUpdater<float> adam = new DynamicModel<float>(Regressor).BeginUpdating(new Adam(1e38));
        SequencePass<float> other = PassOf(adam.Model);
        SetGradient(other, "dense1.bias", -1);
        Assert.Throws<NotFiniteNumberException>(() => adam.Update(other)); // lr/(1 − β₁) is 1e39
        adam.LearningRate = 3e37;
        adam.Update(other);
        Assert.Equal(3e37, adam.Model.Parameters["dense1.bias"][0], 1e35);
    }

    [Fact]
    public void Momentum_adds_up_until_float32_is_too_small()
    {
        using ParameterUpdater<float> updater = new DynamicModel<float>(Regressor).BeginUpdating(new Sgd(1e-9) { Momentum = 0.9 });
        SequencePass<float> pass = PassOf(updater.Model);
        SetGradient(pass, "dense1.bias", 1e38f);
        for (int step = 0; step < 3; step++)
        {
            updater.Update(pass); // 1, 1.9, 2.71, and then 3.439
        }

        Assert.Contains("momentum_buffer of dense1.bias[0]", Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message, StringComparison.Ordinal);
        Assert.Equal(2.71e38, updater.Moments[0].Span[^1], 1e36);
    }

    [Fact]
    public void A_large_gradient_is_clipped_unless_its_scale_has_too_few_bits()
    {
        SequenceDataset<float> data = Data(1e24f);
        var model = new DynamicModel<float>(Regressor, seed: 1);
        using (Trainer<float> trainer = model.BeginTraining(new TrainingOptions { ClipNorm = 1 }))
        {
            trainer.Step(data, [0, 1, 2, 3]);
        }

        float[] before = model.Parameters.All.ToArray();
        using (Trainer<float> trainer = model.BeginTraining(new TrainingOptions { ClipNorm = 1e-16 }))
        {
            string message = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(data, [0, 1, 2, 3])).Message;
            Assert.Contains("scale for their norm of", message, StringComparison.Ordinal);
            Assert.Equal(before, model.Parameters.All);
        }
    }

    [Fact]
    public void Rows_of_an_embedding_are_looked_at_where_they_change()
    {
        foreach (Optimizer optimizer in new Optimizer[] { new Adam { Lazy = true }, new Adam(), new Sgd(1e18), new Sgd(1e18) { Momentum = 0.5 } })
        {
            using ParameterUpdater<int> updater = TrainingTask.BinaryModel().BeginUpdating(optimizer);
            SequencePass<int> pass = updater.Model.CreatePass(1, 3);
            pass.Forward([4, 1, 4], 1, 3, outputs: []);
            pass.Backward([1]);
            SetGradient(pass, "embedding.weight", 1e21f, place: (4 * 4) + 2);
            string message = Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message;
            Assert.Contains(" of embedding.weight[18] after", message, StringComparison.Ordinal);
            Assert.Equal(TrainingTask.BinaryModel().Parameters.All, updater.Model.Parameters.All);
            Assert.All(updater.Moments, moments => Assert.Equal(-1, moments.Span.IndexOfAnyExcept(0f)));
        }
    }

    [Fact]
    public void Frozen_layers_are_not_looked_at()
    {
        var model = new DynamicModel<float>(Regressor, seed: 1);
        model.Parameters.Set("dense1.bias", [float.MaxValue]);
        SequenceDataset<float> data = Data(1);
        using (Trainer<float> trainer = model.BeginTraining(new TrainingOptions { FrozenLayers = ["gru1"], Optimizer = new Sgd(1e-3) }))
        {
            Assert.Throws<NotFiniteNumberException>(() => trainer.Step(data, [0])); // the loss's gradient
        }

        model.Parameters.Set("dense1.bias", [0]);
        model.Parameters.Set("gru1.bias_ih_l0", [.. Enumerable.Repeat(float.MaxValue, 36)]);
        using (Trainer<float> trainer = model.BeginTraining(new TrainingOptions { FrozenLayers = ["gru1"] }))
        {
            trainer.Step(data, [0]);
        }
    }

    [Fact]
    public void A_weight_that_is_infinite_as_a_bfloat16_is_infinite()
    {
        using ParameterUpdater<float> updater = new Half5To17().BeginUpdating(new Sgd(1e34));
        SequencePass<float> pass = updater.Model.CreatePass(1, 1);
        pass.Forward(new float[5], 1, 1, outputs: []);
        pass.Backward([0, 0, 0]);
        updater.Model.Parameters.Set("gru1.weight_ih_l0", [3.389e38f, .. new float[(3 * 17 * 5) - 1]]);
        SetGradient(pass, "gru1.weight_ih_l0", -10);
        updater.Update(pass);
        SetGradient(pass, "gru1.weight_ih_l0", -100); // 3.4e38 is a float
        Assert.Contains("gru1.weight_ih_l0[0]", Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_models_that_learn_together_both_stay_where_one_cannot_go()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        int outputs = models.Decoder.Schema.OutputSize;
        float[] bias = new float[outputs];
        (bias[0], bias[1]) = (3.4e38f, 3e38f); // with the targets 1 their own gradient is −1, and the step leads away from 0
        models.Decoder.Parameters.Set("dense1.bias", bias);
        PairDataset<int> data = models.CreateDataset();
        data.Add([2, 0, 1], [1, 1, 1, 1, 1, 1, 1]);
        float[] before = [.. models.Encoder.Parameters.All, .. models.Decoder.Parameters.All];

        string message = Assert.Throws<NotFiniteNumberException>(
            () => models.Fit(data, new TrainingOptions { Optimizer = new Sgd(1e38), Epochs = 1 })).Message;
        Assert.Contains("dense1.bias[1] after the update of step 1 (epoch 1) is ", message, StringComparison.Ordinal);
        Assert.Equal<float[]>(before, [.. models.Encoder.Parameters.All, .. models.Decoder.Parameters.All]);
    }

    [Fact]
    public void Neither_a_bound_nor_a_closer_look_allocates()
    {
        using ParameterUpdater<float> updater = new DynamicModel<float>(Regressor).BeginUpdating();
        SequencePass<float> pass = PassOf(updater.Model);
        SetGradient(pass, "dense1.bias", 1);
        Allocated.Nothing("a bound", () => updater.Update(pass));
        SetGradient(pass, "dense1.bias", 4e19f);
        updater.Update(pass);
        Allocated.Nothing("a closer look", () => updater.Update(pass));
    }

    [Fact]
    public void Options_are_numbers_of_float32()
    {
        Assert.Equal("LearningRate", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(1e39)).ParamName);
        Assert.Equal("LearningRate", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(double.MaxValue)).ParamName);
        Assert.Equal("Epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Epsilon = 1e-46 }).ParamName);
        Assert.Equal("Epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Epsilon = 1e39 }).ParamName);
        Refused.Argument<ArgumentOutOfRangeException>("epsilon", [], () => LayerSchema.LayerNorm(1e-46));
        Refused.Argument<ArgumentOutOfRangeException>("epsilon", [], () => LayerSchema.LayerNorm(1e39));
        using ParameterUpdater<float> updater = new DynamicModel<float>(Regressor).BeginUpdating();
        Refused.Argument<ArgumentOutOfRangeException>("LearningRate", [], () => updater.LearningRate = 1e39);
        Refused.Argument<ArgumentOutOfRangeException>("gradientScale", [], () => updater.Update(PassOf(updater.Model), 1e39));
        using Trainer<float> trainer = new DynamicModel<float>(Regressor).BeginTraining();
        Refused.Argument<ArgumentOutOfRangeException>("LearningRate", [], () => trainer.LearningRate = 1e39);
        Assert.Equal(3e38, new Sgd(3e38).LearningRate);
        Assert.Equal("Beta1", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Beta1 = 0.99999999 }).ParamName);
        Assert.Equal("Beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Beta2 = 0.99999999 }).ParamName);
        Assert.Equal("Momentum", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { Momentum = 0.99999999 }).ParamName);
        Assert.Equal(0.9999999, new Adam { Beta2 = 0.9999999 }.Beta2);
    }

    [Fact]
    public void Slopes_beside_the_largest_float_are_taken_with_steps_that_stay_below_it()
    {
        var schema = ModelSchema.ForFeatures("Classifier", 3, LayerSchema.Gru(4, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Sigmoid));
        var model = new DynamicModel<float>(schema);
        model.Parameters.Set("dense1.bias", [3e38f]);
        var data = new SequenceDataset<float>(schema);
        data.Add([1, 2, 3], label: 0); // the loss is the logit, and its slope 1
        TensorCheck bias = GradientCheck.Run(model, data).Tensors.Single(tensor => tensor.Name == "dense1.bias");
        Assert.Equal((1, 1.0, true), (bias.Compared, bias.Gradient, bias.Error < 1e-6));
    }

    [Fact]
    public void The_largest_magnitude_of_a_row()
    {
        for (int count = 0; count < 70; count++)
        {
            float[] x = [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i) * (i % 3 - 1))];
            Assert.Equal(x.Select(MathF.Abs).DefaultIfEmpty().Max(), Largest(x));
            for (int i = 0; i < count; i++)
            {
                float value = x[i];
                (x[i], float without) = (float.NaN, Largest(x));
                Assert.Equal(float.NaN, Largest(x));
                x[i] = float.NegativeInfinity;
                Assert.Equal(float.PositiveInfinity, Largest(x));
                x[i] = value;
                Assert.Equal(without, Largest(x));
            }
        }

        static float Largest(float[] x) => Reduce.MaxMagnitude(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(x), x.Length);
    }

    private static SequenceDataset<float> Data(float factor)
    {
        var random = new RandomSource(5);
        var data = new SequenceDataset<float>(Regressor);
        for (int i = 0; i < 4; i++)
        {
            data.Add([.. Enumerable.Range(0, 30).Select(_ => random.NextUniform(1))], [factor * (0.5f + random.NextUniform(0.4))]);
        }

        return data;
    }

    /// <summary>A pass with gradients of zero.</summary>
    private static SequencePass<float> PassOf(SequenceModel<float> model)
    {
        SequencePass<float> pass = model.CreatePass(1, 1);
        pass.Forward([0, 0, 0], 1, 1, outputs: []);
        pass.Backward([0]);
        return pass;
    }

    private static void SetGradient<TInput>(SequencePass<TInput> pass, string tensor, float value, int place = 0)
        where TInput : unmanaged =>
        pass.Memory.Gradients.Buffer.Span[(int)pass.Schema.Tensors.Single(other => other.Name == tensor).Offset + place] = value;

    private static byte[] Saved(Trainer<float> trainer)
    {
        using var stream = new MemoryStream();
        trainer.Save(stream);
        return stream.ToArray();
    }
}
