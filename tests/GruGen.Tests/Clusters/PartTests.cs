using System.Collections.Concurrent;

namespace GruGen.Tests.Clusters;

/// <summary>Sources in parts, of which each process reads those of its shards alone, train the same bits on any number of processes.</summary>
public sealed class PartTests : IDisposable
{
    // a part that is empty, one of a single sequence and one that lasts longest; a batch of 13 takes 1, 2, 1, 2, 2, 1, 2, 2
    private static readonly int[] s_counts = [3, 0, 1, 17, 5, 2, 9, 4];

    private static readonly TrainingOptions s_options =
        new() { Epochs = 3, BatchSize = 13, Shards = 8, Optimizer = new Adam(0.01), ClipNorm = 0.3 };

    private static readonly Dictionary<string, Func<TrainingOptions, string>> s_trainings = new(StringComparer.Ordinal)
    {
        ["features with dropout"] = options => Of(new ShardedFeatures(seed: 1), Features(s_counts), options with
        {
            Metrics = [Metric.MeanAbsoluteError, Metric.RSquared],
            ValidationData = ShardTrainings.Features(11),
        }),
        ["in their order"] = options => Of(new ShardedFeatures(seed: 1), Features(s_counts), options with { Shuffle = false }),
        ["labels of few tokens"] = options => Of(new ShardedTokens(seed: 1), Tokens(), options with
        {
            AccumulatedBatches = 2,
            Optimizer = new Adam { Lazy = true },
            Metrics = [Metric.Accuracy],
        }),
        ["divided by weights"] = options => Of(new ShardedFeatures(seed: 1), Features(s_counts, isWeighted: true), options with
        {
            Loss = new MeanSquaredErrorLoss { NormalizesWeights = true },
        }),
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Trainings => [.. s_trainings.Keys];

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Any_number_of_processes_ends_in_the_bits_of_one(string name)
    {
        string expected = s_trainings[name](s_options);
        foreach (int size in (int[])[1, 2, 3, 4, 5, 8])
        {
            string[] all = ThreadCluster.Run(size, cluster => s_trainings[name](s_options with
            {
                Cluster = cluster,
                MaxDegreeOfParallelism = 1 + (cluster.Rank % 2),
            }));
            Assert.All(all, each => Assert.Equal(expected, each));
        }
    }

    /// <summary>
    /// Where no part ends before the others, a batch has the sequences at the places, and so the masks of dropout, of a batch of data that
    /// every process has. Some parts here have more items than sequences.
    /// </summary>
    [Fact]
    public void Parts_that_last_equally_long_train_as_one_source_of_the_same_batches()
    {
        const int batches = 4;
        (int From, int To)[] places = [.. Enumerable.Range(0, 8).Select(shard => ShardRange.Part(13, shard, 8))];
        IEnumerable<(int, int)> order = Enumerable.Range(0, batches).SelectMany(batch => places.SelectMany(
            (place, part) => Enumerable.Range(batch * (place.To - place.From), place.To - place.From).Select(i => (part, i))));
        (ShardedFeatures whole, ShardedFeatures divided) = (new(seed: 1), new(seed: 1));
        TrainingOptions options = s_options with { Shuffle = false };
        string expected = Of(whole, new SequenceSource<float, (int Part, int Place)>(() => order, Add), options);

        var parts = new SequenceSource<float, (int Part, int Place)>(
            part => Enumerable.Range(0, batches * (places[part].To - places[part].From)).SelectMany(place => ((int, int)[])[(part, -1), (part, place)]),
            (batch, item) =>
            {
                if (item.Place >= 0)
                {
                    Add(batch, item);
                }
            },
            parts: 8);
        Assert.Equal(expected, Of(divided, parts, options));
    }

    [Fact]
    public void A_process_reads_its_own_parts_alone_once_in_each_epoch()
    {
        int[][] asked = ThreadCluster.Run(3, cluster =>
        {
            var parts = new ConcurrentQueue<int>();
            new ShardedFeatures(seed: 1).Fit(Features(s_counts, begun: parts.Enqueue), s_options with { Cluster = cluster, Epochs = 2 });
            return parts.Order().ToArray();
        });
        Assert.Equal([[0, 0, 1, 1], [2, 2, 3, 3, 4, 4], [5, 5, 6, 6, 7, 7]], asked);
    }

    [Fact]
    public void Each_part_and_epoch_has_an_order_of_its_own()
    {
        int[] Orders(int seed, int buffer)
        {
            var read = new List<int>();
            var source = new SequenceSource<float, int>(_ => Enumerable.Range(0, 20), Read, parts: 2) { ShuffleBuffer = buffer };
            new ShardedFeatures(seed: 1).Fit(source, new TrainingOptions { Seed = seed, Shards = 2, BatchSize = 40, Epochs = 2 });
            return [.. read];

            void Read(SequenceDataset<float> batch, int place)
            {
                read.Add(place);
                Add(batch, (0, place));
            }
        }

        int[][] orders = [.. Orders(seed: 1, buffer: 5).Chunk(20)];
        Assert.Equal(4, orders.Select(order => string.Join(' ', order)).Distinct().Count());
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 20), order.Order()));
        Assert.All(orders[0].Index(), pair => Assert.True(pair.Item <= pair.Index + 5)); // nothing is drawn before it is read
        Assert.Equal(orders, Orders(seed: 1, buffer: 5).Chunk(20));
        Assert.NotEqual(orders[0], Orders(seed: 2, buffer: 5)[..20]);
        Assert.All(Orders(seed: 1, buffer: 1).Chunk(20), order => Assert.Equal(Enumerable.Range(0, 20), order));
    }

    [Theory]
    [InlineData(3, 2, 4)]
    [InlineData(11, 8, 1)]
    [InlineData(20, 1, 3)]
    [InlineData(8, 4, 5)]
    public void A_training_goes_on_with_another_number_of_processes(int batches, int before, int after)
    {
        string expected = Train(seed: 1, cluster: null, resume: false, stopAfter: null);
        string interrupted = ThreadCluster.Run(before, cluster => Train(seed: 1, cluster, resume: false, batches))[0];
        Assert.NotEqual(expected, interrupted);
        Assert.All(
            ThreadCluster.Run(after, cluster => Train(seed: 5, cluster, resume: true, stopAfter: null)),
            each => Assert.Equal(expected, each));

        string Train(int seed, TrainingCluster? cluster, bool resume, int? stopAfter) =>
            Of(new ShardedFeatures(seed: seed), Features(s_counts), s_options with
            {
                Cluster = cluster,
                AccumulatedBatches = 2,
                Metrics = [Metric.MeanAbsoluteError],
                Callbacks = resume || stopAfter is not null
                    ? [new Checkpoint(_folder.FullName) { EverySteps = 1, Resume = resume }, new AfterBatch(stopAfter ?? -1, run => run.Stop())]
                    : [],
            });
    }

    /// <summary>One process stops all, whether the others still have sequences or not.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void One_process_can_stop_all(int stopping)
    {
        long[] steps = ThreadCluster.Run(3, cluster =>
        {
            using Trainer<float> trainer = new ShardedFeatures(seed: 1).BeginTraining(s_options with
            {
                Cluster = cluster,
                Callbacks = [new AfterBatch(6, run => { if (cluster.Rank == stopping) run.Stop(); })],
            });
            trainer.Fit(Features(s_counts));
            return trainer.StepCount;
        });
        Assert.All(steps, count => Assert.Equal(6, count));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 1)]
    [InlineData(7, 2)]
    public void What_the_reader_of_a_part_throws_ends_all_with_its_message(int failing, int rank)
    {
        (int Epochs, Exception? Exception)[] results = ThreadCluster.Try(3, cluster =>
            new ShardedFeatures(seed: 1).Fit(Features(s_counts, begun: Fail), s_options with { Cluster = cluster }).Epochs);
        Assert.Equal("part 3 is torn", Assert.IsType<IOException>(results[rank].Exception).Message.Replace($"{failing}", "3", StringComparison.Ordinal));
        Assert.All(results.Where((_, other) => other != rank), result =>
        {
            TrainingClusterException told = Assert.IsType<TrainingClusterException>(result.Exception);
            Assert.Equal(rank, told.Rank);
            Assert.Contains($"Process {rank} of 3 has ended the training: IOException: part {failing} is torn", told.Message, StringComparison.Ordinal);
        });

        void Fail(int part)
        {
            if (part == failing)
            {
                throw new IOException($"part {part} is torn");
            }
        }
    }

    [Fact]
    public void Targets_of_another_kind_in_one_part_end_all()
    {
        (int Epochs, Exception? Exception)[] results = ThreadCluster.Try(2, cluster =>
        {
            var source = new SequenceSource<int, int>(
                _ => Enumerable.Range(0, 9), (batch, i) => batch.AddPerStep([i], labels: [part(i)]), parts: 2);
            return new ShardedTokens(seed: 1).Fit(source, new TrainingOptions { Cluster = cluster, Shards = 2, BatchSize = 4 }).Epochs;

            int part(int i) => cluster.Rank == 1 && i == 5 ? 1000 : i;
        });
        Assert.IsType<ArgumentOutOfRangeException>(results[1].Exception);
        Assert.Contains("Process 1 of 2", Assert.IsType<TrainingClusterException>(results[0].Exception).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Parts_without_any_sequence_are_refused_everywhere(int size) => Assert.All(
        ThreadCluster.Try(size, cluster => new ShardedFeatures(seed: 1).Fit(Features(new int[8]), s_options with { Cluster = cluster }).Epochs),
        result => Assert.Contains(
            "no sequences in this epoch", Assert.IsType<InvalidOperationException>(result.Exception).Message, StringComparison.Ordinal));

    [Theory]
    [InlineData(4, 8, 13, "'Shards' is 8, but the source has 4 parts")]
    [InlineData(8, 1, 13, "'Shards' is 1, but the source has 8 parts")]
    [InlineData(1, 2, 13, "'Shards' is 2, but the source has 1 parts")]
    [InlineData(8, 8, 7, "'BatchSize' is 7, but the source has 8 parts")]
    public void Parts_that_do_not_fit_the_shards_are_refused(int parts, int shards, int batchSize, string message)
    {
        var options = new TrainingOptions { Shards = shards, BatchSize = batchSize };
        ArgumentException exception =
            Assert.Throws<ArgumentException>("options", () => new ShardedFeatures().Fit(Features(new int[parts]), options));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_part_is_a_training_without_shards()
    {
        (ShardedFeatures one, ShardedFeatures whole) = (new(seed: 1), new(seed: 1));
        TrainingOptions options = s_options with { Shards = 1, Shuffle = false };
        string expected = Of(whole, new SequenceSource<float, (int Part, int Place)>(() => Enumerable.Range(0, 30).Select(i => (0, i)), Add), options);
        Assert.Equal(expected, Of(one, Features([30]), options));
    }

    [Fact]
    public void Processes_of_which_one_has_all_data_find_out()
    {
        (int, Exception? Exception)[] results = ThreadCluster.Try(2, cluster =>
        {
            SequenceSource<float> source = cluster.Rank == 0
                ? new SequenceSource<float, (int Part, int Place)>(() => [(0, 0)], Add)
                : Features(s_counts);
            return new ShardedFeatures(seed: 1).Fit(source, s_options with { Cluster = cluster }).Epochs;
        });
        Assert.All(results, result => Assert.Contains(
            "The division of the data is none in process 0, but 8 parts", Assert.IsType<TrainingClusterException>(result.Exception).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_learning_rate_of_one_process_alone_is_found()
    {
        (double, Exception? Exception)[] results = ThreadCluster.Try(2, cluster =>
        {
            using Trainer<float> trainer = new ShardedFeatures(seed: 1).BeginTraining(s_options with { Cluster = cluster });
            trainer.LearningRate = cluster.Rank == 0 ? 0.1 : 0.2;
            return trainer.RunEpoch(Features(s_counts)).Loss;
        });
        Assert.All(results, result => Assert.Contains(
            "something else", Assert.IsType<TrainingClusterException>(result.Exception).Message, StringComparison.Ordinal));
    }

    /// <summary>The part of 17 sequences, of which a batch takes 2, needs 9 batches; those of all parts together would be 4.</summary>
    [Fact]
    public void Reports_have_the_batches_of_the_part_that_lasts_longest()
    {
        var alone = new Reports();
        new ShardedFeatures(seed: 1).Fit(Features(s_counts, isCounted: true), s_options with { Progress = alone });
        Assert.Equal([.. Enumerable.Range(1, 9), 9], alone.Values.Take(10).Select(value => value.Batch));
        Assert.All(alone.Values, value => Assert.Equal(9, value.Batches));
        var reports = new Reports();
        ThreadCluster.Run(3, cluster => new ShardedFeatures(seed: 1).Fit(
            Features(s_counts, isCounted: true), s_options with { Cluster = cluster, Progress = cluster.Rank == 1 ? reports : null }).Epochs);
        Assert.Equal(alone.Values, reports.Values);

        int unknown = -1;
        new ShardedFeatures(seed: 1).Fit(Features(s_counts), s_options with { OnEpochEnd = progress => unknown = progress.Batches });
        Assert.Equal(0, unknown);
    }

    [Fact]
    public void Numbers_of_sequences_are_checked()
    {
        SequenceSource<float, (int Part, int Place)> source = new(part => [(part, 0)], Add, parts: 3) { PartCounts = [3, 0, 5] };
        Assert.Equal((3, 8L), (source.Parts, source.Count));
        Assert.Contains("2 elements, but 3 are expected", Assert.Throws<ArgumentException>(
            "PartCounts", () => new SequenceSource<float, (int Part, int Place)>(_ => [], Add, parts: 3) { PartCounts = [1, 2] }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(
            "PartCounts[1]", () => new SequenceSource<float, (int Part, int Place)>(_ => [], Add, parts: 2) { PartCounts = [1, -2] });
        Assert.Throws<ArgumentNullException>(
            "PartCounts", () => new SequenceSource<float, (int Part, int Place)>(_ => [], Add, parts: 2) { PartCounts = null! });
        Assert.Throws<ArgumentException>("PartCounts", () => new SequenceSource<float, (int Part, int Place)>(() => [], Add) { PartCounts = [1] });
        Assert.Contains("'PartCounts'", Assert.Throws<InvalidOperationException>(
            () => new SequenceSource<float, (int Part, int Place)>(_ => [], Add, parts: 2) { Count = 5 }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("parts", () => new SequenceSource<float, (int Part, int Place)>(_ => [], Add, parts: 0));
    }

    [Fact]
    public void Batches_in_parts_allocate_nothing_of_their_own()
    {
        long[] allocated = ThreadCluster.Run(2, cluster =>
        {
            (var marks, long before) = (new long[200], 0L);
            int batch = 0;
            new ShardedFeatures(seed: 1).Fit(Features([.. Enumerable.Repeat(160, 8)], steps: 7), s_options with
            {
                Cluster = cluster,
                Epochs = 1,
                BatchSize = 8,
                Shuffle = false,
                Callbacks = [new AfterEach(() =>
                {
                    long now = GC.GetAllocatedBytesForCurrentThread() - ThreadCluster.Carried;
                    (marks[batch++], before) = (now - before, now);
                })],
            });
            Assert.Equal(160, batch);
            return marks[100..150].Min(); // where it has to wait for the reader, waiting may allocate
        });
        Assert.All(allocated, bytes => Assert.Equal(0, bytes));
    }

    private static string Of<TInput>(SequenceModel<TInput> model, SequenceSource<TInput> source, TrainingOptions options)
        where TInput : unmanaged =>
        ShardTrainings.Text(model, model.Fit(source, options));

    private static SequenceSource<float, (int Part, int Place)> Features(
        int[] counts, bool isWeighted = false, bool isCounted = false, int steps = 0, Action<int>? begun = null)
    {
        return new(Items, isWeighted ? AddWeighted : (batch, item) => Add(batch, item, steps), parts: counts.Length)
        {
            ShuffleBuffer = 3,
            PartCounts = isCounted ? [.. counts.Select(count => (long)count)] : [],
        };

        IEnumerable<(int, int)> Items(int part)
        {
            begun?.Invoke(part);
            return Enumerable.Range(0, counts[part]).Select(place => (part, place));
        }
    }

    private static SequenceSource<int, int> Tokens() => new(
        part => Enumerable.Range(0, s_counts[part]).Select(place => part * 100 + place),
        (batch, number) =>
        {
            var random = new RandomSource((ulong)number);
            int[] tokens = [.. Enumerable.Range(0, random.NextInt32(9)).Select(_ => random.NextInt32(300))];
            batch.AddPerStep(tokens, labels: [.. tokens.Select(token => token % 3 == 0 ? SequenceDataset.NotCounted : token * 7 % 300)]);
        },
        parts: 8);

    private static void Add(SequenceDataset<float> batch, (int Part, int Place) item) => Add(batch, item, steps: 0);

    private static void Add(SequenceDataset<float> batch, (int Part, int Place) item, int steps)
    {
        var random = new RandomSource((ulong)(item.Part * 1000 + item.Place));
        batch.Add(Numbers(random, 5 * (steps > 0 ? steps : random.NextInt32(9))), target: Numbers(random, 3));
    }

    private static void AddWeighted(SequenceDataset<float> batch, (int Part, int Place) item)
    {
        var random = new RandomSource((ulong)(item.Part * 1000 + item.Place));
        batch.Add(Numbers(random, 5 * random.NextInt32(9)), target: Numbers(random, 3), weight: Math.Exp(9 * random.NextDouble()));
    }

    private static float[] Numbers(RandomSource random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextUniform(1))];

    private sealed class AfterEach(Action act) : TrainingCallback
    {
        protected internal override void OnBatchEnd(TrainingRun run) => act();
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<(int Batch, int Batches, double)> Values { get; } = [];

        public void Report(TrainingProgress value) => Values.Add((value.Batch, value.Batches, value.Metrics.Loss));
    }
}
