using GruGen.Tests.Passes;

namespace GruGen.Tests.Clusters;

/// <summary>Trainings in shards end in the same bits on any number of processes.</summary>
public class ShardTests
{
    private static readonly TrainingOptions s_options = new() { Epochs = 2, BatchSize = 13, Shards = 8, Optimizer = new Adam(0.01) };

    public static TheoryData<string> Trainings => [.. ShardTrainings.All.Keys];

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Any_number_of_processes_and_threads_ends_in_the_bits_of_one(string name)
    {
        string expected = ShardTrainings.All[name](s_options);
        foreach (int size in (int[])[1, 2, 3, 4, 5, 8])
        {
            string[] all = ThreadCluster.Run(size, cluster => ShardTrainings.All[name](s_options with
            {
                Cluster = cluster,
                MaxDegreeOfParallelism = 1 + (cluster.Rank % 2),
            }));
            Assert.All(all, each => Assert.Equal(expected, each));
        }
    }

    /// <summary>Only the order of sums differs, and each process has what one shard has.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public void Shards_change_the_last_bits_alone(int shards)
    {
        (ShardedFeatures one, ShardedFeatures some) = (new(seed: 1), new(seed: 1));
        TrainingOptions options = s_options with { Shards = 1, Epochs = 1, Optimizer = new Sgd(0.1), Metrics = [Metric.RSquared, Metric.MeanAbsoluteError] };
        History ofOne = one.Fit(ShardTrainings.Features(37), options), ofSome = some.Fit(ShardTrainings.Features(37), options with { Shards = shards });
        Assert.All(ofOne.Names, name => Assert.Equal(ofOne[name][0], ofSome[name][0], 1e-6));
        for (int i = 0; i < one.Parameters.Count; i++)
        {
            Assert.Equal(one.Parameters.All[i], some.Parameters.All[i], shards == 1 ? 0 : 1e-6);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-4)]
    public void Shards_are_a_power_of_two(int shards) =>
        Assert.Contains("power of two", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { Shards = shards }).Message, StringComparison.Ordinal);

    [Fact]
    public void A_step_in_shards_allocates_nothing()
    {
        SequenceDataset<int> data = ShardTrainings.Tokens(64);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        using Trainer<int> trainer = new ShardedTokens().BeginTraining(new TrainingOptions { BatchSize = 16, Shards = 8, ClipNorm = 1 });
        int batch = 0;
        Allocated.Nothing("Step", () => trainer.Step(data, order.AsSpan(batch++ % 4 * 16, 16)));
    }

    [Fact]
    public void A_metric_that_cannot_be_added_up_is_refused_before_training()
    {
        var model = new ShardedFeatures();
        var options = new TrainingOptions { Shards = 2, Metrics = [new Alone()] };
        Assert.Contains("Merge", Assert.Throws<NotSupportedException>(() => model.Fit(ShardTrainings.Features(5), options)).Message, StringComparison.Ordinal);
        model.Fit(ShardTrainings.Features(5), options with { Shards = 1 });
    }

    [Fact]
    public void Two_models_that_learn_together_have_no_shards()
    {
        EncoderDecoder<int> models = Training.ReversalTask.Models();
        PairDataset<int> pairs = Training.ReversalTask.Pairs(models, Training.ReversalTask.Strings(5));
        Assert.Contains("one shard", Assert.Throws<ArgumentException>("options", () => models.Fit(pairs, new TrainingOptions { Shards = 2 })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 1, "0+8")]
    [InlineData(8, 2, "0+4 4+4")]
    [InlineData(8, 3, "0+2 2+2,4+1 5+1,6+2")]
    [InlineData(8, 5, "0+1 1+1,2+1 3+1 4+2 6+2")]
    [InlineData(16, 7, "0+2 2+2 4+2 6+2,8+1 9+1,10+1 11+1,12+1 13+1,14+2")]
    [InlineData(4, 4, "0+1 1+1 2+1 3+1")]
    public void A_process_has_whole_subtrees(int shards, int size, string expected) => Assert.Equal(
        expected,
        string.Join(' ', Enumerable.Range(0, size).Select(rank =>
            string.Join(',', ShardRange.Of(shards, rank, size).Nodes().Select(node => $"{node.First}+{node.Count}")))));

    [Fact]
    public void Sums_are_those_of_a_binary_tree()
    {
        double[] numbers = [1e16, 1, -1e16, 1, 3, 5, 7, 9];
        double expected = ((1e16 + 1) + (-1e16 + 1)) + ((3.0 + 5) + (7.0 + 9));
        Assert.Equal(expected, ShardSum.Of(numbers, 1)[0]);
    }

    private sealed class Alone() : Metric("alone")
    {
        public override MetricAccumulator CreateAccumulator() => new Accumulator();

        private sealed class Accumulator : MetricAccumulator
        {
            public override double Result => 0;

            public override void Add(in OutputRows rows)
            {
            }

            public override void Reset()
            {
            }

            protected internal override double[] GetState() => [];

            protected internal override void SetState(ReadOnlySpan<double> state)
            {
            }
        }
    }
}
