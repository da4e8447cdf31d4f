using System.Runtime.InteropServices;

namespace GruGen.Tests.Clusters;

/// <summary>Loops of one's own, sources, early ends and cancellation have the same bits and the same steps in all processes.</summary>
public class ClusterLoopTests
{
    private static readonly TrainingOptions s_options = new() { Epochs = 4, BatchSize = 13, Shards = 8, Optimizer = new Adam(0.01) };

    public static TheoryData<string> Ways => [.. s_ways.Keys];

    private static readonly Dictionary<string, Func<TrainingCluster?, string>> s_ways = new(StringComparer.Ordinal)
    {
        ["epochs"] = cluster =>
        {
            var model = new ShardedTokens(seed: 1);
            using Trainer<int> trainer = model.BeginTraining(s_options with { Cluster = cluster, Metrics = [Metric.Accuracy] });
            Evaluation first = trainer.RunEpoch(ShardTrainings.Tokens(37)), second = trainer.RunEpoch(ShardTrainings.Tokens(37));
            return $"{Checksum.Of(model.Parameters.All)} {first} {second}";
        },
        ["steps"] = cluster =>
        {
            var model = new ShardedTokens(seed: 1);
            using Trainer<int> trainer = model.BeginTraining(s_options with { Cluster = cluster, AccumulatedBatches = 3 });
            SequenceDataset<int> data = ShardTrainings.Tokens(37);
            double[] losses = [trainer.Step(data, [1]), trainer.Step(data, [0]), trainer.Step(data, [3, 0, 5, 9, 12, 17, 36]), trainer.Step(data, [4, 4])];
            trainer.CompleteStep();
            return $"{Checksum.Of(model.Parameters.All)} {Checksum.Of<double>(losses)} {trainer.GradientNorm:R}";
        },
        ["a source"] = cluster =>
        {
            var model = new ShardedFeatures(seed: 1);
            SequenceDataset<float> data = ShardTrainings.Features(37);
            var source = new SequenceSource<float, int>(() => Enumerable.Range(0, data.Count), (batch, i) => batch.Add(data.Input(i), target: [i, 1, 2]));
            return ShardTrainings.Text(model, model.Fit(source, s_options with { Cluster = cluster, Shuffle = false }));
        },
        ["early stopping"] = cluster => ShardTrainings.Of(new ShardedFeatures(seed: 1), ShardTrainings.Features(37), s_options with
        {
            Cluster = cluster,
            ValidationSplit = 0.3,
            Epochs = 9,
            ReduceOnPlateau = new ReduceOnPlateau { Patience = 1 },
            Callbacks = [new EarlyStopping { Patience = 2, RestoreBestWeights = true }],
        }),
        ["validation on streams"] = cluster => ShardTrainings.Of(new ShardedStreams(seed: 1), ShardTrainings.Streams(), s_options with
        {
            Cluster = cluster,
            ValidationData = ShardTrainings.Streams(),
        }),
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void All_ways_to_train_end_in_the_bits_of_one_process(string way)
    {
        string expected = s_ways[way](null);
        Assert.All((int[])[1, 3, 4], size => Assert.All(ThreadCluster.Run(size, s_ways[way]), each => Assert.Equal(expected, each)));
    }

    /// <summary>What travels at once has a limit, which small models never reach.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Gradients_that_travel_in_pieces_have_the_same_sum(int chunk)
    {
        ModelSchema schema = new ShardedLabels().Schema;
        int[] expected = Sum(1, int.MaxValue)[0]; // to the sign of a zero
        Assert.All((int[])[2, 3, 5], size => Assert.All(Sum(size, chunk), each => Assert.Equal(expected, each)));

        int[][] Sum(int size, int pieces) => ThreadCluster.Run(size, cluster =>
        {
            var tree = new GradientTree(schema);
            var own = ShardRange.Of(8, cluster.Rank, size);
            for (int shard = own.From; shard < own.To; shard++)
            {
                tree.Add(shard, Gradients(schema, shard), stay: false);
            }

            int[] tokens = [.. Enumerable.Range(0, 8).SelectMany(Tokens).Distinct()];
            GradientSet sum = size == 1 ? tree.Sums[0] : new GradientReduction(schema, 8, cluster, pieces).Run(tree, tokens);
            Assert.Equal(tokens, sum.Tokens.ToArray());
            return MemoryMarshal.Cast<float, int>(sum.Buffer.Span).ToArray();
        });
    }

    [Fact]
    public void Cancelling_one_process_in_an_epoch_of_its_own_loop_leaves_all_where_they_can_go_on()
    {
        string expected = s_ways["epochs"](null);
        string[] results = ThreadCluster.Run(3, cluster =>
        {
            var model = new ShardedTokens(seed: 1);
            using var cancellation = new CancellationTokenSource();
            using Trainer<int> trainer = model.BeginTraining(s_options with
            {
                Cluster = cluster,
                Metrics = [Metric.Accuracy],
                Progress = cluster.Rank == 2 ? new Cancelling(cancellation) : null,
            });
            SequenceDataset<int> data = ShardTrainings.Tokens(37);
            Assert.ThrowsAny<OperationCanceledException>(() => trainer.RunEpoch(data, cancellation.Token));
            Assert.Equal(2, trainer.StepCount);
            Evaluation first = trainer.RunEpoch(data), second = trainer.RunEpoch(data);
            return $"{Checksum.Of(model.Parameters.All)} {first} {second}";
        });
        Assert.All(results, each => Assert.Equal(expected, each));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_exception_at_the_very_end_is_one_of_all(bool afterTraining)
    {
        (int, Exception? Exception)[] results = ThreadCluster.Try(3, cluster => new ShardedFeatures(seed: 1).Fit(ShardTrainings.Features(20), s_options with
        {
            Epochs = 1,
            Cluster = cluster,
            Callbacks = [new AtTheEnd(afterTraining, cluster.Rank == 1)],
        }).Epochs);
        Assert.IsType<IOException>(results[1].Exception);
        Assert.All([results[0], results[2]], result => Assert.Contains(
            "the disk is full", Assert.IsType<TrainingClusterException>(result.Exception).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_learning_rate_of_one_process_alone_is_found()
    {
        (double, Exception? Exception)[] results = ThreadCluster.Try(2, cluster =>
        {
            using Trainer<float> trainer = new ShardedFeatures(seed: 1).BeginTraining(s_options with { Cluster = cluster });
            trainer.LearningRate = cluster.Rank == 0 ? 0.1 : 0.2;
            return trainer.RunEpoch(ShardTrainings.Features(20)).Loss;
        });
        Assert.All(results, result => Assert.Contains("something else", Assert.IsType<TrainingClusterException>(result.Exception).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_loss_with_another_setting_shows_in_what_it_makes_of_the_data()
    {
        (int, Exception? Exception)[] results = ThreadCluster.Try(2, cluster => new ShardedFeatures(seed: 1).Fit(
            ShardTrainings.Features(20), s_options with { Cluster = cluster, Loss = new HuberLoss { Delta = cluster.Rank == 0 ? 0.1 : 0.3 } }).Epochs);
        Assert.All(results, result => Assert.Contains(
            "loss of the first sequences", Assert.IsType<TrainingClusterException>(result.Exception).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_cluster_that_was_left_is_refused_and_one_of_one_process_needs_nobody()
    {
        foreach (int size in (int[])[1, 2])
        {
            (int, Exception? Exception)[] results = ThreadCluster.Try(size, cluster =>
            {
                using Trainer<float> trainer = new ShardedFeatures(seed: 1).BeginTraining(s_options with { Cluster = cluster });
                cluster.Dispose();
                trainer.RunEpoch(ShardTrainings.Features(20));
                return 0;
            });
            Assert.All(results, result => Assert.Contains(
                "no longer there", Assert.IsType<TrainingClusterException>(result.Exception).Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Steps_of_a_cluster_allocate_nothing_of_their_own()
    {
        long[] allocated = ThreadCluster.Run(2, cluster =>
        {
            SequenceDataset<float> data = ShardTrainings.Features(32);
            using Trainer<float> trainer = new ShardedFeatures(seed: 1).BeginTraining(s_options with { Cluster = cluster, BatchSize = 16 });
            int[] order = [.. Enumerable.Range(0, 16)];
            for (int i = 0; i < 50; i++)
            {
                trainer.Step(data, order);
            }

            long carried = ThreadCluster.Carried, before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
            {
                trainer.Step(data, order);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before - (ThreadCluster.Carried - carried);
        });
        Assert.All(allocated, bytes => Assert.Equal(0, bytes));
    }

    /// <summary>Gradients of a shard: numbers of several magnitudes, whose sum depends on its order.</summary>
    private static GradientSet Gradients(ModelSchema schema, int shard)
    {
        var random = new RandomSource((ulong)shard);
        var gradients = new GradientSet(schema);
        gradients.UseTokens([.. Tokens(shard)]);
        Span<float> all = gradients.Buffer.Span;
        int size = schema.Layers[0].OutputSize, table = size * schema.InputSize;
        for (int i = 0; i < all.Length; i++)
        {
            bool isThere = i >= table || Tokens(shard).Contains(i / size);
            all[i] = !isThere ? 0 : i % 5 == 0 ? -0f : random.NextUniform(1) * MathF.Pow(10, random.NextInt32(7));
        }

        return gradients;
    }

    private static IEnumerable<int> Tokens(int shard) => Enumerable.Range(0, 3).Select(i => (shard * 5 + i * 7) % 40);

    private sealed class AtTheEnd(bool afterTraining, bool fails) : TrainingCallback
    {
        protected internal override void OnEpochEnd(TrainingRun run) => Act(!afterTraining);

        protected internal override void OnTrainingEnd(TrainingRun run) => Act(afterTraining);

        private void Act(bool isTime)
        {
            if (fails && isTime)
            {
                throw new IOException("the disk is full");
            }
        }
    }

    private sealed class Cancelling(CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Batch == 2)
            {
                cancellation.Cancel();
            }
        }
    }
}
