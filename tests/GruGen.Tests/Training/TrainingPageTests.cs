using Extensions;

namespace GruGen.Tests.Training;

/// <summary>What docs/training.md shows that stands in no sample.</summary>
public class TrainingPageTests
{
    [Fact]
    public void What_is_ones_own_is_used_as_what_is_built_in()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = TrainingTask.BinaryData(40);

        var options = new TrainingOptions { Loss = new PinballLoss(0.9), Optimizer = new Lion(1e-3), Metrics = [new F1Score()] };

        History history = model.Fit(data, options with { Epochs = 10 });
        Assert.True(history["loss"][^1] < history["loss"][0]);
        Assert.Equal(["loss", "f1"], history.Names);
    }

    [Fact]
    public void A_loop_of_ones_own()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = TrainingTask.BinaryData(100), test = TrainingTask.BinaryData(40, seed: 2);
        double before = model.Evaluate(test).Loss;

        using (Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Adam(0.01), BatchSize = 20 }))
        {
            for (double best = double.PositiveInfinity, loss; (loss = model.Evaluate(test).Loss) < best; best = loss)
            {
                trainer.RunEpoch(data); // and publishes what it has learned
                trainer.LearningRate *= 0.95;
            }
        }

        Assert.True(model.Evaluate(test).Loss < before);
    }

    [Fact]
    public void A_training_that_is_cancelled()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = TrainingTask.BinaryData(40);
        History? kept = null;
        using var source = new CancellationTokenSource();
        var options = new TrainingOptions { Epochs = 100, Progress = new CancelAfter(source, epoch: 3) };

        try
        {
            model.Fit(data, options, source.Token);
        }
        catch (TrainingCanceledException cancelled)
        {
            kept = cancelled.History; // of the epochs that are complete
        }

        Assert.Equal(3, kept?.Epochs);
    }

    private sealed class CancelAfter(CancellationTokenSource source, int epoch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.IsEpochEnd && value.Epoch == epoch)
            {
                source.Cancel();
            }
        }
    }
}
