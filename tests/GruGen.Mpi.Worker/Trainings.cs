using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace GruGen.Mpi.Worker;

/// <summary>Short trainings in eight shards, which end with the same bits in one process and in many.</summary>
internal static class Trainings
{
    /// <summary>All of them, by their names.</summary>
    public static IReadOnlyDictionary<string, Func<TrainingOptions, string>> All { get; } =
        new SortedDictionary<string, Func<TrainingOptions, string>>(StringComparer.Ordinal)
        {
            ["features"] = Features,
            ["frozen"] = Frozen,
            ["outputs"] = Outputs,
            ["parts"] = Parts,
            ["streams"] = Streams,
            ["tokens"] = Tokens,
        };

    /// <summary>What every training ends with: a line for each, with checksums of the parameters and of the history.</summary>
    /// <param name="cluster">The processes; null for this one alone.</param>
    /// <param name="threads">The threads of each process.</param>
    public static IEnumerable<string> Run(TrainingCluster? cluster, int threads) => All.Select(training => $"{training.Key} "
        + training.Value(new TrainingOptions { Cluster = cluster, Shards = 8, MaxDegreeOfParallelism = threads, Epochs = 3, Seed = 5 }));

    /// <summary>A training of many steps, which goes on from the newest checkpoint in a folder.</summary>
    /// <param name="cluster">The processes; null for this one alone.</param>
    /// <param name="folder">The folder; null for no checkpoints.</param>
    public static string Long(TrainingCluster? cluster, string? folder) => Tokens(new TrainingOptions
    {
        Cluster = cluster,
        Shards = 8,
        Epochs = 600,
        Seed = 5,
        AccumulatedBatches = 2,
        Metrics = [Metric.Accuracy],
        Callbacks = folder is null ? [] : [new Checkpoint(folder) { EverySteps = 2, Resume = true }],
    });

    /// <summary>Sequences of 1 to 29 steps.</summary>
    public static SequenceDataset<float> Movements(int seed, int count)
    {
        var random = new Random(seed);
        SequenceDataset<float> data = Movement.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            data.Add(Numbers(random, 6 * random.Next(1, 30)), label: i % 3);
        }

        return data;
    }

    /// <summary>Dropout, clipping, averages, accumulated batches, validation and a metric; the last batch is a small one.</summary>
    private static string Features(TrainingOptions options)
    {
        return Fit(new Movement(seed: 1), Movements(seed: 1, count: 93), options with
        {
            Optimizer = new Adam(0.01),
            BatchSize = 32,
            AccumulatedBatches = 2,
            ClipNorm = 0.5,
            AverageDecay = 0.9,
            ValidationSplit = 0.2,
            Metrics = [Metric.Accuracy],
        });
    }

    /// <summary>Batches that have fewer sequences than there are shards, and a layer that does not learn.</summary>
    private static string Frozen(TrainingOptions options)
    {
        return Fit(new Movement(seed: 2), Movements(seed: 2, count: 23), options with
        {
            Optimizer = new Sgd(0.05) { Momentum = 0.9 },
            BatchSize = 5,
            FrozenLayers = ["gru1"],
        });
    }

    /// <summary>An embedding of which a batch has few rows, and an optimiser that leaves the others alone.</summary>
    private static string Tokens(TrainingOptions options)
    {
        var random = new Random(3);
        SequenceDataset<int> data = Opinion.CreateDataset();
        for (int i = 0; i < 71; i++)
        {
            int[] tokens = new int[random.Next(1, 20)];
            for (int t = 0; t < tokens.Length; t++)
            {
                tokens[t] = random.Next(300);
            }

            data.Add(tokens, label: i % 2);
        }

        return Fit(new Opinion(seed: 3), data, options with { Optimizer = new Adam(0.01) { Lazy = true }, BatchSize = 16 });
    }

    /// <summary>Two outputs, each with its loss.</summary>
    private static string Outputs(TrainingOptions options)
    {
        var random = new Random(4);
        SequenceDataset<float> data = Enhancer.CreateDataset();
        for (int i = 0; i < 40; i++)
        {
            int steps = random.Next(1, 16);
            int[] isSpeech = new int[steps];
            random.GetItems([0, 1], isSpeech);
            data.AddTargets(Numbers(random, 4 * steps), isSpeech, Numbers(random, 2 * steps));
        }

        return Fit(new Enhancer(seed: 4), data, options with
        {
            Optimizer = new AdamW(0.01),
            BatchSize = 16,
            Metrics = [Metric.Accuracy.Of("voice")],
        });
    }

    /// <summary>A source in parts of 0 to 11 sequences, of which each process reads its own.</summary>
    private static string Parts(TrainingOptions options)
    {
        SequenceDataset<float> all = Movements(seed: 6, count: 40);
        int[] counts = [5, 1, 0, 11, 6, 2, 7, 8];
        var source = new SequenceSource<float, int>(
            part => Enumerable.Range(counts.Take(part).Sum(), counts[part]), (batch, i) => batch.Add(all.Input(i), label: i % 3), parts: 8)
        {
            ShuffleBuffer = 4,
        };
        var model = new Movement(seed: 6);
        return Text(model, model.Fit(source, options with { Optimizer = new Adam(0.01), BatchSize = 13, ClipNorm = 0.5, Metrics = [Metric.Accuracy] }));
    }

    /// <summary>Streams, whose states go from one batch to the next.</summary>
    private static string Streams(TrainingOptions options)
    {
        var random = new Random(5);
        int[] tokens = new int[1200];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = i % 3 == 0 ? random.Next(12) : (tokens[i - 1] + i) % 12;
        }

        var model = new Writer(seed: 5);
        return Fit(model, model.CreateStreamDataset(tokens, streams: 10, steps: 12), options with
        {
            Optimizer = new Adam(0.01),
            ClipNorm = 1,
            Metrics = [Metric.Perplexity],
        });
    }

    private static string Fit<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data, TrainingOptions options)
        where TInput : unmanaged => Text(model, model.Fit(data, options));

    private static string Text<TInput>(SequenceModel<TInput> model, History history)
        where TInput : unmanaged
    {
        double[] measured = [.. history.Names.Order(StringComparer.Ordinal).SelectMany(name => history[name])];
        return $"{Checksum(model.Parameters.All)} {Checksum<double>(measured)} {history["loss"][^1].ToString("R", CultureInfo.InvariantCulture)}";
    }

    private static string Checksum<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values)).AsSpan(0, 8));

    /// <summary>Numbers from 0 to 1.</summary>
    private static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = random.NextSingle();
        }

        return numbers;
    }
}
