namespace GruGen.Tests.Clusters;

/// <summary>Of a cluster the first process writes files, from which any number of processes goes on.</summary>
public sealed class ClusterFileTests : IDisposable
{
    private static readonly TrainingOptions s_options = new() { Epochs = 3, BatchSize = 13, Shards = 8, Optimizer = new Adam(0.01), Metrics = [Metric.Accuracy] };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(3, 2, 4)]
    [InlineData(5, 8, 1)]
    [InlineData(9, 1, 3)]
    [InlineData(2, 4, 5)]
    public void A_training_goes_on_with_another_number_of_processes(int batches, int before, int after)
    {
        string expected = Text(new ShardedTokens(seed: 1), cluster: null, resume: false, stopAfter: null);
        string interrupted = ThreadCluster.Run(before, cluster => Text(new ShardedTokens(seed: 1), cluster, resume: false, batches))[0];
        Assert.NotEqual(expected, interrupted);
        Assert.All(
            ThreadCluster.Run(after, cluster => Text(new ShardedTokens(seed: 5), cluster, resume: true, stopAfter: null)),
            each => Assert.Equal(expected, each));
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(4, 1)]
    [InlineData(1, 3)]
    public void Streams_go_on_with_another_number_of_processes(int before, int after)
    {
        string expected = Stream(new ShardedStreams(seed: 1), cluster: null, resume: false, stopAfter: null);
        ThreadCluster.Run(before, cluster => Stream(new ShardedStreams(seed: 1), cluster, resume: false, 5));
        Assert.All(
            ThreadCluster.Run(after, cluster => Stream(new ShardedStreams(seed: 5), cluster, resume: true, stopAfter: null)),
            each => Assert.Equal(expected, each));
    }

    [Fact]
    public void A_file_of_an_epoch_in_other_shards_is_refused()
    {
        Text(new ShardedTokens(seed: 1), cluster: null, resume: false, stopAfter: 2);
        string path = new Checkpoint(_folder.FullName).Newest!;
        using Trainer<int> trainer = new ShardedTokens().BeginTraining(s_options with { Shards = 4 });
        Assert.Contains(
            "in 8 shards, but now there are 4", Assert.Throws<InvalidDataException>(() => trainer.Restore(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logs_and_the_best_model_are_written_once()
    {
        string log = Path.Combine(_folder.FullName, "log.csv");
        string[][] lines = ThreadCluster.Run(3, cluster =>
        {
            var model = new ShardedTokens(seed: 1);
            model.Fit(ShardTrainings.Tokens(37), s_options with
            {
                Cluster = cluster,
                Callbacks = [new CsvLog(log), new Checkpoint(_folder.FullName) { Monitor = "loss" }],
            });
            return (string[])[model.Parameters.All.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)];
        });
        Assert.Equal(3, lines.Length);
        Assert.Equal(4, File.ReadAllLines(log).Length);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "best.safetensors")));
        Assert.Single(_folder.GetFiles("step-*"));
    }

    [Fact]
    public void A_file_that_cannot_be_written_ends_all()
    {
        string folder = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(folder, "no folder");
        (int, Exception? Exception)[] results = ThreadCluster.Try(2, cluster =>
        {
            using Trainer<int> trainer = new ShardedTokens().BeginTraining(s_options with { Cluster = cluster });
            trainer.Save(Path.Combine(folder, "trainer.safetensors"));
            return 0;
        });
        Assert.IsAssignableFrom<IOException>(results[0].Exception);
        Assert.Contains("Process 0 of 2", Assert.IsType<TrainingClusterException>(results[1].Exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_of_one_process_has_the_metrics_of_all()
    {
        var alone = new Reports();
        new ShardedTokens(seed: 1).Fit(ShardTrainings.Tokens(37), s_options with { Progress = alone });
        var reports = new Reports();
        ThreadCluster.Run(3, cluster =>
            new ShardedTokens(seed: 1).Fit(ShardTrainings.Tokens(37), s_options with { Cluster = cluster, Progress = cluster.Rank == 1 ? reports : null })["loss"].Count);
        Assert.Equal(12, alone.Values.Count);
        Assert.Equal(alone.Values, reports.Values);
    }

    private string Text(SequenceModel<int> model, TrainingCluster? cluster, bool resume, int? stopAfter) =>
        ShardTrainings.Of(model, ShardTrainings.Tokens(37), Options(cluster, resume, stopAfter));

    private string Stream(SequenceModel<int> model, TrainingCluster? cluster, bool resume, int? stopAfter) =>
        ShardTrainings.Of(model, ShardTrainings.Streams(), Options(cluster, resume, stopAfter));

    private TrainingOptions Options(TrainingCluster? cluster, bool resume, int? stopAfter) => s_options with
    {
        Cluster = cluster,
        AccumulatedBatches = 2,
        Callbacks = resume || stopAfter is not null
            ? [new Checkpoint(_folder.FullName) { EverySteps = 1, Resume = resume }, new AfterBatch(stopAfter ?? -1, run => run.Stop())]
            : [],
    };

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<(int, double, double)> Values { get; } = [];

        public void Report(TrainingProgress value) => Values.Add((value.Batch, value.Metrics.Loss, value.Metrics["accuracy"]));
    }
}
