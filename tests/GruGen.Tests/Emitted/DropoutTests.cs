using GruGen.Kernels;
using GruGen.Tests.Reference;
using GruGen.Tests.Training;

namespace GruGen.Tests.Emitted;

/// <summary>Dropout of every kind is at work in training, by the seed alone, and nowhere else.</summary>
public class DropoutTests
{
    private static readonly SequenceDataset<int> Data = TrainingTask.Data<int>(new DropoutOfEveryKind().Schema);

    private static readonly TrainingOptions Options = new() { Optimizer = new Adam(0.01), BatchSize = 4, Seed = 3 };

    [Fact]
    public void Masks_come_from_the_seed_and_the_step_and_go_when_they_are_told()
    {
        var model = new DropoutOfEveryKind(seed: 1);
        Batch batch = Batch.Random(model.Schema, 5, 6, givesStates: false);
        SequencePass<int> pass = model.CreatePass(5, 6);
        Results without = batch.Run(pass);

        Results first = Run(seed: 1, step: 0);
        Run(seed: 1, step: 0).AssertSame(first);
        Assert.All((Results[])[without, Run(seed: 2, step: 0), Run(seed: 1, step: 1)], other => Assert.NotEqual(first["output"], other["output"]));

        pass.StopDropout();
        batch.Run(pass).AssertSame(without);

        Results Run(int seed, long step)
        {
            pass.UseDropout(seed, step);
            return batch.Run(pass);
        }
    }

    /// <summary>Nothing moves, so two steps on one batch have the same loss but for their masks.</summary>
    [Fact]
    public void Each_training_step_has_masks_of_its_own()
    {
        int[] all = [0, 1, 2, 3];
        using Trainer<int> trainer = new DropoutOfEveryKind(seed: 1).BeginTraining(Options with { Optimizer = new Sgd(0) });
        using Trainer<int> again = new DropoutOfEveryKind(seed: 1).BeginTraining(Options with { Optimizer = new Sgd(0) });
        double first = trainer.Step(Data, all), second = trainer.Step(Data, all);
        Assert.NotEqual(first, second);
        Assert.Equal((first, second), (again.Step(Data, all), again.Step(Data, all)));
    }

    [Fact]
    public void A_pass_that_predicts_has_no_dropout()
    {
        SequencePass<int> pass = new DropoutOfEveryKind().CreateInferencePass(1, 1);
        Assert.Contains("dropout is for training", Assert.Throws<InvalidOperationException>(() => pass.UseDropout(1, 1)).Message, StringComparison.Ordinal);
        pass.StopDropout();
    }

    /// <summary>Along the gradient of each tensor, the sum of outputs that it belongs to has the slope ‖gradient‖.</summary>
    [Fact]
    public void Gradients_are_slopes_while_masks_stay()
    {
        const float Step = 0.02f;
        var model = new DropoutOfEveryKind(seed: 1);
        Batch batch = Batch.Random(model.Schema, 5, 6, givesStates: false) with { FinalStateGradients = null };
        int[] tokens = batch.InputsAs<int>();
        float[] outputs = new float[5], weights = Batch.Floats(batch.OutputGradients);
        SequencePass<int> pass = model.CreatePass(5, 6);
        pass.UseDropout(seed: 1, step: 2);
        Value();
        pass.Backward(weights);
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            float[] gradient = pass.Gradient(tensor.Name).ToArray(), values = model.Parameters[tensor.Name].ToArray();
            float norm = MathF.Sqrt(gradient.Sum(g => g * g));
            double slope = (At(Step) - At(-Step)) / (2 * Step);
            model.Parameters.Set(tensor.Name, values);
            Assert.True(norm > 0, tensor.Name);
            Assert.Equal(norm, slope, 0.01 * norm + 1e-5);

            double At(float step)
            {
                model.Parameters.Set(tensor.Name, [.. values.Zip(gradient, (value, g) => value + (step * g / norm))]);
                return Value();
            }
        }

        double Value()
        {
            pass.Forward(tokens, 5, 6, outputs);
            return outputs.Zip(weights, (output, weight) => (double)output * weight).Sum();
        }
    }

    [Fact]
    public void Evaluation_and_validation_drop_nothing()
    {
        DropoutOfEveryKind model = new(seed: 1);
        NoDropout twin = new(seed: 1);
        Assert.Equal(twin.Parameters.All, model.Parameters.All);
        Evaluation expected = twin.Evaluate(Data);

        // at a learning rate of zero the model stays as it is, and only what training drops tells its loss from that of the validation
        History history = model.Fit(Data, Options with { Optimizer = new Sgd(0), ValidationData = Data });

        Assert.Equal(expected, model.Evaluate(Data));
        Assert.Equal(expected.Loss, history["val_loss"][0]);
        Assert.NotEqual(expected.Loss, history["loss"][0]);
        Assert.Equal(twin.Predict([1, 2, 3]), model.Predict([1, 2, 3]));
    }

    [Fact]
    public void The_same_seed_trains_the_same_bits_at_every_width_and_from_a_file_in_the_middle()
    {
        float[][] trained = [.. Simd.Choices.Select(lanes =>
        {
            var model = new DropoutOfEveryKind(seed: 1) { Lanes = lanes };
            model.Fit(Data, Options with { Epochs = 3 });
            return model.Parameters.All.ToArray();
        })];
        Assert.All(trained[1..], width => Assert.Equal(trained[0], width));

        using var file = new MemoryStream();
        using (Trainer<int> trainer = new DropoutOfEveryKind(seed: 1).BeginTraining(Options))
        {
            trainer.RunEpoch(Data);
            trainer.Save(file);
        }

        var restored = new DropoutOfEveryKind(seed: 9);
        using (Trainer<int> trainer = restored.BeginTraining(Options with { Seed = 8 }))
        {
            file.Position = 0;
            trainer.Restore(file);
            trainer.RunEpoch(Data);
            trainer.RunEpoch(Data);
        }

        Assert.Equal(trained[0], restored.Parameters.All);

        var other = new DropoutOfEveryKind(seed: 1);
        other.Fit(Data, Options with { Epochs = 3, Shuffle = false, Seed = 4 });
        Assert.NotEqual(trained[0], other.Parameters.All.ToArray());
    }

    [Fact]
    public void A_fraction_of_zero_is_no_dropout()
    {
        DropsNothing zero = new(seed: 1);
        NoDropout without = new(seed: 1);
        zero.Fit(Data, Options with { Epochs = 2 });
        without.Fit(Data, Options with { Epochs = 2 });
        Assert.Equal(without.Parameters.All, zero.Parameters.All);
    }
}

/// <summary>The layers of <see cref="DropoutOfEveryKind"/> without its dropout.</summary>
[GruModel, Embedding(9, 8, PaddingToken = 0)]
[Gru(8, Residual = true)]
[LayerNorm]
[Gru(6, ResetAfter = false, InitialState = InitialState.Learned)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class NoDropout;

/// <summary>The same with dropout that drops nothing.</summary>
[GruModel, Embedding(9, 8, PaddingToken = 0)]
[Dropout(0)]
[Gru(8, Dropout = 0, RecurrentDropout = 0, Residual = true)]
[LayerNorm]
[Gru(6, ResetAfter = false, RecurrentDropout = 0, InitialState = InitialState.Learned)]
[Dropout(0)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class DropsNothing;
