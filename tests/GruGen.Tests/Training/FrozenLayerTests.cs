using GruGen.Tests.Emitted;

namespace GruGen.Tests.Training;

/// <summary>The parameters of frozen layers stay as they are; all others learn.</summary>
public class FrozenLayerTests
{
    [Theory]
    [InlineData("embedding")]
    [InlineData("gru1")]
    [InlineData("dense1")]
    [InlineData("embedding", "dense1")]
    [InlineData("embedding", "gru1", "dense1")]
    public void A_frozen_layer_stays_bit_for_bit_and_counts_in_no_norm(params string[] frozen)
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(24);
        foreach (Optimizer optimizer in new Optimizer[] { new Adam(0.01), new Sgd(0.1) { Momentum = 0.9 }, new Sgd(0.1) })
        {
            DynamicModel<int> model = TrainingTask.BinaryModel(), free = TrainingTask.BinaryModel();
            using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = optimizer, FrozenLayers = frozen, ClipNorm = 0.05 });
            trainer.Step(data, [0, 1, 2, 3]);
            double norm = trainer.GradientNorm;
            for (int step = 0; step < 4; step++)
            {
                trainer.Step(data, [4, 5, 6, 7]);
            }

            foreach (TensorSchema tensor in model.Schema.Tensors)
            {
                bool same = model.Parameters[tensor.Name].SequenceEqual(free.Parameters[tensor.Name]);
                Assert.Equal(frozen.Contains(tensor.Name[..tensor.Name.IndexOf('.', StringComparison.Ordinal)]), same);
            }

            float[] before = free.Parameters.All.ToArray();
            using Trainer<int> other = free.BeginTraining(new TrainingOptions { Optimizer = new Sgd(1) });
            other.Step(data, [0, 1, 2, 3]);
            double expected = Math.Sqrt(free.Schema.Tensors
                .Where(tensor => !frozen.Contains(tensor.Name[..tensor.Name.IndexOf('.', StringComparison.Ordinal)]))
                .Sum(tensor => Enumerable.Range((int)tensor.Offset, (int)tensor.Length).Sum(i => Math.Pow(before[i] - free.Parameters.All[i], 2))));
            Assert.Equal(expected, norm, 1e-6);
        }
    }

    [Fact]
    public void Each_layer_of_the_family_can_be_frozen_alone()
    {
        AssertEach<int>(() => new DropoutOfEveryKind(seed: 1));
        AssertEach<float>(() => new AllAtOnce(seed: 1));
        AssertEach<float>(() => new BothWaysToFinalState(seed: 1));

        static void AssertEach<TInput>(Func<SequenceModel<TInput>> create)
            where TInput : unmanaged
        {
            SequenceModel<TInput> before = create();
            SequenceDataset<TInput> data = TrainingTask.Data<TInput>(before.Schema);
            foreach (string frozen in before.Schema.Tensors.Select(tensor => LayerOf(tensor)).Distinct())
            {
                SequenceModel<TInput> model = create();
                model.Fit(data, new TrainingOptions { Epochs = 2, ClipNorm = 1, FrozenLayers = [frozen] });
                foreach (TensorSchema tensor in model.Schema.Tensors)
                {
                    Assert.Equal(LayerOf(tensor) == frozen, model.Parameters[tensor.Name].SequenceEqual(before.Parameters[tensor.Name]));
                }
            }
        }

        static string LayerOf(TensorSchema tensor) => tensor.Name[..tensor.Name.IndexOf('.', StringComparison.Ordinal)];
    }

    [Fact]
    public void Freezing_stops_even_what_has_momentum_and_unfreezing_lets_it_go_on()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(24);
        foreach (Optimizer optimizer in new Optimizer[] { new Adam(0.01), new Sgd(0.1) { Momentum = 0.9 } })
        {
            DynamicModel<int> model = TrainingTask.BinaryModel();
            var options = new TrainingOptions { Optimizer = optimizer, BatchSize = 8 };
            using var file = new MemoryStream();
            using (Trainer<int> trainer = model.BeginTraining(options))
            {
                trainer.RunEpoch(data);
                trainer.Save(file);
            }

            float[] embedding = model.Parameters["embedding.weight"].ToArray();
            using (Trainer<int> trainer = model.BeginTraining(options with { FrozenLayers = ["embedding"] }))
            {
                file.Position = 0;
                trainer.Restore(file);
                trainer.RunEpoch(data);
                file.SetLength(0);
                trainer.Save(file);
                Assert.Equal(embedding, model.Parameters["embedding.weight"]);
                Assert.Equal(6, trainer.StepCount);
            }

            using (Trainer<int> trainer = model.BeginTraining(options))
            {
                file.Position = 0;
                trainer.Restore(file);
                Assert.True(double.IsFinite(trainer.RunEpoch(data).Loss));
                Assert.NotEqual(embedding, model.Parameters["embedding.weight"].ToArray());
            }
        }
    }

    [Fact]
    public void An_unknown_frozen_layer_is_refused_and_the_model_stays_free()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        ArgumentException exception = Assert.Throws<ArgumentException>(() => model.BeginTraining(new TrainingOptions { FrozenLayers = ["gru1", "gru2"] }));
        Assert.Equal("FrozenLayers", exception.ParamName);
        Assert.Contains("'gru2'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("embedding, gru1, dense1", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new TrainingOptions { FrozenLayers = null! });
        model.BeginTraining().Dispose();
    }
}
