using GruGen.Kernels;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

/// <summary>Gradients of an embedding are in the rows of the batch's tokens and nowhere else, whatever batches came before.</summary>
public class GradientSetTests
{
    // the sequences 0 and 8 are empty
    private static readonly int[][] s_batches = [[1, 2, 3, 4], [4, 3, 2, 1], [20, 21, 22], [0, 8], [0], [5], [5, 5, 0, 30], [1, 2, 3, 4]];

    public static TheoryData<string, string> Models => TokenTask.Models;

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_of_many_batches_has_the_gradients_of_a_new_one(string factory, string name)
    {
        SequenceModel<int> model = TokenTask.Model(factory, name);
        SequenceDataset<int> data = TokenTask.Data(model.Schema, 40);
        SequencePass<int> pass = model.CreatePass(4, data.MaxLength), other = model.CreatePass(4, data.MaxLength);
        foreach (int[] batch in s_batches)
        {
            TokenTask.Backward(other, data, [.. batch.Select(i => 39 - i)]); // each pass has its own
            TokenTask.Backward(pass, data, batch);
            pass.RunForward(data, [7, 9]); // this batch does not go back

            SequencePass<int> expected = model.CreatePass(4, data.MaxLength);
            TokenTask.Backward(expected, data, batch);
            Assert.Equal(expected.Memory.Gradients.Buffer.Span, pass.Memory.Gradients.Buffer.Span);
            Assert.Equal(expected.GradientNorm, pass.GradientNorm);

            ReadOnlySpan<float> table = pass.Gradient("embedding.weight");
            HashSet<int> tokens = TokenTask.Tokens(data, batch);
            Assert.Equal(tokens, [.. pass.Memory.Gradients.Tokens.Span]);
            Assert.Equal(tokens.Count, pass.Memory.Gradients.Tokens.Length);
            for (int token = 0; token < TokenTask.Vocabulary; token++)
            {
                int size = table.Length / TokenTask.Vocabulary;
                Assert.Equal(tokens.Contains(token), table.Slice(token * size, size).ContainsAnyExcept(0f));
            }

            double norm = Math.Sqrt(pass.Memory.Gradients.Buffer.Span.ToArray().Sum(gradient => (double)gradient * gradient));
            Assert.Equal(norm, pass.GradientNorm, 1e-12 * norm);
        }

        var losses = new LossParts(Loss.For(pass.Schema), pass.Schema);
        Allocated.Nothing("Backward", () =>
        {
            foreach (int[] batch in s_batches)
            {
                TokenTask.Backward(pass, losses, data, batch);
            }
        });
    }

    [Fact]
    public void A_padding_token_is_none_of_them()
    {
        SequencePass<int> pass = new FewAndPadding(seed: 1).CreatePass(2, 4);
        pass.Forward([3, 9, 3, 8, 3, 3, 3, 3], 2, 4, outputs: []);
        pass.BackwardFromLabels([1, 1, 1, 1, 1, 1, 1, 1]);

        Assert.Equal([9, 8], pass.Memory.Gradients.Tokens.ToArray());
        Assert.Equal(new float[16], pass.Gradient("embedding.weight").Slice(3 * 16, 16));
        Assert.True(pass.Gradient("embedding.weight").Slice(8 * 16, 16).ContainsAnyExcept(0f));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Training_is_that_with_all_gradients_written_anew(string factory, string name)
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Adam(0.01), new Sgd(0.1), new Sgd(0.1) { Momentum = 0.9 }])
        {
            SequenceModel<int> model = TokenTask.Model(factory, name), other = TokenTask.Model(factory, name);
            SequenceDataset<int> data = TokenTask.Data(model.Schema, 40);
            AlignedBuffer[] moments = [.. optimizer.MomentNames.Select(_ => new AlignedBuffer(other.Parameters.Count))];
            using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = optimizer, ClipNorm = 0.2 });
            int step = 0;
            foreach (int[] batch in s_batches.Where(batch => batch.Any(i => data.CountedRows(i) > 0)))
            {
                SequencePass<int> pass = other.CreatePass(4, data.MaxLength);
                TokenTask.Backward(pass, data, batch);
                double scale = ParameterUpdater<int>.ClipScale(pass.GradientNorm, 0.2);
                optimizer.Update(new ParameterUpdate(other.Parameters.Buffer, pass.Memory.Gradients.Buffer, moments, ++step, optimizer.LearningRate, scale, pass.Memory.Weights.Lanes));
                other.Parameters.MarkChanged();

                trainer.Step(data, batch);
                Assert.Equal(pass.GradientNorm, trainer.GradientNorm);
                Assert.Equal(other.Parameters.All, model.Parameters.All);
            }
        }
    }

    [Theory]
    [InlineData("embedding")]
    [InlineData("embedding", "gru1")]
    [InlineData("gru1")]
    [InlineData("dense1")]
    [InlineData("embedding", "gru1", "dense1")]
    public void The_gradients_of_frozen_layers_are_cleared_and_no_others(params string[] frozen)
    {
        var model = new FewOfForty(seed: 1);
        SequenceDataset<int> data = TokenTask.Data(model.Schema, 40);
        SequencePass<int> pass = model.CreatePass(4, data.MaxLength), all = model.CreatePass(4, data.MaxLength);
        using var updater = new ParameterUpdater<int>(model, new TrainingOptions { FrozenLayers = frozen }, team: null);
        foreach (int[] batch in s_batches)
        {
            TokenTask.Backward(all, data, batch);
            TokenTask.Backward(pass, data, batch);
            updater.ClearFrozen(pass.Memory.Gradients);
            double sum = 0;
            foreach (TensorSchema tensor in model.Schema.Tensors)
            {
                float[] gradient = all.Gradient(tensor.Name).ToArray();
                bool isFrozen = frozen.Contains(tensor.Name[..tensor.Name.IndexOf('.', StringComparison.Ordinal)]);
                Assert.Equal(isFrozen ? new float[gradient.Length] : gradient, pass.Gradient(tensor.Name));
                sum += isFrozen ? 0 : gradient.Sum(value => (double)value * value);
            }

            Assert.Equal(Math.Sqrt(sum), pass.GradientNorm, 1e-12);
        }
    }

    [Fact]
    public void What_is_not_finite_is_found_in_the_row_of_any_token()
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Adam(), new Adam { Lazy = true }, new Sgd(), new Sgd { Momentum = 0.9 }])
        {
            var model = new FewOfForty(seed: 1);
            SequenceDataset<int> data = TokenTask.Data(model.Schema, 40);
            SequencePass<int> pass = model.CreatePass(4, data.MaxLength);
            using ParameterUpdater<int> updater = model.BeginUpdating(optimizer);
            float[] before = model.Parameters.All.ToArray();
            foreach (int token in TokenTask.Tokens(data, 1, 2, 3, 4))
            {
                foreach (float value in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
                {
                    TokenTask.Backward(pass, data, 1, 2, 3, 4);
                    pass.Memory.Gradients.Buffer.Span[token * 5 + token % 5] = value;
                    Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass));
                }
            }

            Assert.Equal(before, model.Parameters.All);
            Assert.Equal(0, updater.StepCount);
            TokenTask.Backward(pass, data, 20); // and none of it is left
            updater.Update(pass);
        }
    }
}
