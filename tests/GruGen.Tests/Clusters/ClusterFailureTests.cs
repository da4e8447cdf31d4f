namespace GruGen.Tests.Clusters;

/// <summary>What happens to one process ends all of them, with its message; none waits for ever.</summary>
public class ClusterFailureTests
{
    private static readonly TrainingOptions s_options = new() { Epochs = 3, BatchSize = 8, Shards = 4 };

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_exception_of_one_process_is_one_of_all(int failing)
    {
        (int, Exception? Exception)[] results = Fit(cluster => s_options with
        {
            Cluster = cluster,
            Callbacks = [new AfterBatch(3, _ => { if (cluster.Rank == failing) throw new IOException("the disk is full"); })],
        });

        for (int rank = 0; rank < results.Length; rank++)
        {
            if (rank == failing)
            {
                Assert.IsType<IOException>(results[rank].Exception);
                continue;
            }

            TrainingClusterException told = Assert.IsType<TrainingClusterException>(results[rank].Exception);
            Assert.Equal(failing, told.Rank);
            Assert.Contains($"Process {failing} of 3 has ended the training: IOException: the disk is full", told.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_exception_before_the_first_step_is_one_of_all()
    {
        (int, Exception? Exception)[] results = Fit(cluster => s_options with
        {
            Cluster = cluster,
            ValidationData = cluster.Rank == 1 ? ShardTrainings.Labels(3) : ShardTrainings.Features(3),
        });
        Assert.IsType<ArgumentException>(results[1].Exception);
        Assert.All([results[0], results[2]], result => Assert.IsType<TrainingClusterException>(result.Exception));
    }

    [Fact]
    public void Cancelling_one_process_cancels_all_after_the_same_step()
    {
        (long Steps, Exception? Exception)[] results = ThreadCluster.Try(3, cluster =>
        {
            using var cancellation = new CancellationTokenSource();
            using Trainer<float> trainer = new ShardedFeatures(seed: 1).BeginTraining(s_options with
            {
                Cluster = cluster,
                Callbacks = [new AfterBatch(4, _ => { if (cluster.Rank == 1) cancellation.Cancel(); })],
            });
            TrainingCanceledException canceled =
                Assert.Throws<TrainingCanceledException>(() => trainer.Fit(ShardTrainings.Features(37), null, cancellation.Token));
            Assert.Equal(cluster.Rank == 1, cancellation.IsCancellationRequested);
            return trainer.StepCount + canceled.History.Epochs;
        });
        Assert.All(results, result => Assert.Equal((4L, null), result));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_process_can_stop_all(bool atEpochEnd)
    {
        (int EpochCount, Exception? Exception)[] results = Fit(cluster => s_options with
        {
            Cluster = cluster,
            Callbacks = atEpochEnd
                ? [new AfterEpoch(run => { if (cluster.Rank == 2) run.Stop(); })]
                : [new AfterBatch(7, run => { if (cluster.Rank == 2) run.Stop(); })],
        });
        Assert.All(results, result => Assert.Equal((1, null), result));
    }

    /// <summary>All processes see the same loss, so all of them refuse the step by themselves, and can go on.</summary>
    [Fact]
    public void A_loss_that_is_not_finite_is_so_everywhere_and_leaves_all_usable()
    {
        float[][] results = ThreadCluster.Run(3, cluster =>
        {
            var model = new ShardedFeatures(seed: 1);
            using Trainer<float> trainer = model.BeginTraining(s_options with { Cluster = cluster });
            SequenceDataset<float> data = ShardTrainings.Features(16);
            float[] bias = model.Parameters["dense1.bias"].ToArray();
            model.Parameters.Set("dense1.bias", [float.NaN, .. bias[1..]]);
            Assert.Throws<NotFiniteNumberException>(() => trainer.RunEpoch(data));
            model.Parameters.Set("dense1.bias", bias);
            trainer.RunEpoch(data);
            return model.Parameters.All.ToArray();
        });
        Assert.All(results, parameters => Assert.Equal(results[0], parameters));
    }

    public static TheoryData<string, string> Differences => new()
    {
        { nameof(TrainingOptions.BatchSize), "The BatchSize is 8 in process 0, but 9 in process 1 of 2." },
        { nameof(TrainingOptions.Shards), "The Shards is 4 in process 0, but 8 in process 1 of 2." },
        { nameof(TrainingOptions.Optimizer), "The Optimizer is Adam" },
        { nameof(TrainingOptions.Seed), "The position is epoch 0, batch 0, step 0, seed 0, 3 epochs in process 0, but epoch 0, batch 0, step 0, seed 1" },
        { nameof(TrainingOptions.Loss), "The loss is MeanSquaredError in process 0, but MeanAbsoluteError in process 1 of 2." },
        { nameof(TrainingOptions.Metrics), "The Metrics is  in process 0, but mae in process 1 of 2." },
        { "Data", "The data is 16 sequences, 8 a batch, 0 to validate in process 0, but 15 sequences" },
        { "Parameters", "The checksum of the parameters, their averages and moments is" },
        { "Model", "The model is ShardedFeatures, " },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void Processes_that_differ_find_out_at_the_start(string option, string message)
    {
        (int, Exception? Exception)[] results = ThreadCluster.Try(2, cluster =>
        {
            bool differs = cluster.Rank == 1;
            TrainingOptions options = s_options with { Cluster = cluster };
            TrainingOptions others = option switch
            {
                nameof(TrainingOptions.BatchSize) => options with { BatchSize = 9 },
                nameof(TrainingOptions.Shards) => options with { Shards = 8 },
                nameof(TrainingOptions.Optimizer) => options with { Optimizer = new Adam(0.5) },
                nameof(TrainingOptions.Seed) => options with { Seed = 1 },
                nameof(TrainingOptions.Loss) => options with { Loss = Loss.MeanAbsoluteError },
                nameof(TrainingOptions.Metrics) => options with { Metrics = [Metric.MeanAbsoluteError] },
                _ => options,
            };
            SequenceDataset<float> data = ShardTrainings.Features(differs && option == "Data" ? 15 : 16);
            ulong seed = differs && option == "Parameters" ? 2UL : 1UL;
            SequenceModel<float> model = differs && option == "Model"
                ? new DynamicModel<float>(ModelSchema.ForFeatures("Other", 5, LayerSchema.Gru(3, SequenceOutput.Final), LayerSchema.Dense(3)))
                : new ShardedFeatures(seed: (int)seed);
            return model.Fit(data, differs ? others : options).Epochs;
        });
        Assert.All(results, result => Assert.Contains(message, Assert.IsType<TrainingClusterException>(result.Exception).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_on_other_sequences_are_found()
    {
        (double, Exception? Exception)[] results = ThreadCluster.Try(2, cluster =>
        {
            using Trainer<float> trainer = new ShardedFeatures(seed: 1).BeginTraining(s_options with { Cluster = cluster });
            return trainer.Step(ShardTrainings.Features(16), [0, 1, 2, 3 + cluster.Rank]);
        });
        Assert.All(results, result => Assert.Contains(
            "Process 1 of 2 makes step 1 as process 0 does, but with something else.", Assert.IsType<TrainingClusterException>(result.Exception).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_process_that_leaves_is_missed()
    {
        (int, Exception? Exception)[] results = Fit(cluster => cluster.Rank == 1 ? null : s_options with { Cluster = cluster });
        Assert.Null(results[1].Exception);
        Assert.All([results[0], results[2]], result => Assert.Contains(
            "process 1 of 3 leaves", Assert.IsType<TrainingClusterException>(result.Exception).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void More_processes_than_shards_are_refused() => Assert.All(
        Fit(cluster => s_options with { Cluster = cluster, Shards = 2 }),
        result => Assert.Contains("3 processes", Assert.IsType<ArgumentException>(result.Exception).Message, StringComparison.Ordinal));

    /// <summary>Trains three processes; null leaves one out. Returns the number of epochs.</summary>
    private static (int EpochCount, Exception? Exception)[] Fit(Func<TrainingCluster, TrainingOptions?> options) => ThreadCluster.Try(
        3, cluster => options(cluster) is { } own ? new ShardedFeatures(seed: 1).Fit(ShardTrainings.Features(37), own).Epochs : 0);
}

/// <summary>Does something after a number of batches.</summary>
internal sealed class AfterBatch(int count, Action<TrainingRun> act) : TrainingCallback
{
    private int _batches;

    protected internal override void OnBatchEnd(TrainingRun run)
    {
        if (++_batches == count)
        {
            act(run);
        }
    }
}

/// <summary>Does something after each epoch.</summary>
internal sealed class AfterEpoch(Action<TrainingRun> act) : TrainingCallback
{
    protected internal override void OnEpochEnd(TrainingRun run) => act(run);
}
