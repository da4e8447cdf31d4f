using Extensions;

namespace GruGen.Tests.Training;

/// <summary>What docs/training.md shows of callbacks, checkpoints, streams and sources.</summary>
public class LongTrainingPageTests
{
    [Fact]
    public void Callbacks()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(60), validation = TrainingTask.BinaryData(20, seed: 3);
        using var folder = new Folder();
        string path = folder.File("log.csv");
        var lines = new List<string>();

        var options = new TrainingOptions
        {
            Epochs = 40,
            Optimizer = new Adam(0.01),
            Metrics = [Metric.Accuracy],
            ValidationData = validation,
            Callbacks = [new EarlyStopping { Monitor = "val_loss", Patience = 3 }, new CsvLog(path)],
            OnEpochEnd = progress => lines.Add($"epoch {progress.Epoch}: {progress.Metrics}"),
        };
        History history = model.Fit(data, options);

        Assert.Equal(history.Epochs, lines.Count);
        Assert.Equal(history.Epochs + 1, File.ReadAllLines(path).Length);
    }

    [Fact]
    public void A_callback_of_ones_own()
    {
        var callback = new StopAtAccuracy(0.6);
        History history = TrainingTask.BinaryModel().Fit(
            TrainingTask.BinaryData(100), new TrainingOptions { Epochs = 200, Optimizer = new Adam(0.01), Metrics = [Metric.Accuracy], Callbacks = [callback] });
        Assert.True(history.Epochs < 200);
        Assert.True(history["accuracy"][^1] >= 0.6);
    }

    [Fact]
    public void A_training_that_survives_being_killed()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(60);
        using var place = new Folder();
        string folder = place.File("checkpoints");

        var checkpoint = new Checkpoint(folder) { Resume = true, EverySteps = 1000, Keep = 2, Monitor = "loss" };
        model.Fit(data, new TrainingOptions { Epochs = 10, Callbacks = [checkpoint] }); // the same line begins and goes on

        Assert.NotNull(checkpoint.Newest);
        Assert.True(File.Exists(Path.Combine(folder, "best.safetensors")));
    }

    [Fact]
    public void A_trainer_that_goes_on()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(60);
        History history;

        using (Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Epochs = 2 }))
        {
            trainer.Fit(data);
            history = trainer.Fit(data, epochs: 3); // three more, with the moments and the numbers of steps and epochs of before
        }

        Assert.Equal(5, history.Epochs);
    }

    [Fact]
    public void Long_streams()
    {
        var writer = new TruncatedOne();
        int[] tokens = [.. Enumerable.Range(0, 2001).Select(i => i * i % 13)];

        SequenceDataset<int> data = writer.CreateStreamDataset(tokens, streams: 8, steps: 25);
        History history = writer.Fit(data, new TrainingOptions { Epochs = 4, Optimizer = new Adam(0.01), ClipNorm = 1 });

        Assert.True(history["loss"][^1] < history["loss"][0]);
    }

    [Fact]
    public void Data_larger_than_memory()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        using var folder = new Folder();
        string path = folder.File("data.txt");
        File.WriteAllLines(path, Enumerable.Range(0, 50).Select(i => $"{i % 2} {i % 6} {i / 10} {i % 3}"));

        var source = new SequenceSource<int, string>(() => File.ReadLines(path), (batch, line) =>
        {
            int[] numbers = [.. line.Split(' ').Select(int.Parse)];
            batch.Add(numbers.AsSpan(1), label: numbers[0]);
        })
        {
            Count = 50, // if it is known, reports have it
            ShuffleBuffer = 10_000,
        };
        History history = model.Fit(source, new TrainingOptions { Epochs = 3 });

        Assert.Equal(3, history.Epochs);
    }

    [Fact]
    public void Batches()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(64);

        var options = new TrainingOptions
        {
            BatchSize = 8,
            AccumulatedBatches = 4, // a step is made along the mean gradient of 4 batches
            GroupByLength = true, // batches of sequences that are about equally long
            SamplingWeights = [.. Enumerable.Range(0, data.Count).Select(i => i < 10 ? 3.0 : 1.0)], // the first ten are drawn three times as often
            FrozenLayers = ["embedding"], // whose parameters stay as they are
            MaxDegreeOfParallelism = 2, // threads, with the same bits as one
        };

        Assert.Equal(1, TrainingTask.BinaryModel().Fit(data, options).Epochs);
    }
}
