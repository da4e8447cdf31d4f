using System.Globalization;
using System.Xml.Linq;
using GruGen.Report;
using GruGen.Tests.Training;

namespace GruGen.Tests.Reports;

/// <summary>A page about a training, while it goes on and when it has ended.</summary>
public sealed class HtmlReportTests
{
    [Fact]
    public void Tables_have_the_numbers_of_the_history_to_the_bit()
    {
        using var file = new ReportFile();
        History history = file.Train(new TrainingOptions
        {
            Epochs = 5,
            BatchSize = 8,
            Metrics = [Metric.Accuracy, Metric.RocAuc],
            ValidationSplit = 0.25,
        });
        XElement[] tables = [.. file.Page.Descendants("table").Where(table => table.Attribute("data-name") is not null)];
        Assert.Equal(["loss", "accuracy", "roc_auc"], tables.Select(table => (string)table.Attribute("data-name")!));
        foreach (XElement table in tables)
        {
            string name = (string)table.Attribute("data-name")!;
            Assert.Equal(["epoch", "training", "validation"], table.Element("thead")!.Descendants("th").Select(head => head.Value));
            Assert.Equal(history[name].Zip(history["val_" + name], (a, b) => new[] { a, b }), ReportFile.Table(table));
        }

        Assert.Equal("complete", file.Status);
        Assert.Empty(file.Page.Descendants("script"));
        int best = 1 + history["val_loss"].ToList().IndexOf(history["val_loss"].Min());
        Assert.Contains($"best: {best}", file.Figure("Loss").Descendants("text").Select(text => text.Value));
    }

    [Fact]
    public void Steps_are_measured_as_a_callback_sees_them()
    {
        using var file = new ReportFile();
        var norms = new List<double>();
        var rates = new List<double>();
        var recorder = new Recorder(run =>
        {
            norms.Add(run.GradientNorm);
            rates.Add(run.LearningRate); // of the next step
        });
        file.Train(new TrainingOptions
        {
            Epochs = 3,
            BatchSize = 8,
            ClipNorm = 0.2,
            Schedule = new ExponentialSchedule(0.5),
            Callbacks = [recorder],
        });
        double[][] norm = file.Table("Gradient norm"), rate = file.Table("Learning rate"), clipped = file.Table("Clipped steps");
        for (int epoch = 0; epoch < 3; epoch++)
        {
            double[] own = [.. norms.Skip(epoch * 4).Take(4)];
            Assert.Equal(own.Sum() / 4, norm[epoch][0], 12);
            Assert.Equal(own.Max(), norm[epoch][1]);
            Assert.Equal(own.Count(value => value > 0.2) / 4.0, clipped[epoch][0]);
            Assert.Equal(rates[epoch * 4 + 2], rate[epoch][0]);
        }

        Assert.All(file.Table("Time of an epoch"), row => Assert.True(row[0] > 0));
        Assert.All(file.Table("Steps a second"), row => Assert.True(row[0] > 0));
    }

    [Fact]
    public void A_step_of_accumulated_gradients_counts_once()
    {
        using var file = new ReportFile();
        var norms = new HashSet<double>();
        var recorder = new Recorder(run => norms.Add(run.GradientNorm), run => norms.Add(run.GradientNorm));
        file.Train(new TrainingOptions { BatchSize = 8, AccumulatedBatches = 3, Callbacks = [recorder] });
        norms.Remove(0);
        Assert.Equal(2, norms.Count); // four batches, two steps
        Assert.Equal(norms.Average(), file.Table("Gradient norm")[0][0], 12);
    }

    [Fact]
    public void Neither_the_bits_of_a_training_nor_its_memory_know_of_a_report()
    {
        using var file = new ReportFile();
        DynamicModel<int> plain = TrainingTask.BinaryModel(), watched = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        long before = 0;
        var allocated = new List<long>();
        var options = new TrainingOptions { Epochs = 3, BatchSize = 8, ClipNorm = 1 };
        TrainingOptions reported = file.With(
            options with { Callbacks = [new Recorder(_ => before = GC.GetAllocatedBytesForCurrentThread())] },
            ReportSection.Predictions(watched, data));
        plain.Fit(data, options);
        watched.Fit(data, reported with
        {
            Callbacks = [.. reported.Callbacks, new Recorder(_ => allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before))],
        });
        Assert.Equal(plain.Parameters.All, watched.Parameters.All);
        Assert.Equal(12, allocated.Count);
        Assert.All(allocated.Skip(4), bytes => Assert.Equal(0, bytes));
    }

    [Fact]
    public void The_file_is_whole_at_any_time_and_when_training_is_interrupted()
    {
        using var file = new ReportFile();
        using var source = new CancellationTokenSource();
        var seen = new List<string>();
        TrainingOptions options = file.With(new TrainingOptions { Epochs = 9, BatchSize = 8 });
        var reader = new Recorder(
            onBatch: run =>
            {
                seen.Add(file.Status);
                Assert.Single(file.Page.Descendants("script"));
                if (run.StepCount == 10)
                {
                    source.Cancel();
                }
            },
            onEpoch: run => Assert.Equal(run.EpochCount, file.Table("Loss").Length));
        Assert.Throws<TrainingCanceledException>(() => TrainingTask.BinaryModel().Fit(
            TrainingTask.BinaryData(32), options with { Callbacks = [.. options.Callbacks, reader] }, source.Token));
        Assert.Equal(10, seen.Count(status => status == "training"));
        Assert.Equal("interrupted", file.Status);
        Assert.Equal(2, file.Table("Loss").Length);
        Assert.Empty(file.Page.Descendants("script"));
    }

    [Fact]
    public void No_epoch_and_one_epoch_have_a_page()
    {
        using var file = new ReportFile();
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<TrainingCanceledException>(
            () => TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(32), file.With(new TrainingOptions()), source.Token));
        Assert.Equal("interrupted", file.Status);
        Assert.Empty(file.Page.Descendants("figure"));
        Assert.Equal(["embedding", "gru1", "dense1"], file.Section("Model").Descendants("tbody").Single().Descendants("th").Select(layer => layer.Value));
        file.Train(new TrainingOptions());
        Assert.Single(file.Table("Loss"));
    }

    [Fact]
    public void Numbers_that_are_not_finite_leave_gaps()
    {
        using var file = new ReportFile();
        double[] values = [1, double.NaN, 3, double.PositiveInfinity, 5, 6, double.NegativeInfinity];
        History history = file.Train(new TrainingOptions { Epochs = values.Length, Metrics = [new Given("odd", values), new Given("none", [double.NaN])] });
        Assert.Equal(values, history["odd"]);
        Assert.Equal(values, file.Table("Odd").Select(row => row[0]));
        XElement[] paths = [.. file.Page.Descendants("path"), .. file.Page.Descendants("rect")];
        Assert.All(paths.Attributes(), attribute => Assert.DoesNotMatch("NaN|Infinity|∞|−|[0-9]E", attribute.Value));
        string line = (string)file.Figure("Odd").Descendants("path").First(path => ReportFile.Is("line")(path) && path.Parent!.Name == "svg"
            && path.Parent.Attribute("role") is not null).Attribute("d")!;
        Assert.Equal((3, 1), (line.Count(c => c == 'M'), line.Count(c => c == 'L')));
        Assert.Contains("not finite: 3", file.Figure("Odd").Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-320, 1e308)]
    [InlineData(-1e308, 1e308)]
    [InlineData(1, 1 + 1e-16)]
    [InlineData(-5, 1e-9)]
    public void Any_numbers_lie_in_the_frame(double first, double second)
    {
        using var file = new ReportFile();
        file.Train(new TrainingOptions { Epochs = 2, Metrics = [new Given("odd", [first, second])] });
        string line = (string)file.Figure("Odd").Elements("svg").Single().Elements("path").Single(ReportFile.Is("line")).Attribute("d")!;
        double[] numbers = [.. line.Split(' ', 'M', 'L').Where(word => word.Length > 0).Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        Assert.Equal(4, numbers.Length);
        Assert.All(numbers, number => Assert.InRange(number, 0, 360));
    }

    [Fact]
    public void What_people_write_is_text()
    {
        using var file = new ReportFile();
        const string text = "</h1><script>alert('1')</script> & \"\0\u001b\ud800 \U0001F600";
        const string shown = "</h1><script>alert('1')</script> & \"��� \U0001F600";
        var model = new DynamicModel<int>(TrainingTask.Binary) { LabelNames = ["<i>no</i>", "yes & \"no\""] };
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        model.Fit(data, new TrainingOptions
        {
            Metrics = [new Given("a<b>\"c", [1])],
            Callbacks =
            [
                new HtmlReport(file.FilePath)
                {
                    Title = text, Sections = [ReportSection.Predictions(model, data, text), ReportSection.Texts(() => text, "Texts")],
                },
            ],
        });
        Assert.Equal(shown, file.Page.Descendants("h1").Single().Value);
        Assert.Contains(shown, file.Page.Descendants("dd").Select(dd => dd.Value));
        Assert.Contains("<i>no</i>", file.Page.Descendants("th").Select(th => th.Value));
        Assert.Contains("a<b>\"c", file.Page.Descendants("table").Attributes("data-name").Select(name => name.Value));
        Assert.Empty(file.Page.Descendants("script"));
        Assert.Empty(file.Page.Descendants("i"));
    }

    [Fact]
    public void A_thousand_epochs_stay_small()
    {
        using var file = new ReportFile();
        var options = new TrainingOptions { Epochs = 1000, BatchSize = 32, Metrics = [Metric.Accuracy], ValidationSplit = 0.25, ClipNorm = 1 };
        TrainingTask.BinaryModel().Fit(
            TrainingTask.BinaryData(16), options with { Callbacks = [new HtmlReport(file.FilePath) { Interval = TimeSpan.MaxValue }] });
        Assert.InRange(new FileInfo(file.FilePath).Length, 1, 1_000_000);
        Assert.Equal(1000, file.Table("Loss").Length);
        Assert.All(file.Page.Descendants("path"), path => Assert.InRange(((string)path.Attribute("d")!).Count(c => c is 'L' or 'M'), 0, 304));
    }

    [Fact]
    public void Pages_are_seldom_written_if_that_is_asked_for()
    {
        using var file = new ReportFile();
        var report = new HtmlReport(file.FilePath) { Interval = TimeSpan.MaxValue };
        var lengths = new List<int>();
        var reader = new Recorder(onEpoch: _ => lengths.Add(file.Table("Loss").Length));
        TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(8), new TrainingOptions { Epochs = 4, Callbacks = [report, reader] });
        Assert.Equal([1, 1, 1, 1], lengths);
        Assert.Equal(4, file.Table("Loss").Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HtmlReport("x") { Interval = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentException>("path", () => new HtmlReport(""));
        Assert.Throws<ArgumentNullException>("Sections", () => new HtmlReport("x") { Sections = [null!] });
    }

    [Fact]
    public void A_training_that_goes_on_from_a_checkpoint_keeps_the_numbers_of_before()
    {
        using var file = new ReportFile();
        using var folder = new Folder();
        var options = new TrainingOptions { BatchSize = 8, Callbacks = [new Checkpoint(folder.File("checkpoints")) { Resume = true }] };
        file.Train(options with { Epochs = 2 });
        double[][] before = file.Table("Gradient norm");
        file.Train(options with { Epochs = 5, Callbacks = [new Checkpoint(folder.File("checkpoints")) { Resume = true }] });
        Assert.Equal(before, file.Table("Gradient norm")[..2]);
        Assert.Equal(5, file.Table("Gradient norm").Length);
        Assert.All(file.Table("Gradient norm"), row => Assert.All(row, value => Assert.True(double.IsFinite(value))));
        Assert.Equal(5, file.Table("Loss").Length);
    }

    [Fact]
    public void What_a_checkpoint_did_not_measure_is_left_out()
    {
        using var file = new ReportFile();
        using var folder = new Folder();
        var options = new TrainingOptions { Epochs = 2, BatchSize = 8 };
        file.Train(options with { Callbacks = [Resuming()] });
        int seen = 0;
        var reader = new Recorder(onBatch: _ => seen = file.Table("Accuracy").Length); // a page from before the first epoch with it
        file.Train(options with { Epochs = 3, Metrics = [Metric.Accuracy], ValidationSplit = 0.25, Callbacks = [Resuming(), reader] });
        Assert.Equal(2, seen);
        double[][] accuracy = file.Table("Accuracy");
        Assert.Equal([double.NaN, double.NaN], accuracy[0]);
        Assert.All(accuracy[2], value => Assert.InRange(value, 0, 1));

        Checkpoint Resuming() => new(folder.File("checkpoints")) { Resume = true };
    }

    [Fact]
    public void A_callback_that_fails_before_the_report_leaves_a_whole_page()
    {
        using var file = new ReportFile();
        var failing = new Recorder(onEpoch: run => _ = run.EpochCount == 3 ? throw new InvalidOperationException("enough") : 0);
        Assert.Throws<InvalidOperationException>(() => file.Train(new TrainingOptions { Epochs = 5, Callbacks = [failing] }));
        Assert.Equal("interrupted", file.Status);
        Assert.Equal((3, 3), (file.Table("Loss").Length, file.Table("Gradient norm").Length));
        Assert.Equal(double.NaN, file.Table("Gradient norm")[2][0]);
    }

    [Fact]
    public void A_metric_may_have_any_name_and_the_best_epoch_is_that_which_is_watched()
    {
        using var file = new ReportFile();
        History history = file.Train(new TrainingOptions
        {
            Epochs = 4,
            ValidationSplit = 0.25,
            Metrics = [new Given("val_odd", [1, 5, 2, 3])],
            Callbacks = [new EarlyStopping { Monitor = "loss", LargerIsBetter = true, Patience = 9 }],
        });
        Assert.Equal(history["val_odd"].Zip(history["val_val_odd"], (a, b) => new[] { a, b }), file.Table("Val odd"));
        Assert.Equal([1, 5, 2, 3], history["val_odd"]);
        int worst = 1 + history["loss"].ToList().IndexOf(history["loss"].Max());
        Assert.Contains($"best: {worst}", file.Figure("Loss").Descendants("text").Select(text => text.Value));
        Assert.Contains("largest loss", file.Section("Curves").Element("h2")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_callback_is_told_which_models_learn() =>
        TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(8), new TrainingOptions
        {
            Callbacks = [new Recorder(run => Assert.Same(TrainingTask.Binary, Assert.Single(run.Models)))],
        });

    /// <summary>A metric with the given values, epoch by epoch, the last one again and again.</summary>
    private sealed class Given(string name, double[] values) : Metric(name)
    {
        public override MetricAccumulator CreateAccumulator() => new Values(values);

        private sealed class Values(double[] values) : MetricAccumulator
        {
            private int _epoch = -1;

            public override double Result => values[Math.Clamp(_epoch, 0, values.Length - 1)];

            public override void Add(in OutputRows rows)
            {
            }

            public override void Reset() => _epoch++;

            protected internal override double[] GetState() => [];

            protected internal override void SetState(ReadOnlySpan<double> state) => Reset();
        }
    }
}
