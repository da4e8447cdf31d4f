namespace GruGen.Tests.Clusters;

[GruModel(inputSize: 5), Dropout(0.1), Gru(17, RecurrentDropout = 0.2), Gru(9), Dense(3)]
internal sealed partial class ShardedFeatures;

[GruModel, Embedding(300, 12), Gru(18, Output = SequenceOutput.EveryStep), Dense(300, Activation.Softmax)]
internal sealed partial class ShardedTokens;

[GruModel, Embedding(40, 33), Gru(5), Dense(1, Activation.Sigmoid)]
internal sealed partial class ShardedLabels;

[GruModel(inputSize: 6)]
[Gru(18, Name = "memory", Output = SequenceOutput.EveryStep)]
[Dense(4, Activation.Softmax, Name = "kind", IsOutput = true)]
[Dense(2, Name = "level", From = ["memory"])]
internal sealed partial class ShardedOutputs;

[GruModel, Embedding(13, 6), Gru(12), Gru(12, Output = SequenceOutput.EveryStep), Dense(13, Activation.Softmax)]
internal sealed partial class ShardedStreams;

/// <summary>Trainings of small models, and what comes of them.</summary>
internal static class ShardTrainings
{
    /// <summary>Ways to train, each from the same values and data wherever it runs.</summary>
    public static readonly Dictionary<string, Func<TrainingOptions, string>> All = new(StringComparer.Ordinal)
    {
        ["features with dropout"] = options => Of(new ShardedFeatures(seed: 1), Features(37), options with
        {
            ClipNorm = 0.3,
            Metrics = [Metric.MeanAbsoluteError, Metric.RSquared],
            ValidationSplit = 0.2,
        }),
        ["tokens whose rows are few"] = options => Of(new ShardedTokens(seed: 1), Tokens(37), options with
        {
            Optimizer = new Adam { Lazy = true },
            Metrics = [Metric.Accuracy, new TopKAccuracyMetric(3)],
        }),
        ["decay, averages and accumulation"] = options => Of(new ShardedTokens(seed: 1), Tokens(40), options with
        {
            Optimizer = new AdamW(),
            AverageDecay = 0.9,
            AccumulatedBatches = 2,
            ClipValue = 0.01,
        }),
        ["labels, frozen rows and areas under curves"] = options => Of(new ShardedLabels(seed: 1), Labels(41), options with
        {
            FrozenLayers = ["embedding"],
            Metrics = [Metric.RocAuc, Metric.F1, new LogLossMetric()],
            ValidationData = Labels(23, seed: 9),
            ClipTensorNorm = 0.1,
        }),
        ["several outputs"] = options => Of(new ShardedOutputs(seed: 1), Outputs(29), options with
        {
            Loss = new OutputLosses { Weights = new Dictionary<string, double> { ["kind"] = 0.5 } },
            GroupByLength = true,
        }),
        ["streams"] = options => Of(new ShardedStreams(seed: 1), Streams(), options with { ClipNorm = 1, Metrics = [Metric.Accuracy] }),
    };

    /// <summary>The parameters and the history of a training, to the bit.</summary>
    public static string Of<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data, TrainingOptions options)
        where TInput : unmanaged =>
        Text(model, model.Fit(data, options));

    public static string Text<TInput>(SequenceModel<TInput> model, History history)
        where TInput : unmanaged =>
        $"{Checksum.Of(model.Parameters.All):x16} {string.Join("; ", history.Names.Order(StringComparer.Ordinal).Select(name => $"{name} {string.Join(' ', history[name].Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}"))}";

    public static SequenceDataset<float> Features(int count)
    {
        var random = new RandomSource(3);
        SequenceDataset<float> data = ShardedFeatures.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            data.Add(Numbers(random, 5 * (i * 7 % 12)), target: Numbers(random, 3));
        }

        return data;
    }

    public static SequenceDataset<int> Tokens(int count)
    {
        var random = new RandomSource(3);
        SequenceDataset<int> data = ShardedTokens.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            int[] tokens = [.. Enumerable.Range(0, i * 7 % 12).Select(_ => random.NextInt32(300))];
            data.AddPerStep(tokens, labels: [.. tokens.Select(token => token % 11 == 0 ? SequenceDataset.NotCounted : token * 7 % 300)]);
        }

        return data;
    }

    public static SequenceDataset<int> Labels(int count, ulong seed = 3)
    {
        var random = new RandomSource(seed);
        SequenceDataset<int> data = ShardedLabels.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            int[] tokens = [.. Enumerable.Range(0, 1 + i % 5).Select(_ => random.NextInt32(40))];
            data.Add(tokens, label: tokens[0] % 2);
        }

        return data;
    }

    private static SequenceDataset<float> Outputs(int count)
    {
        var random = new RandomSource(3);
        SequenceDataset<float> data = ShardedOutputs.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            int steps = i % 11;
            OutputTarget kind = i % 5 == 0 ? OutputTarget.None : Enumerable.Range(0, steps).Select(_ => random.NextInt32(5) - 1).ToArray();
            data.AddTargets(Numbers(random, 6 * steps), kind, Numbers(random, 2 * steps));
        }

        return data;
    }

    public static SequenceDataset<int> Streams() =>
        new ShardedStreams().CreateStreamDataset([.. Enumerable.Range(0, 800).Select(i => i * i * 7 % 13)], streams: 11, steps: 9);

    private static float[] Numbers(RandomSource random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextUniform(1))];
}
