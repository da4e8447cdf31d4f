using System.Text.Json;

namespace GruGen.Tests.Training;

/// <summary>The files of a training: its checkpoints and its logs.</summary>
public class CheckpointTests
{
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
            Epochs = epochs,
            BatchSize = 8,
            Metrics = [Metric.Accuracy],
            ReduceOnPlateau = new ReduceOnPlateau { Monitor = monitor },
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
    public void Logs_have_a_line_for_each_epoch_and_go_on_where_a_checkpoint_was()
    {
        using var folder = new Folder();
        (string csv, string json) = (folder.File("log.csv"), folder.File("log.jsonl"));
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        TrainingOptions Options(int epochs, bool resume = true) => new()
        {
            Epochs = epochs,
            BatchSize = 8,
            Metrics = [Metric.Accuracy],
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
}
