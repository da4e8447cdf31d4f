using System.Text.Json;

namespace GruGen.Tests.Training;

/// <summary>What happens while <c>Fit</c> trains.</summary>
public class CallbackTests
{
    [Fact]
    public void They_are_called_in_order_on_the_thread_that_trains()
    {
        var calls = new List<string>();
        var options = new TrainingOptions
        {
            BatchSize = 8, Epochs = 2, Metrics = [Metric.Accuracy], ValidationSplit = 0.5,
            Callbacks = [new Told(calls, "a"), new Told(calls, "b")], OnEpochEnd = progress => calls.Add($"epoch {progress.Epoch}"),
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
    public void Early_stopping_gives_the_weights_of_the_best_epoch_back()
    {
        var stopping = new EarlyStopping { Patience = 3 };
        DynamicModel<int> model = TrainingTask.BinaryModel();
        var options = new TrainingOptions { Optimizer = new Sgd(25), Epochs = 60, BatchSize = 4, ValidationData = TrainingTask.BinaryData(20, seed: 9), Callbacks = [stopping] };
        History history = model.Fit(TrainingTask.BinaryData(40), options);
        IReadOnlyList<double> measured = history["val_loss"];
        int best = measured.Index().MinBy(pair => pair.Item).Index + 1;
        Assert.Equal((best, measured[best - 1]), (stopping.BestEpoch, stopping.BestValue));
        Assert.Equal(Math.Min(best + 3, 60), history.Epochs);
        Assert.True(history.Epochs < 60);
        Assert.Equal(stopping.BestValue, model.Evaluate(TrainingTask.BinaryData(20, seed: 9)).Loss);

        // as Keras by default: the weights of the last epoch stay
        DynamicModel<int> last = TrainingTask.BinaryModel();
        last.Fit(TrainingTask.BinaryData(40), options with { Callbacks = [new EarlyStopping { Patience = 3, RestoreBestWeights = false }] });
        Assert.Equal(measured[^1], last.Evaluate(TrainingTask.BinaryData(20, seed: 9)).Loss);
    }

    [Fact]
    public void A_cancelled_training_keeps_its_last_weights_and_goes_on_from_them()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        DynamicModel<int> whole = TrainingTask.BinaryModel(), parts = TrainingTask.BinaryModel();
        TrainingOptions Options(params TrainingCallback[] more) => new()
        {
            Optimizer = new Sgd(25), Epochs = 6, BatchSize = 8, Callbacks = [new EarlyStopping { Monitor = "loss", Patience = 9 }, .. more],
        };
        whole.Fit(data, Options());
        using var source = new CancellationTokenSource();
        using (Trainer<int> trainer = parts.BeginTraining(Options(new Recorder(run => CancelAt(run)))))
        {
            TrainingCanceledException canceled = Assert.Throws<TrainingCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
            Assert.Equal(2, canceled.History.Epochs);
            trainer.Fit(data);
        }

        Assert.Equal(whole.Parameters.All, parts.Parameters.All);

        void CancelAt(TrainingRun run)
        {
            if (run.StepCount == 10)
            {
                source.Cancel();
            }
        }
    }

    [Fact]
    public void A_training_that_is_cancelled_while_it_validates_goes_on_with_the_validation()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(32), validation = TrainingTask.BinaryData(200, seed: 5);
        using var source = new CancellationTokenSource();
        var seen = new List<int>();
        var options = new TrainingOptions
        {
            Epochs = 3, BatchSize = 8, Metrics = [new Cancelling(source, after: 3)], ValidationData = validation, OnEpochEnd = progress => seen.Add(progress.Epoch),
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
    public void The_best_weights_come_back_however_training_ends()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        foreach (Exception? cause in new Exception?[] { null, new IOException("full"), new NotFiniteNumberException("far") })
        {
            DynamicModel<int> model = TrainingTask.BinaryModel();
            var stopping = new EarlyStopping { Monitor = "val_loss", Patience = 99 };
            using var source = new CancellationTokenSource();
            var options = new TrainingOptions
            {
                Optimizer = new Sgd(25), Epochs = 12, BatchSize = 8, ValidationData = data, Callbacks = [stopping, new Recorder(run => Interrupt(run))],
            };
            Exception thrown = Assert.ThrowsAny<Exception>(() => model.Fit(data, options, source.Token));
            Assert.Equal(cause?.GetType() ?? typeof(TrainingCanceledException), thrown.GetType());
            Assert.InRange(stopping.BestEpoch, 1, 9);
            Assert.Equal(stopping.BestValue, model.Evaluate(data).Loss);

            void Interrupt(TrainingRun run)
            {
                if (run.StepCount == 38)
                {
                    source.Cancel();
                    throw cause ?? new OperationCanceledException();
                }
            }
        }
    }

    [Fact]
    public void A_training_that_is_refused_leaves_the_logs_of_the_one_before()
    {
        using var folder = new Folder();
        SequenceDataset<int> data = TrainingTask.BinaryData(16);
        string log = folder.File("log.csv"), run = folder.File("run");
        TrainingTask.BinaryModel().Fit(data, new TrainingOptions { Epochs = 3, Callbacks = [new CsvLog(log), new Checkpoint(run)] });
        string[] before = File.ReadAllLines(log);
        Assert.Throws<IOException>(() => TrainingTask.BinaryModel().Fit(data, new TrainingOptions { Callbacks = [new CsvLog(log), new Checkpoint(run)] }));
        Assert.Throws<InvalidOperationException>(() => TrainingTask.BinaryModel().Fit(
            data, new TrainingOptions { Callbacks = [new CsvLog(log), new EarlyStopping { Monitor = "val_los" }] }));
        Assert.Equal(before, File.ReadAllLines(log));

        // with other columns it would be no table
        Assert.Contains("other columns", Assert.Throws<InvalidOperationException>(() => TrainingTask.BinaryModel().Fit(
            data, new TrainingOptions { Epochs = 5, Metrics = [Metric.Accuracy], Callbacks = [new CsvLog(log), new Checkpoint(run) { Resume = true }] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_folders_with_checkpoints_the_newest_one_is_gone_on_from_in_either_order()
    {
        using var folder = new Folder();
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        DynamicModel<int> whole = TrainingTask.BinaryModel();
        whole.Fit(data, new TrainingOptions { Epochs = 3, BatchSize = 8 });
        foreach (bool reversed in new[] { false, true })
        {
            Checkpoint[] Both() => [new Checkpoint(folder.File($"a{reversed}")) { Resume = true }, new Checkpoint(folder.File($"b{reversed}")) { Resume = true, EverySteps = 3 }];
            var options = new TrainingOptions { Epochs = 3, BatchSize = 8, Callbacks = [.. Both(), new Recorder(StopAt)] };
            TrainingTask.BinaryModel().Fit(data, options);
            DynamicModel<int> model = TrainingTask.BinaryModel();
            model.Fit(data, options with { Callbacks = reversed ? [.. Both().Reverse()] : Both() });
            Assert.Equal(whole.Parameters.All, model.Parameters.All);
        }

        static void StopAt(TrainingRun run)
        {
            if (run.StepCount == 7)
            {
                run.Stop();
            }
        }
    }

    [Fact]
    public void What_was_watched_before_a_checkpoint_is_not_compared_with_something_else()
    {
        using var folder = new Folder();
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        TrainingOptions Options(int epochs, string monitor, EarlyStopping stopping) => new()
        {
            Epochs = epochs, BatchSize = 8, Metrics = [Metric.Accuracy], ReduceOnPlateau = new ReduceOnPlateau { Monitor = monitor },
            Callbacks = [new Checkpoint(folder.File("run")) { Resume = true, Monitor = monitor }, stopping],
        };
        TrainingTask.BinaryModel().Fit(data, Options(3, "loss", new EarlyStopping { Monitor = "loss" }));
        var accuracy = new EarlyStopping { Monitor = "accuracy", Patience = 50 };
        History history = TrainingTask.BinaryModel().Fit(data, Options(9, "accuracy", accuracy));
        Assert.Equal(9, history.Epochs);
        Assert.InRange(accuracy.BestEpoch, 4, 9);
        Assert.Equal(history["accuracy"].Skip(3).Max(), accuracy.BestValue);
    }

    [Fact]
    public void A_learning_rate_that_is_set_is_that_one_whatever_a_plateau_has_made_of_it()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(16);
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(new TrainingOptions
        {
            Epochs = 4, Optimizer = new Sgd(0), ReduceOnPlateau = new ReduceOnPlateau { Monitor = "loss", Patience = 0, Factor = 0.5 },
        });
        trainer.Fit(data);
        trainer.LearningRate = 0.25;
        Assert.Equal(0.25, trainer.LearningRate);
        Assert.Throws<InvalidOperationException>(() => TrainingTask.BinaryModel().BeginTraining(
            new TrainingOptions { ReduceOnPlateau = new ReduceOnPlateau { Monitor = "val_acc" } }));
    }

    [Theory]
    [InlineData("val_loss", "is not measured; measured are loss, accuracy")]
    [InlineData("acuracy", "is not measured")]
    [InlineData("own", "LargerIsBetter")]
    public void A_value_that_is_not_measured_or_not_understood_is_refused(string name, string expected)
    {
        var options = new TrainingOptions { Metrics = [Metric.Accuracy, new Own()], Callbacks = [new EarlyStopping { Monitor = name }] };
        Assert.Contains(expected, Assert.Throws<InvalidOperationException>(() => TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(8), options)).Message, StringComparison.Ordinal);
        var larger = new EarlyStopping { Monitor = "own", LargerIsBetter = true, StartFromEpoch = 2 };
        TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(8), options with { Epochs = 5, Callbacks = [larger] });
        Assert.Equal((2, 1.0), (larger.BestEpoch, larger.BestValue));
    }

    [Fact]
    public void Two_models_that_learn_together_stop_early_too()
    {
        EncoderDecoder<int> models = ReversalTask.Models(seed: 3);
        int[][] sources = [.. Enumerable.Range(0, 12).Select(i => new[] { i % 10, i * 3 % 10, i / 10 })];
        PairDataset<int> data = ReversalTask.Pairs(models, sources[..8]), validation = ReversalTask.Pairs(models, sources[8..]);
        var stopping = new EarlyStopping { Patience = 2 };
        var options = new TrainingOptions { Optimizer = new Sgd(3), Epochs = 30, BatchSize = 4, ValidationData = validation, Callbacks = [stopping] };
        History history = models.Fit(data, options);
        Assert.InRange(history.Epochs, 3, 29);
        using (var trainer = new PairTrainer<int>(models, options))
        {
            Assert.Equal(stopping.BestValue, trainer.Evaluate(validation, 0, 4, CancellationToken.None).Loss);
        }

        Assert.Throws<ArgumentException>("options", () => models.Fit(data, options with { Callbacks = [new Checkpoint("x")] }));
    }

    [Fact]
    public void Logs_have_a_line_for_each_epoch_and_go_on_where_a_checkpoint_was()
    {
        using var folder = new Folder();
        (string csv, string json) = (folder.File("log.csv"), folder.File("log.jsonl"));
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        TrainingOptions Options(int epochs, bool resume = true) => new()
        {
            Epochs = epochs, BatchSize = 8, Metrics = [Metric.Accuracy],
            Callbacks = [new Checkpoint(folder.File("run")) { Resume = resume, EverySteps = 3 }, new CsvLog(csv), new JsonLinesLog(json)],
        };
        TrainingTask.BinaryModel().Fit(data, Options(2));
        File.AppendAllText(csv, "3,of an epoch,that was not saved\n");
        History history = TrainingTask.BinaryModel(seed: 9).Fit(data, Options(4));
        string[] lines = File.ReadAllLines(csv), objects = File.ReadAllLines(json);
        Assert.Equal("epoch,loss,accuracy", lines[0]);
        Assert.Equal((5, 4), (lines.Length, objects.Length));
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(FormattableString.Invariant($"{i + 1},{history["loss"][i]:R},{history["accuracy"][i]:R}"), lines[i + 1]);
            JsonElement line = JsonDocument.Parse(objects[i]).RootElement;
            Assert.Equal((i + 1, 4 * (i + 1)), (line.GetProperty("epoch").GetInt32(), line.GetProperty("step").GetInt32()));
            Assert.Equal(history["loss"][i], line.GetProperty("loss").GetDouble());
        }

        // a training that begins anew begins its logs anew
        TrainingTask.BinaryModel().Fit(data, Options(1) with { Callbacks = [new CsvLog(csv)] });
        Assert.Equal(2, File.ReadAllLines(csv).Length);
    }

    [Fact]
    public void Checkpoints_are_kept_as_many_as_are_wanted_with_the_best_model_beside()
    {
        using var folder = new Folder();
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        var checkpoint = new Checkpoint(folder.File("run")) { EverySteps = 3, Keep = 2, Monitor = "loss" };
        var options = new TrainingOptions { Epochs = 3, BatchSize = 8, Callbacks = [checkpoint, new EarlyStopping { Monitor = "loss" }] };
        DynamicModel<int> model = TrainingTask.BinaryModel();
        model.Fit(data, options);
        Assert.Equal(
            ["best.safetensors", "step-00000009.safetensors", "step-00000012.safetensors"],
            Directory.GetFiles(checkpoint.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.EndsWith("step-00000012.safetensors", checkpoint.Newest, StringComparison.Ordinal);
        DynamicModel<int> best = TrainingTask.BinaryModel(seed: 8);
        best.LoadParameters(Path.Combine(checkpoint.Folder, "best.safetensors"));
        Assert.Equal(model.Parameters.All, best.Parameters.All); // the last epoch was the best one

        // what is there is not lost by mistake
        Assert.Contains("set Resume", Assert.Throws<IOException>(() => TrainingTask.BinaryModel().Fit(data, options)).Message, StringComparison.Ordinal);

        // a complete training is complete
        DynamicModel<int> again = TrainingTask.BinaryModel(seed: 8);
        History history = again.Fit(data, options with { Callbacks = [new Checkpoint(checkpoint.Folder) { Resume = true, Keep = 2 }] });
        Assert.Equal(3, history.Epochs);
        Assert.Equal(model.Parameters.All, again.Parameters.All);

        // a damaged file is told of, and another one is not taken in its place
        string newest = checkpoint.Newest!;
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^5]);
        Assert.Throws<InvalidDataException>(() => TrainingTask.BinaryModel().Fit(data, options with { Callbacks = [new Checkpoint(checkpoint.Folder) { Resume = true }] }));
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
            Optimizer = new Sgd(3), BatchSize = 1, Epochs = 6, Shuffle = false, OnEpochEnd = progress => reports.Add(progress.IsDiverging),
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

    private sealed class Own() : MeanMetric("own")
    {
        protected override double Sum(in OutputRows rows) => rows.Counted.Count;
    }
}

/// <summary>A folder of a test's own.</summary>
internal sealed class Folder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("grugen").FullName;

    public string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
