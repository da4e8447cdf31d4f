
namespace GruGen.Tests.Training;

/// <summary>A trainer that goes on from a file.</summary>
public class TrainerFileTests
{
    [Fact]
    public void A_restored_trainer_goes_on_bit_for_bit()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(40);
        foreach (Optimizer optimizer in EveryOptimizer.All)
        {
            var options = new TrainingOptions { Optimizer = optimizer, BatchSize = 8, Seed = 3 };
            using var file = new MemoryStream();
            DynamicModel<int> model = TrainingTask.BinaryModel();
            using Trainer<int> trainer = model.BeginTraining(options);
            trainer.RunEpoch(data);
            trainer.LearningRate *= 0.7;
            trainer.Save(file);
            trainer.RunEpoch(data);

            DynamicModel<int> other = TrainingTask.BinaryModel(seed: 9);
            using Trainer<int> restored = other.BeginTraining(options with { Seed = 8 });
            file.Position = 0;
            restored.Restore(file);
            Assert.Equal((5, 1, trainer.LearningRate), (restored.StepCount, restored.EpochCount, restored.LearningRate));
            restored.RunEpoch(data);
            Assert.Equal(model.Parameters.All, other.Parameters.All);
        }
    }

    [Fact]
    public void A_file_of_another_trainer_is_refused_and_changes_nothing()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        byte[] adam = Bytes(new Adam()), parameters;
        using (var stream = new MemoryStream())
        {
            model.Save(stream);
            parameters = stream.ToArray();
        }

        float[] before = model.Parameters.All.ToArray();
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd() });
        Assert.Contains("was saved while training with Adam, but the trainer's optimiser is Sgd", Assert.Throws<InvalidDataException>(() => trainer.Restore(new MemoryStream(adam))).Message, StringComparison.Ordinal);
        Assert.Contains("is a model's", Assert.Throws<InvalidDataException>(() => trainer.Restore(new MemoryStream(parameters))).Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.All);

        static byte[] Bytes(Optimizer optimizer)
        {
            using Trainer<int> trainer = TrainingTask.BinaryModel(seed: 4).BeginTraining(new TrainingOptions { Optimizer = optimizer });
            using var stream = new MemoryStream();
            trainer.Save(stream);
            return stream.ToArray();
        }
    }
}
