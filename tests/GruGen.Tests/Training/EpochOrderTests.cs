
namespace GruGen.Tests.Training;

/// <summary>
/// The order in which an epoch takes the sequences, read off the losses: at a rate of zero and with batches of one, each step's loss is
/// that of its sequence alone.
/// </summary>
public class EpochOrderTests
{
    private const int Count = 12, Epochs = 4;

    [Fact]
    public void Every_epoch_has_an_order_of_its_own()
    {
        int[][] orders = Orders(seed: 0), again = Orders(seed: 0), others = Orders(seed: 1);
        AssertOwnOrders(orders);
        Assert.Equal(orders, again);
        Assert.All(orders.Zip(others), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.All(Orders(seed: 0, shuffle: false), order => Assert.Equal(Enumerable.Range(0, Count), order));

        // as documented: drawn from the seed and the number of the epoch
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            int[] expected = [.. Enumerable.Range(0, Count)];
            new RandomSource(0, RandomSource.ShuffleStream + (ulong)epoch).Shuffle(expected);
            Assert.Equal(expected, orders[epoch]);
        }
    }

    [Fact]
    public void A_restored_trainer_goes_on_with_the_next_order()
    {
        int[][] orders = Orders(seed: 5);
        using var file = new MemoryStream();
        using (Trainer<int> trainer = TrainingTask.BinaryModel(seed: 3).BeginTraining(Options(seed: 5, shuffle: true, [])))
        {
            trainer.RunEpoch(Data());
            trainer.RunEpoch(Data());
            trainer.Save(file);
        }

        var losses = new List<double>();
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 3);
        using Trainer<int> restored = model.BeginTraining(Options(seed: 8, shuffle: true, losses));
        file.Position = 0;
        restored.Restore(file);
        restored.RunEpoch(Data());
        Assert.Equal(orders[2], OrderOf(losses, [.. Enumerable.Range(0, Count).Select(i => model.Evaluate(Data().Subset([i])).Loss)]));
    }

    [Fact]
    public void So_it_is_with_pairs()
    {
        EncoderDecoder<int> models = ReversalTask.Models(seed: 3);
        PairDataset<int> data = ReversalTask.Pairs(models, Enumerable.Range(0, Count).Select(i => new[] { i % 10, i * 3 % 10, i / 10 }));
        var losses = new List<double>();
        models.Fit(data, Options(seed: 0, shuffle: true, losses));
        using var trainer = new PairTrainer<int>(models, Options(seed: 0, shuffle: true, []));
        double[] each = [.. Enumerable.Range(0, Count).Select(i => trainer.Evaluate(data, i, 1, CancellationToken.None).Loss)];

        AssertOwnOrders([.. losses.Chunk(Count).Select(epoch => OrderOf(epoch, each))]);
    }

    private static void AssertOwnOrders(int[][] orders)
    {
        Assert.Equal(Epochs, orders.Length);
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, Count), order.Order()));
        Assert.Equal(Epochs, orders.Select(order => string.Join(' ', order)).Distinct().Count());
    }

    private static int[][] Orders(int seed, bool shuffle = true)
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 3);
        double[] each = [.. Enumerable.Range(0, Count).Select(i => model.Evaluate(Data().Subset([i])).Loss)];
        var losses = new List<double>();
        model.Fit(Data(), Options(seed, shuffle, losses));
        return [.. losses.Chunk(Count).Select(epoch => OrderOf(epoch, each))];
    }

    /// <summary>Which sequences these are, by the means that were reported after each of them.</summary>
    private static int[] OrderOf(IReadOnlyList<double> means, double[] each)
    {
        Assert.True(each.Order().Zip(each.Order().Skip(1)).All(pair => pair.Second - pair.First > 1e-5), "Two sequences have the same loss.");
        return [.. means.Select((mean, step) =>
        {
            double loss = (mean * (step + 1)) - (step == 0 ? 0 : means[step - 1] * step);
            int sequence = Array.IndexOf(each, each.MinBy(value => Math.Abs(value - loss)));
            Assert.Equal(each[sequence], loss, 2e-6);
            return sequence;
        })];
    }

    private static TrainingOptions Options(int seed, bool shuffle, List<double> losses) => new()
    {
        Optimizer = new Sgd(0),
        BatchSize = 1,
        Epochs = Epochs,
        Seed = seed,
        Shuffle = shuffle,
        Progress = new Listener(losses),
    };

    private static SequenceDataset<int> Data()
    {
        var data = new SequenceDataset<int>(TrainingTask.Binary);
        for (int i = 0; i < Count; i++)
        {
            data.Add([.. Enumerable.Range(0, 1 + i).Select(t => (i + t * t) % 6)], label: i % 2);
        }

        return data;
    }

    private sealed class Listener(List<double> losses) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (!value.IsEpochEnd)
            {
                losses.Add(value.Loss);
            }
        }
    }
}
