namespace GruGen.Tests.Training;

/// <summary>What happens while <c>Fit</c> trains, and how it ends.</summary>
public class CallbackTests
{
    [Fact]
    public void They_are_called_in_order_on_the_thread_that_trains()
    {
        var calls = new List<string>();
        var options = new TrainingOptions
        {
            BatchSize = 8,
            Epochs = 2,
            Metrics = [Metric.Accuracy],
            ValidationSplit = 0.5,
            Callbacks = [new Told(calls, "a"), new Told(calls, "b")],
            OnEpochEnd = progress => calls.Add($"epoch {progress.Epoch}"),
        };
        TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(32), options);
        Assert.Equal(["a begin", "b begin", .. Epoch(1), .. Epoch(2), "a end", "b end"], calls);

        IEnumerable<string> Epoch(int number) =>
            ["a batch 1", "b batch 1", "a batch 2", "b batch 2", $"epoch {number}", $"a epoch {number} of 2 batches", $"b epoch {number} of 2 batches"];
    }

    [Fact]
    public void One_may_stop_training_after_a_batch_or_an_epoch()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        float[] before = model.Parameters.All.ToArray();
        History history = model.Fit(TrainingTask.BinaryData(32), new TrainingOptions { BatchSize = 8, Epochs = 9, Callbacks = [new Recorder(Stop(6))] });
        Assert.Equal(1, history.Epochs);
        Assert.NotEqual(before, model.Parameters.All.ToArray());

        static Action<TrainingRun> Stop(int steps) => run =>
        {
            if (run.StepCount == steps)
            {
                run.Stop();
                Assert.Equal((1, 2), (run.EpochCount, run.Batch));
            }
        };
    }

    [Fact]
    public void A_training_that_is_cancelled_while_it_validates_goes_on_with_the_validation()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(32), validation = TrainingTask.BinaryData(200, seed: 5);
        using var source = new CancellationTokenSource();
        var seen = new List<int>();
        var options = new TrainingOptions
        {
            Epochs = 3,
            BatchSize = 8,
            Metrics = [new Cancelling(source, after: 3)],
            ValidationData = validation,
            OnEpochEnd = progress => seen.Add(progress.Epoch),
        };
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(options);
        Assert.Equal(0, Assert.Throws<TrainingCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token)).History.Epochs);
        Assert.Equal((0, 4), (trainer.EpochCount, trainer.StepCount));
        History history = trainer.Fit(data);
        Assert.Equal((3, 12), (trainer.EpochCount, trainer.StepCount));
        Assert.Equal([1, 2, 3], seen);
        Assert.All(history.Names, name => Assert.Equal(3, history[name].Count(double.IsFinite)));
    }

    [Fact]
    public void A_learning_rate_that_is_set_is_that_one_whatever_a_plateau_has_made_of_it()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(16);
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(new TrainingOptions
        {
            Epochs = 4,
            Optimizer = new Sgd(0),
            ReduceOnPlateau = new ReduceOnPlateau { Monitor = "loss", Patience = 0, Factor = 0.5 },
        });
        trainer.Fit(data);
        trainer.LearningRate = 0.25;
        Assert.Equal(0.25, trainer.LearningRate);
        Assert.Throws<InvalidOperationException>(() => TrainingTask.BinaryModel().BeginTraining(
            new TrainingOptions { ReduceOnPlateau = new ReduceOnPlateau { Monitor = "val_acc" } }));
    }

    [Fact]
    public void A_second_fit_begins_its_optimiser_anew_and_a_trainer_goes_on()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        var options = new TrainingOptions { Epochs = 2, BatchSize = 8, Shuffle = false };
        DynamicModel<int> whole = TrainingTask.BinaryModel(), parts = TrainingTask.BinaryModel(), anew = TrainingTask.BinaryModel();
        whole.Fit(data, options with { Epochs = 5 });
        using (Trainer<int> trainer = parts.BeginTraining(options))
        {
            Assert.Equal(2, trainer.Fit(data).Epochs);
            Assert.Equal(2, trainer.Fit(data).Epochs);
            Assert.Equal(5, trainer.Fit(data, epochs: 3).Epochs);
        }

        anew.Fit(data, options);
        anew.Fit(data, options with { Epochs = 3 });
        Assert.Equal(whole.Parameters.All, parts.Parameters.All);
        Assert.NotEqual(whole.Parameters.All.ToArray(), anew.Parameters.All.ToArray());
    }

    [Fact]
    public void A_loss_that_runs_away_is_told()
    {
        ModelSchema schema = ModelSchema.ForFeatures("R", 1, LayerSchema.Gru(3, SequenceOutput.Final), LayerSchema.Dense(1));
        var data = new SequenceDataset<float>(schema);
        data.Add([1], 1f);
        data.Add([-1], 2f);
        var reports = new List<bool>();
        History history = new DynamicModel<float>(schema).Fit(data, new TrainingOptions
        {
            Optimizer = new Sgd(3),
            BatchSize = 1,
            Epochs = 6,
            Shuffle = false,
            OnEpochEnd = progress => reports.Add(progress.IsDiverging),
        });
        int first = reports.IndexOf(true);
        Assert.InRange(first, 1, 5);
        Assert.Equal(first + 1, history.DivergedInEpoch);
        Assert.True(double.IsFinite(history["loss"][^1]));
        Assert.Equal(0, TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(16)).DivergedInEpoch);
    }

    [Fact]
    public void Lists_of_callbacks_are_checked()
    {
        var stopping = new EarlyStopping();
        Assert.Throws<ArgumentException>("Callbacks", () => new TrainingOptions { Callbacks = [stopping, stopping] });
        Assert.Throws<ArgumentException>("Callbacks", () => new TrainingOptions { Callbacks = [null!] });
        Assert.Throws<ArgumentNullException>("Callbacks", () => new TrainingOptions { Callbacks = null! });
        Assert.Throws<ArgumentOutOfRangeException>("Patience", () => new EarlyStopping { Patience = -1 });
        Assert.Throws<ArgumentException>("Monitor", () => new EarlyStopping { Monitor = "" });
        Assert.Throws<ArgumentOutOfRangeException>("Keep", () => new Checkpoint("x") { Keep = 0 });
        Assert.Throws<ArgumentException>("folder", () => new Checkpoint(""));
        Assert.Throws<ArgumentException>("path", () => new CsvLog(""));
    }

    private sealed class Told(List<string> calls, string name) : TrainingCallback
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;

        protected internal override void OnTrainingBegin(TrainingRun run) => calls.Add($"{name} begin");

        protected internal override void OnBatchEnd(TrainingRun run)
        {
            Assert.Equal(_thread, Environment.CurrentManagedThreadId);
            calls.Add($"{name} batch {run.Batch}");
        }

        protected internal override void OnEpochEnd(TrainingRun run)
        {
            Assert.Equal(["loss", "accuracy", "val_loss", "val_accuracy"], run.MeasuredNames);
            Assert.Equal(run.EpochCount, run.History.Epochs);
            calls.Add($"{name} epoch {run.EpochCount} of {run.Batch} batches");
        }

        protected internal override void OnTrainingEnd(TrainingRun run) => calls.Add($"{name} end");
    }

    /// <summary>Cancels in the first evaluation, after some of the blocks of outputs that it is shown.</summary>
    private sealed class Cancelling(CancellationTokenSource source, int after) : MeanMetric("cancelling")
    {
        private int _left = 4 + after; // four batches are trained on before

        protected override double Sum(in OutputRows rows)
        {
            if (--_left == 0)
            {
                source.Cancel();
            }

            return rows.Counted.Count;
        }
    }
}
