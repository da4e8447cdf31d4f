using GruGen.Kernels;

namespace GruGen.Tests.Training;

/// <summary>Gradients that are clipped by value and by the norm of each tensor; that of all together is in other tests.</summary>
public class ClippingTests
{
    [Fact]
    public void A_value_is_limited_by_itself()
    {
        (float[] changes, float[] gradients, _) = Step(new TrainingOptions { Optimizer = new Sgd(1), ClipValue = 0.004 });
        Assert.Contains(gradients, gradient => gradient > 0.004f);
        Assert.Contains(gradients, gradient => gradient < -0.004f);
        Assert.Contains(gradients, gradient => gradient is > 0 and < 0.004f);
        Assert.All(gradients, (gradient, i) => Assert.Equal(-Math.Clamp(gradient, -0.004, 0.004), changes[i], 1e-7));
    }

    [Fact]
    public void The_norm_of_each_tensor_is_limited_by_itself()
    {
        (float[] changes, float[] gradients, ModelSchema schema) = Step(new TrainingOptions { Optimizer = new Sgd(1), ClipTensorNorm = 0.05 });
        int clipped = 0;
        foreach (TensorSchema tensor in schema.Tensors)
        {
            float[] gradient = gradients[(int)tensor.Offset..(int)(tensor.Offset + tensor.Length)];
            double norm = Math.Sqrt(gradient.Sum(value => (double)value * value)), scale = Math.Min(1, 0.05 / (norm + 1e-6));
            clipped += scale < 1 ? 1 : 0;
            Assert.All(gradient, (value, i) => Assert.Equal(-scale * value, changes[(int)tensor.Offset + i], 1e-7));
        }

        Assert.InRange(clipped, 1, schema.Tensors.Length - 1);
    }

    [Fact]
    public void The_decay_of_L2_is_added_to_what_is_clipped()
    {
        (float[] changes, float[] gradients, _) = Step(new TrainingOptions { Optimizer = new Sgd(1) { L2 = 0.5, DecaysAll = true }, ClipValue = 0.004 });
        float[] w = TrainingTask.BinaryModel().Parameters.All.ToArray();
        Assert.All(gradients, (gradient, i) => Assert.Equal(-Math.Clamp(gradient, -0.004, 0.004) - (0.5 * w[i]), changes[i], 1e-6));
    }

    [Fact]
    public void Gradients_are_clipped_in_one_way()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        var options = new TrainingOptions { ClipNorm = 1, ClipValue = 2, ClipTensorNorm = 3 };
        foreach ((TrainingOptions two, string[] names) in new (TrainingOptions, string[])[]
        {
            (options with { ClipNorm = 0 }, ["ClipValue", "ClipTensorNorm"]), (options with { ClipValue = 0 }, ["ClipNorm", "ClipTensorNorm"]),
            (options with { ClipTensorNorm = 0 }, ["ClipNorm", "ClipValue"]),
        })
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(() => model.BeginTraining(two));
            Assert.Equal("options", exception.ParamName);
            Assert.All(names, name => Assert.Contains($"'{name}'", exception.Message, StringComparison.Ordinal));
            Assert.Throws<ArgumentException>(() => model.Fit(TrainingTask.BinaryData(8), two));
        }

        EncoderDecoder<int> models = ReversalTask.Models();
        Assert.Throws<ArgumentException>(() => models.Fit(ReversalTask.Pairs(models, ReversalTask.Strings(4)), options));
        Assert.Equal("ClipValue", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { ClipValue = -1 }).ParamName);
        Assert.Equal("ClipTensorNorm", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { ClipTensorNorm = double.NaN }).ParamName);
        model.BeginTraining(options with { ClipNorm = 0, ClipValue = 0 }).Dispose();
    }

    [Fact]
    public void What_is_not_finite_is_refused_and_not_clipped_away()
    {
        ModelSchema schema = ModelSchema.ForFeatures("Regressor", 3, LayerSchema.Gru(12, SequenceOutput.Final), LayerSchema.Dense(1));
        foreach (TrainingOptions options in (TrainingOptions[])[new() { ClipValue = 1 }, new() { ClipTensorNorm = 1 }])
        {
            var model = new DynamicModel<float>(schema);
            using var updater = new ParameterUpdater<float>(model, options, team: null);
            SequencePass<float> pass = model.CreatePass(1, 1);
            pass.Forward([1, 2, 3], 1, 1, outputs: []);
            pass.Backward([1]);
            float[] before = model.Parameters.All.ToArray();
            foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
            {
                pass.Memory.Gradients.Buffer.Span[^1] = bad;
                Assert.Contains("gradient's norm", Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message, StringComparison.Ordinal);
                Assert.Equal(before, model.Parameters.All);
            }

            pass.Memory.Gradients.Buffer.Span[^1] = 1e30f; // which is a number
            updater.Update(pass);
            Assert.All(model.Parameters.All.ToArray(), (value, i) => Assert.InRange(Math.Abs(value - before[i]), 0, 0.01));
        }
    }

    /// <summary>
    /// A norm for which the scale of a gradient would be no normal float is refused, as it is where the norm is that of all.
    /// </summary>
    [Fact]
    public void A_scale_that_float32_has_not_is_refused()
    {
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Regressor", 3, LayerSchema.Gru(12, SequenceOutput.Final), LayerSchema.Dense(1)));
        using var updater = new ParameterUpdater<float>(model, new TrainingOptions { ClipTensorNorm = 0.1 }, team: null);
        SequencePass<float> pass = model.CreatePass(1, 1);
        pass.Forward([1, 2, 3], 1, 1, outputs: []);
        pass.Backward([1]);
        pass.Memory.Gradients.Buffer.Span[^1] = 3e38f;
        Assert.Contains("in float32", Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_models_that_learn_together_are_clipped_each_tensor_by_itself()
    {
        foreach (TrainingOptions options in (TrainingOptions[])[new() { ClipValue = 1e-3 }, new() { ClipTensorNorm = 1e-2 }])
        {
            EncoderDecoder<int> models = ReversalTask.Models();
            float[] before = [.. models.Encoder.Parameters.All, .. models.Decoder.Parameters.All];
            models.Fit(ReversalTask.Pairs(models, ReversalTask.Strings(8)), options with { Optimizer = new Sgd(1), BatchSize = 8 });
            float[] after = [.. models.Encoder.Parameters.All, .. models.Decoder.Parameters.All];
            double largest = after.Select((value, i) => Math.Abs(value - before[i])).Max();
            Assert.InRange(largest, 1e-5, 0.0101);
        }
    }

    /// <summary>What a step of plain SGD with a rate of 1 changes, and the gradients that it has.</summary>
    private static (float[] Changes, float[] Gradients, ModelSchema Schema) Step(TrainingOptions options)
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        float[] before = model.Parameters.All.ToArray();
        SequencePass<int> pass = other.CreatePass(4, data.MaxLength);
        TokenTask.Backward(pass, data, 0, 1, 2, 3);
        using Trainer<int> trainer = model.BeginTraining(options);
        trainer.Step(data, [0, 1, 2, 3]);
        Assert.Equal(pass.GradientNorm, trainer.GradientNorm); // before clipping
        return ([.. before.Select((value, i) => model.Parameters.All[i] - value)], pass.Memory.Gradients.Buffer.Span[..before.Length].ToArray(), model.Schema);
    }
}
