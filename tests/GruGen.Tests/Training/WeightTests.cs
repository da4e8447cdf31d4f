using Extensions;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

/// <summary>Weights of targets in losses, gradients, metrics and training, against means that are written down here.</summary>
public class WeightTests
{
    private static readonly ModelSchema Follower = ModelSchema.ForFeatures(
        "Follower", 2, LayerSchema.Gru(5, SequenceOutput.EveryStep), LayerSchema.Dense(3, Activation.Tanh));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_loss_is_the_sum_of_weighted_losses_over_their_number_or_over_their_weights(bool normalized)
    {
        var model = new DynamicModel<float>(Follower, seed: 1);
        (SequenceDataset<float> data, float[][] weights) = Weighted(12);
        double squares = 0, errors = 0, rows = 0, all = 0;
        for (int i = 0; i < data.Count; i++)
        {
            float[] outputs = new float[3 * data.Length(i)];
            model.Predict(data.Input(i), outputs);
            for (int t = 0; t < data.Length(i); t++)
            {
                if (data.Label(i, t) == 0)
                {
                    double[] differences = [.. Enumerable.Range(0, 3).Select(k => (double)outputs[3 * t + k] - data.Values(i, t)[k])];
                    (squares, errors) = (squares + weights[i][t] * differences.Sum(d => d * d), errors + weights[i][t] * differences.Sum(Math.Abs));
                    (rows, all) = (rows + 3, all + 3 * weights[i][t]);
                }
            }
        }

        var loss = new MeanSquaredErrorLoss { NormalizesWeights = normalized };
        var plain = new MeanAbsoluteErrorMetric { Unweighted = true, Name = "plain" };
        Evaluation evaluation = model.Evaluate(data, loss, [Metric.MeanAbsoluteError, plain]);
        Assert.Equal(squares / (normalized ? all : rows), evaluation.Loss, 1e-6);
        Assert.Equal(errors / all, evaluation["mae"], 1e-6);
        Assert.Equal(model.Evaluate(Unweighted(data), loss)["mae"], evaluation["plain"], 1e-12);

        var still = new TrainingOptions { Optimizer = new Sgd(0), BatchSize = 5, Loss = loss, Metrics = [Metric.MeanAbsoluteError] };
        History history = model.Fit(data, still);
        Assert.Equal(evaluation.Loss, history["loss"][0], 1e-9);
        Assert.Equal(evaluation["mae"], history["mae"][0], 1e-9);
    }

    /// <summary>Normalised weights of 2 and 0 are the same data with some of it twice and some not at all.</summary>
    [Fact]
    public void A_weight_of_two_is_the_sequence_twice()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(12), weighted = new(TrainingTask.Binary);
        for (int i = 0; i < 12; i++)
        {
            weighted.Add(data.Input(i), data.Label(i, 0), weight: i % 3);
        }

        int[] repeated = [.. Enumerable.Range(0, 12).SelectMany(i => Enumerable.Repeat(i, i % 3))];
        DynamicModel<int> one = TrainingTask.BinaryModel(seed: 1), other = TrainingTask.BinaryModel(seed: 1);
        var options = new TrainingOptions { Loss = new BinaryCrossEntropyLoss { NormalizesWeights = true }, Optimizer = new Sgd(0.5), Shuffle = false };
        Metric[] metrics = [Metric.Accuracy, Metric.F1, Metric.RocAuc, Metric.LogLoss, Metric.MeanSquaredError, Metric.RSquared];
        one.Fit(weighted, options);
        other.Fit(data.Subset(repeated), options);
        for (int i = 0; i < one.Parameters.Count; i++)
        {
            Assert.Equal(other.Parameters.All[i], one.Parameters.All[i], 1e-6);
        }

        Evaluation expected = other.Evaluate(data.Subset(repeated), options.Loss, metrics), actual = other.Evaluate(weighted, options.Loss, metrics);
        Assert.All(expected, pair => Assert.Equal(pair.Value, actual[pair.Key], 1e-9));
    }

    [Fact]
    public void Weights_of_one_have_the_bits_of_none()
    {
        (SequenceDataset<float> data, _) = Weighted(20);
        SequenceDataset<float> none = Unweighted(data), ones = Unweighted(data);
        ones.AddPerStep([1, 2], [0.5f, 0, 0], weights: [2]); // from here on there are weights
        ones = ones.Subset([.. Enumerable.Range(0, 20)]);
        Assert.Equal(Trained(none, 1), Trained(ones, 1));
        Assert.False(ones.HasWeights);
        Assert.NotEqual(Trained(none, 1), Trained(data, 1));
    }

    [Fact]
    public void Any_number_of_threads_trains_with_weights_to_the_same_bits()
    {
        (SequenceDataset<float> data, _) = Weighted(40);
        Assert.Equal(Trained(data, 1), Trained(data, 2));
        Assert.Equal(Trained(data, 1), Trained(data, 3));
    }

    [Fact]
    public void Parts_of_a_dataset_keep_their_weights()
    {
        (SequenceDataset<float> data, float[][] weights) = Weighted(9);
        SequenceDataset<float> some = data.Subset([7, 2, 7]), first = data.Take(4);
        Assert.Equal([7, 2, 7], Enumerable.Range(0, 3).Select(i => Array.FindIndex(weights, own => own.SequenceEqual(Weights(some, i)))));
        Assert.Equal(weights.Take(4), Enumerable.Range(0, 4).Select(i => Weights(first, i)));
        (SequenceDataset<float> one, SequenceDataset<float> other) = data.Split(0.5, seed: 3);
        Assert.Equal(
            weights.SelectMany(own => own).Order(),
            Enumerable.Range(0, one.Count).SelectMany(i => Weights(one, i)).Concat(Enumerable.Range(0, other.Count).SelectMany(i => Weights(other, i))).Order());
    }

    [Fact]
    public void A_masked_step_takes_its_weight_with_it()
    {
        ModelSchema schema = ModelSchema.ForTokens(
            "Masked", LayerSchema.Embedding(5, 2, paddingToken: 0), LayerSchema.Gru(3, SequenceOutput.EveryStep), LayerSchema.Dense(2, Activation.Softmax));
        var data = new SequenceDataset<int>(schema);
        data.AddPerStep([1, 0, 2, 0], labels: [1, 0, 0, 1], weights: [0.5f, 9, 2, 9]);
        data.AddPerStep([1, 0, 2, 0], labels: [1, 0, 0, 1], weights: [3]);
        Assert.Equal([0.5f, 2], Weights(data, 0));
        Assert.Equal([3f, 3], Weights(data, 1));
    }

    [Fact]
    public void Weights_that_cannot_be_are_refused()
    {
        var data = new SequenceDataset<int>(TrainingTask.Binary);
        foreach (double weight in (double[])[-0.1, double.NaN, double.PositiveInfinity, 1e39])
        {
            Refused.Argument<ArgumentOutOfRangeException>("weight", ["weight"], () => data.Add([1], label: 1, weight));
            Refused.Argument<ArgumentOutOfRangeException>("weight", ["weight"], () => new SequenceDataset<int>(TrainingTask.Binary).Add([1], [0.5f], weight));
        }

        var steps = new SequenceDataset<float>(Follower);
        Refused.Argument<ArgumentOutOfRangeException>("weights", ["-1"], () => steps.AddPerStep([1, 2], [0f, 0, 0], weights: [-1]));
        Refused.Argument<ArgumentOutOfRangeException>("weights", ["NaN"], () => steps.AddPerStep([1, 2, 3, 4], new float[6], weights: [1, float.NaN]));
        Refused.Argument<ArgumentException>("weights", ["3", "2"], () => steps.AddPerStep([1, 2, 3, 4], new float[6], weights: [1, 1, 1]));
        Assert.Equal((0, 0), (data.Count, steps.Count));
    }

    /// <summary>
    /// What has no weight is as if it was not there, but for the number that the sum is divided by; its outputs may be anything.
    /// </summary>
    [Fact]
    public void A_weight_of_zero_has_no_loss_and_no_gradient_whatever_the_outputs_are()
    {
        foreach (string name in (string[])["MeanSquaredError", "BinaryCrossEntropy", "CategoricalCrossEntropy", "Pinball"])
        {
            (Loss loss, string activation) = name switch
            {
                "CategoricalCrossEntropy" => ((Loss)new CategoricalCrossEntropyLoss { LabelSmoothing = 0.1 }, "Softmax"),
                "BinaryCrossEntropy" => (Loss.BinaryCrossEntropy, "Sigmoid"),
                "Pinball" => (new PinballLoss(0.7), "Linear"),
                _ => (Loss.MeanSquaredError, "Tanh"),
            };
            var data = new SequenceDataset<float>(LossTests.Schema(activation, 2, SequenceOutput.EveryStep));
            data.AddPerStep(new float[3], [0.25f, 0.75f, 0, 1, 1, 0], weights: [2, 0, 0.5f]);
            foreach (float other in (float[])[0.3f, float.NaN, float.PositiveInfinity])
            {
                (double sum, float[] gradients) = new LossCase(loss, data, [0.1f, -0.2f, other, other, 0.5f, 0.7f]).Run(gradientScale: 1.0 / 3);
                (double first, float[] firstGradients) = One(0, [0.1f, -0.2f]);
                (double last, float[] lastGradients) = One(2, [0.5f, 0.7f]);
                Assert.Equal(2 * first + 0.5 * last, sum, 1e-12);
                Assert.Equal([.. firstGradients.Select(g => 2 * g), 0, 0, .. lastGradients.Select(g => g / 2)], gradients);
            }

            (double, float[]) One(int row, float[] logits)
            {
                var one = new SequenceDataset<float>(data.Schema);
                one.AddPerStep([0], data.Values(0, row));
                return new LossCase(loss, one, logits).Run(gradientScale: 1.0 / 3);
            }
        }
    }

    [Fact]
    public void A_loss_of_sequences_has_the_mean_weight_of_the_steps_that_count()
    {
        var schema = new CtcReader().Schema;
        SequenceDataset<float> plain = new(schema), weighted = new(schema);
        int[][] labels = [[1, 2, -1, -1], [3, -1, -1, -1]];
        float[] input = [.. Enumerable.Range(0, 4 * schema.InputSize).Select(i => i * 0.01f)];
        foreach (int[] own in labels)
        {
            plain.AddPerStep(input, own);
        }

        weighted.AddPerStep(input, labels[0], weights: [1, 4, 100, 100]);
        weighted.AddPerStep(input, labels[1], weights: [0.5f]);
        var model = new CtcReader(seed: 1);
        var loss = new CtcLoss();
        double[] each = [.. Enumerable.Range(0, 2).Select(i => model.Evaluate(plain.Subset([i]), loss).Loss)];
        Assert.Equal((2.5 * each[0] + 0.5 * each[1]) / 2, model.Evaluate(weighted, loss).Loss, 1e-9);
        Assert.Equal((2.5 * each[0] + 0.5 * each[1]) / 3, model.Evaluate(weighted, new CtcLoss { NormalizesWeights = true }).Loss, 1e-9);
        GradientCheck check = GradientCheck.Run(model, weighted, loss);
        Assert.True(check.Passed(), check.ToString());
    }

    [Fact]
    public void A_mean_over_nothing_is_zero_and_teaches_nothing()
    {
        DynamicModel<float> tagger = TrainingTask.TaggerModel(seed: 1);
        SequenceDataset<float> uncounted = new(TrainingTask.Tagger), weightless = new(TrainingTask.Tagger);
        uncounted.AddPerStep([1, 2, 3, 4], labels: [-1, -1]);
        weightless.AddPerStep([1, 2, 3, 4], labels: [2, 1], weights: [0]);
        float[] before = [.. tagger.Parameters.All];
        var normalized = new CategoricalCrossEntropyLoss { NormalizesWeights = true };
        var classless = new CategoricalCrossEntropyLoss { ClassWeights = [1, 0, 0] };
        Metric[] metrics =
        [
            Metric.Accuracy, Metric.Top5Accuracy, Metric.Precision, Metric.Recall, Metric.F1, Metric.LogLoss, Metric.Perplexity, Metric.BitsPerCharacter,
            Metric.RocAuc, new ExactMatch(),
        ];
        Assert.All(tagger.Evaluate(uncounted, metrics: metrics), pair => Assert.Equal(0, pair.Value));
        Assert.Equal(0, tagger.Evaluate(weightless, normalized).Loss);
        Assert.Equal(0, tagger.Evaluate(weightless, classless).Loss);
        Assert.All(
            (History[])[
                tagger.Fit(uncounted, new TrainingOptions { Metrics = metrics }),
                tagger.Fit(weightless, new TrainingOptions { Loss = normalized }),
                tagger.Fit(weightless, new TrainingOptions { Loss = classless }),
                tagger.Fit(weightless),
            ],
            history => Assert.All(history.Names, name => Assert.Equal(0, history[name][0])));
        Assert.Equal(before, tagger.Parameters.All);
    }

    [Fact]
    public void Pairs_have_weights()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        PairDataset<int> plain = models.CreateDataset(), weighted = models.CreateDataset();
        plain.Add([2, 3], [3, 2]);
        weighted.Add([2, 3], [3, 2], weight: 1);
        weighted.Add([4, 3, 2], [2], weight: 0);
        Assert.False(plain.HasWeights);
        var options = new TrainingOptions { Optimizer = new Sgd(0), Loss = new CategoricalCrossEntropyLoss { NormalizesWeights = true } };
        Assert.Equal(models.Fit(plain, options)["loss"][0], models.Fit(weighted, options)["loss"][0], 1e-9);
    }

    [Fact]
    public void A_step_with_weights_allocates_nothing()
    {
        (SequenceDataset<float> data, _) = Weighted(8);
        Nothing(new DynamicModel<float>(Follower, seed: 1), data, new HuberLoss { NormalizesWeights = true });
        Nothing(new DynamicModel<float>(Follower, seed: 1), data, new LogCoshLoss());
        Nothing(new DynamicModel<float>(Follower, seed: 1), data, new PinballLoss(0.3));

        SequenceDataset<float> classes = new(TrainingTask.Tagger);
        classes.AddPerStep(new float[16], [0, 1, 2, -1, 0, 1, 2, 2], weights: [2, 0, 1, 1, 1, 1, 1, 3]);
        Nothing(TrainingTask.TaggerModel(), classes, new CategoricalCrossEntropyLoss { LabelSmoothing = 0.1, ClassWeights = [1, 2, 3] });
        Nothing(TrainingTask.TaggerModel(), classes, new KullbackLeiblerLoss { Epsilon = 1e-7 });

        static void Nothing(DynamicModel<float> model, SequenceDataset<float> data, Loss loss)
        {
            using Trainer<float> trainer = model.BeginTraining(new TrainingOptions { Loss = loss, BatchSize = data.Count });
            int[] batch = [.. Enumerable.Range(0, data.Count)];
            Allocated.Nothing($"A step with {loss}", () => trainer.Step(data, batch));
        }
    }

    /// <summary>Sequences of 1 to 9 steps with numbers as targets, some uncounted, and weights, some of them 0.</summary>
    private static (SequenceDataset<float> Data, float[][] Weights) Weighted(int count)
    {
        var data = new SequenceDataset<float>(Follower);
        var random = new RandomSource(17);
        List<float[]> weights = [];
        for (int i = 0; i < count; i++)
        {
            int steps = 1 + random.NextInt32(9);
            float[] own = [.. Enumerable.Range(0, steps).Select(_ => random.NextInt32(4) * 0.5f + i * 0.01f)];
            weights.Add(own);
            data.AddPerStep(
                Floats(2 * steps), Floats(3 * steps), counted: [.. Enumerable.Range(0, steps).Select(t => t == 0 || random.NextInt32(5) > 0)], weights: own);
        }

        return (data, [.. weights]);

        float[] Floats(int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextUniform(1))];
    }

    private static SequenceDataset<float> Unweighted(SequenceDataset<float> data)
    {
        var plain = new SequenceDataset<float>(data.Schema);
        for (int i = 0; i < data.Count; i++)
        {
            int[] steps = [.. Enumerable.Range(0, data.Length(i))];
            plain.AddPerStep(
                data.Input(i), [.. steps.SelectMany(t => data.Values(i, t).ToArray())], counted: [.. steps.Select(t => data.Label(i, t) == 0)]);
        }

        return plain;
    }

    private static float[] Weights<TInput>(SequenceDataset<TInput> data, int index)
        where TInput : unmanaged =>
        [.. Enumerable.Range(0, data.Length(index)).Select(t => data.Targets[0].Weight(index, t))];

    private static float[] Trained(SequenceDataset<float> data, int threads)
    {
        var model = new DynamicModel<float>(Follower, seed: 1);
        model.Fit(data, new TrainingOptions { Epochs = 2, BatchSize = 16, MaxDegreeOfParallelism = threads, Loss = Loss.Huber });
        return [.. model.Parameters.All];
    }
}
