using GruGen.Kernels;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

/// <summary>Averages of the weights: what predictions and validation use while training goes on, and what the model ends with.</summary>
public class WeightAverageTests
{
    private const double Decay = 0.9;

    [Fact]
    public void The_average_follows_its_formula_and_is_what_is_published()
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Sgd(0.1), new Adam(0.01), new Adam(0.01) { Lazy = true }])
        {
            DynamicModel<int> model = TrainingTask.BinaryModel(), plain = TrainingTask.BinaryModel();
            SequenceDataset<int> data = TrainingTask.BinaryData(12);
            double[] average = [.. model.Parameters.All.ToArray().Select(value => (double)value)];
            float[] published = new float[average.Length];
            using (Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = optimizer, AverageDecay = Decay }))
            using (Trainer<int> other = plain.BeginTraining(new TrainingOptions { Optimizer = optimizer }))
            {
                for (int step = 0; step < 10; step++)
                {
                    int[] batch = [step % 6, step % 6 + 1];
                    Assert.Equal(other.Step(data, batch), trainer.Step(data, batch));
                    Assert.Equal(plain.Parameters.All, model.Parameters.All); // which learn as they would without
                    average = [.. average.Select((value, i) => (Decay * value) + ((1 - Decay) * model.Parameters.All[i]))];
                    trainer.Publish();
                    model.Parameters.CopyTo(published);
                    Assert.All(average, (value, i) => Assert.Equal(value, published[i], 1e-6));
                }
            }

            Assert.Equal(published, model.Parameters.All);
            model.Parameters.CopyTo(published);
            Assert.Equal(published, model.Parameters.All);
        }
    }

    [Fact]
    public void Predictions_and_validation_use_it()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(24), validation = TrainingTask.BinaryData(10, seed: 2);
        var options = new TrainingOptions { Optimizer = new Adam(0.02), AverageDecay = Decay, BatchSize = 4, Epochs = 2, ValidationData = validation };
        History history = model.Fit(data, options);
        Assert.Equal(model.Evaluate(validation).Loss, history["val_loss"][^1]);

        DynamicModel<int> plain = TrainingTask.BinaryModel();
        History without = plain.Fit(data, options with { AverageDecay = 0 });
        Assert.Equal(without["loss"], history["loss"]);
        Assert.NotEqual(without["val_loss"], history["val_loss"]);
    }

    [Fact]
    public void Frozen_layers_are_what_they_were()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        float[] before = model.Parameters.All.ToArray(), bias = [0.125f];
        int dense = (int)model.Schema.Tensors.Single(tensor => tensor.Name == "dense1.bias").Offset;
        using (Trainer<int> trainer = model.BeginTraining(new TrainingOptions { AverageDecay = Decay, FrozenLayers = ["embedding", "dense1"] }))
        {
            trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2]);
            model.Parameters.Set("dense1.bias", bias);
            trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2]);
        }

        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            ReadOnlySpan<float> expected = tensor.Name == "dense1.bias" ? bias : before.AsSpan((int)tensor.Offset, (int)tensor.Length);
            Assert.Equal(!tensor.Name.StartsWith("gru1", StringComparison.Ordinal), expected.SequenceEqual(model.Parameters[tensor.Name]));
        }

        Assert.Equal(0.125f, model.Parameters.All[dense]);
    }

    [Fact]
    public void Two_models_that_learn_together_are_averaged_both()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        PairDataset<int> pairs = ReversalTask.Pairs(models, ReversalTask.Strings(24)), validation = ReversalTask.Pairs(models, ReversalTask.Strings(8, seed: 2));
        var options = new TrainingOptions { Optimizer = new Adam(0.01), AverageDecay = Decay, BatchSize = 8, Epochs = 2, ValidationData = validation };
        History history = models.Fit(pairs, options);
        using (var trainer = new PairTrainer<int>(models, options))
        {
            Assert.Equal(trainer.Evaluate(validation, 0, validation.Count, CancellationToken.None).Loss, history["val_loss"][^1]);
        }

        EncoderDecoder<int> plain = ReversalTask.Models();
        History without = plain.Fit(pairs, options with { AverageDecay = 0 });
        Assert.Equal(without["loss"], history["loss"]); // validation leaves the weights as they were
        Assert.NotEqual(without["val_loss"], history["val_loss"]);
        Assert.NotEqual(plain.Encoder.Parameters.All.ToArray(), models.Encoder.Parameters.All.ToArray());
        Assert.NotEqual(plain.Decoder.Parameters.All.ToArray(), models.Decoder.Parameters.All.ToArray());
    }

    [Fact]
    public void A_restored_trainer_goes_on_bit_for_bit()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(24);
        var options = new TrainingOptions { Optimizer = new Adam(0.01), AverageDecay = Decay, BatchSize = 4, Seed = 3 };
        DynamicModel<int> model = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel(seed: 8);
        using var file = new MemoryStream();
        using (Trainer<int> trainer = model.BeginTraining(options), restored = other.BeginTraining(options))
        {
            trainer.RunEpoch(data);
            trainer.Save(file);
            trainer.RunEpoch(data);
            file.Position = 0;
            restored.Restore(file);
            restored.RunEpoch(data);
            Assert.Equal(model.Parameters.All, other.Parameters.All);
        }

        Assert.Equal(model.Parameters.All, other.Parameters.All);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        foreach (int threads in (int[])[1, 2])
        {
            using Trainer<int> trainer = new BigTable().BeginTraining(new TrainingOptions { AverageDecay = Decay, FrozenLayers = ["dense1"], MaxDegreeOfParallelism = threads });
            SequenceDataset<int> tokens = TokenTask.Data(trainer.Model.Schema, 20);
            Allocated.Nothing("Step", () => trainer.Step(tokens, [1, 2, 3, 4]));
        }
    }

    /// <summary>Two floats may be further apart than the largest.</summary>
    [Fact]
    public void An_average_of_the_largest_floats_is_finite()
    {
        foreach (int lanes in Simd.Choices)
        {
            AlignedBuffer w = new(21), a = new(21);
            w.Span.Fill(float.MaxValue);
            a.Span.Fill(float.MinValue);
            WeightAverage.Add(w, a, 0, 21, 0.5, lanes);
            Assert.All(a.Span.ToArray(), value => Assert.True(float.IsFinite(value)));
        }
    }

    [Fact]
    public void Bad_numbers_are_refused_by_name()
    {
        Assert.Equal("AverageDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { AverageDecay = 1 }).ParamName);
        Assert.Equal("AverageDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { AverageDecay = -0.1 }).ParamName);
    }
}
