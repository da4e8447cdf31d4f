
namespace GruGen.Tests.Training;

public class FitTests
{
    [Fact]
    public void A_model_learns_and_its_history_tells()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = TrainingTask.BinaryData(400);
        History history = model.Fit(
            data, new TrainingOptions { Loss = Loss.BinaryCrossEntropy, Optimizer = new Adam(0.02), Epochs = 8, Metrics = [Metric.Accuracy], ValidationSplit = 0.25f });

        Assert.Equal(["loss", "accuracy", "val_loss", "val_accuracy"], history.Names);
        Assert.All(history.Names, name => Assert.Equal(8, history[name].Count));
        Assert.Equal(8, history.Epochs);
        Assert.True(history.Elapsed > TimeSpan.Zero);
        Assert.True(history["loss"][^1] < history["loss"][0] / 2, string.Join(' ', history["loss"]));
        Assert.True(history["val_accuracy"][^1] > 0.9, string.Join(' ', history["val_accuracy"]));
        Assert.Contains("loss, accuracy", Assert.Throws<KeyNotFoundException>(() => history["mae"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_learns_steps()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel(seed: 1);
        SequenceDataset<float> data = TrainingTask.TaggerData(300);
        History history = model.Fit(data, new TrainingOptions { Optimizer = new Adam(0.02), Epochs = 10, Metrics = [Metric.Accuracy] });
        Assert.True(history["accuracy"][^1] > 0.85, string.Join(' ', history["accuracy"]));
        Assert.True(model.Evaluate(data).Accuracy > 0.85);
    }

    [Fact]
    public void Validation_takes_the_last_sequences_before_shuffling()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(50);
        var options = new TrainingOptions { Epochs = 2, BatchSize = 8, Metrics = [Metric.Accuracy] };
        DynamicModel<int> one = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel();
        History split = one.Fit(data, options with { ValidationSplit = 0.2 });
        SequenceDataset<int> last = data.Subset([.. Enumerable.Range(40, 10)]);
        History apart = other.Fit(data.Take(40), options with { ValidationData = last });

        Assert.Equal(one.Parameters.All, other.Parameters.All);
        Assert.All(split.Names, name => Assert.Equal(split[name], apart[name]));
        Assert.Equal(one.Evaluate(last).Loss, split["val_loss"][^1]);
    }

    [Theory]
    [InlineData(0.5, 5, 2)]
    [InlineData(0.5, 7, 4)]
    [InlineData(0.25, 10, 2)]
    [InlineData(0.29, 100, 29)]
    [InlineData(0.2, 7, 1)]
    [InlineData(0.26, 3, 1)]
    public void Validation_is_rounded_as_a_split_is(double fraction, int count, int validation)
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(count);
        var batches = new HashSet<int>();
        History history = TrainingTask.BinaryModel().Fit(data, new TrainingOptions
        {
            Optimizer = new Sgd(0),
            BatchSize = 1,
            ValidationSplit = fraction,
            Progress = new Listener(report => batches.Add(report.Batches)),
        });

        Assert.Equal([count - validation], batches);
        double expected = TrainingTask.BinaryModel().Evaluate(data.Subset([.. Enumerable.Range(count - validation, validation)])).Loss;
        Assert.Equal(expected, history["val_loss"][0]);
    }

    [Fact]
    public void Cancelling_stops_at_a_batch_and_leaves_a_usable_model()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(40);
        float[] before = model.Parameters.All.ToArray();
        using var source = new CancellationTokenSource();
        var reports = new List<TrainingProgress>();
        var progress = new Listener(report =>
        {
            reports.Add(report);
            if (report is { Epoch: 2, Batch: 3 })
            {
                source.Cancel();
            }
        });

        TrainingCanceledException exception = Assert.Throws<TrainingCanceledException>(
            () => model.Fit(data, new TrainingOptions { Epochs = 5, BatchSize = 8, ValidationSplit = 0.2, Progress = progress }, source.Token));

        Assert.Equal(source.Token, exception.CancellationToken);
        Assert.Equal(1, exception.History.Epochs);
        Assert.Single(exception.History["loss"]);
        Assert.Single(exception.History["val_loss"]);
        Assert.True(exception.History.Elapsed > TimeSpan.Zero);
        Assert.Equal((2, 3), (reports[^1].Epoch, reports[^1].Batch));
        Assert.NotEqual(before, model.Parameters.All.ToArray());
        Assert.Equal(1, model.Fit(data).Epochs);
    }

    [Fact]
    public void A_training_that_is_cancelled_before_it_begins_does_nothing()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        float[] before = model.Parameters.All.ToArray();
        var canceled = new CancellationToken(canceled: true);
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        TrainingCanceledException exception = Assert.Throws<TrainingCanceledException>(() => model.Fit(data, cancellationToken: canceled));
        Assert.Equal((0, canceled), (exception.History.Epochs, exception.CancellationToken));
        Assert.Equal(before, model.Parameters.All);
        Assert.Equal(canceled, Assert.Throws<OperationCanceledException>(() => model.Evaluate(data, cancellationToken: canceled)).CancellationToken);
        using Trainer<int> trainer = model.BeginTraining();
        Assert.Equal(canceled, Assert.Throws<OperationCanceledException>(() => trainer.RunEpoch(data, canceled)).CancellationToken);
        Assert.Equal(0, trainer.StepCount);
    }

    [Fact]
    public void Progress_is_reported_after_every_batch_and_epoch()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        var reports = new List<TrainingProgress>();
        History history = model.Fit(TrainingTask.BinaryData(20), new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 8,
            Metrics = [Metric.Accuracy, Metric.MeanAbsoluteError],
            ValidationSplit = 0.2,
            Progress = new Listener(reports.Add),
        });

        Assert.Equal([(1, 1, false), (1, 2, false), (1, 2, true), (2, 1, false), (2, 2, false), (2, 2, true)], reports.Select(r => (r.Epoch, r.Batch, r.IsEpochEnd)));
        Assert.All(reports, report => Assert.Equal((2, 2), (report.Epochs, report.Batches)));
        Assert.All(reports, report => Assert.Equal(["loss", "accuracy", "mae"], report.Metrics.Select(pair => pair.Key)));
        Assert.All(reports, report => Assert.Equal(report.IsEpochEnd, report.Validation is not null));
        Assert.Equal(history["loss"], reports.Where(report => report.IsEpochEnd).Select(report => report.Loss));
        Assert.Equal(history["val_mae"], reports.Where(report => report.IsEpochEnd).Select(report => report.Validation!.Value["mae"]));
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
        Assert.Equal(TimeSpan.Zero, reports[^1].EpochRemaining);
        Assert.Equal(3 * reports[0].Elapsed, reports[0].Remaining);
        Assert.Equal(reports[0].EpochElapsed, reports[0].EpochRemaining);
    }

    [Fact]
    public void A_report_and_an_epoch_of_reports_cost_no_memory()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(64);
        double sum = 0;
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(new TrainingOptions
        {
            BatchSize = 1,
            Shuffle = false,
            Metrics = [Metric.Accuracy],
            Progress = new Listener(report => sum += report.Metrics[1].Value),
        });
        trainer.RunEpoch(data);
        long before = GC.GetAllocatedBytesForCurrentThread();
        trainer.RunEpoch(data);
        long first = GC.GetAllocatedBytesForCurrentThread() - before;

        // what an epoch allocates is the published weights, and does not grow with the batches
        data = TrainingTask.BinaryData(128);
        trainer.RunEpoch(data);
        before = GC.GetAllocatedBytesForCurrentThread();
        trainer.RunEpoch(data);
        Assert.Equal(first, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Predictions_while_training_use_the_weights_of_the_last_epoch()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        var predictions = new List<(bool IsEpochEnd, float Value)>();
        model.Fit(TrainingTask.BinaryData(40), new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 8,
            Optimizer = new Sgd(0.5),
            Progress = new Listener(report => predictions.Add((report.IsEpochEnd, Predict(model)))),
        });

        float[] first = [.. predictions.Take(5).Select(p => p.Value)], second = [.. predictions.Skip(6).Take(4).Select(p => p.Value)];
        Assert.Single(first.Take(4).Distinct());
        Assert.Single(second.Append(predictions[5].Value).Distinct());
        Assert.NotEqual(first[0], second[0]);
        Assert.Equal(predictions[^1].Value, Predict(model));
    }

    [Fact]
    public void A_loss_that_is_not_finite_leaves_a_usable_model()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        model.Parameters.Set("dense1.bias", [float.NaN]);
        Assert.Throws<NotFiniteNumberException>(() => model.Fit(TrainingTask.BinaryData(8)));
        model.Parameters.Set("dense1.bias", [0]);
        model.Fit(TrainingTask.BinaryData(8));
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Equal("Epochs", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { Epochs = 0 }).ParamName);
        Assert.Equal("BatchSize", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { BatchSize = -1 }).ParamName);
        Assert.Equal("ValidationSplit", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { ValidationSplit = 1 }).ParamName);
        Assert.Equal("ClipNorm", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { ClipNorm = double.NaN }).ParamName);
        Assert.Equal("Metrics", Assert.Throws<ArgumentException>(() => new TrainingOptions { Metrics = [Metric.Accuracy, Metric.Accuracy] }).ParamName);
        Assert.Equal("Metrics", Assert.Throws<ArgumentNullException>(() => new TrainingOptions { Metrics = null! }).ParamName);
        Assert.Equal("Optimizer", Assert.Throws<ArgumentNullException>(() => new TrainingOptions { Optimizer = null! }).ParamName);

        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(4);
        Refuses(new TrainingOptions { ValidationSplit = 0.1 }, "ValidationSplit is 0.1, of 4 sequences 0");
        Refuses(new TrainingOptions { ValidationSplit = 0.99 }, "of 4 sequences 4");
        Refuses(new TrainingOptions { ValidationSplit = 0.5, ValidationData = data }, "exclude each other");
        Refuses(new TrainingOptions { ValidationData = TrainingTask.TaggerData(3) }, "ValidationData");
        var classless = new SequenceDataset<int>(TrainingTask.Binary);
        classless.Add([1], target: [3]);
        Refuses(new TrainingOptions { ValidationData = classless }, "targets from 0 to 1");
        Refuses(new TrainingOptions { Loss = Loss.CategoricalCrossEntropy }, "CategoricalCrossEntropy");
        Assert.Throws<ArgumentNullException>(() => model.Fit((SequenceDataset<int>)null!));
        Assert.Equal("data", Assert.Throws<ArgumentException>(() => model.Fit(new SequenceDataset<int>(TrainingTask.Binary))).ParamName);
        model.Fit(data);

        void Refuses(TrainingOptions options, string words) =>
            Assert.Contains(words, Assert.Throws<ArgumentException>(() => model.Fit(data, options)).Message, StringComparison.Ordinal);
    }

    private static float Predict(DynamicModel<int> model)
    {
        float[] output = new float[1];
        model.Predict([1, 2, 3], output);
        return output[0];
    }

    private sealed class Listener(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
