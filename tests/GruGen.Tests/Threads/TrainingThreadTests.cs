using GruGen.Kernels;
using GruGen.Tests.Passes;
using GruGen.Tests.Training;

namespace GruGen.Tests.Threads;

/// <summary>Training gives the same bits with any number of threads, more than there are cores included.</summary>
public class TrainingThreadTests
{
    private static readonly int[] s_counts = [2, 3, 8];

    public static TheoryData<string> Models => [.. s_features.Keys];

    private static readonly Dictionary<string, Func<SequenceModel<float>>> s_features = new(StringComparer.Ordinal)
    {
        [nameof(Stacked)] = () => new Stacked(seed: 1),
        [nameof(TwoWays)] = () => new TwoWays(seed: 1),
        [nameof(Before)] = () => new Before(seed: 1),
        [nameof(Dropping)] = () => new Dropping(seed: 1),
        [nameof(Curved)] = () => new Curved(seed: 1),
        [nameof(Pooled)] = () => new Pooled(seed: 1),
        [nameof(Convolving)] = () => new Convolving(seed: 1),
        [nameof(Meeting)] = () => new Meeting(seed: 1),
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Any_number_of_threads_trains_to_the_same_bits(string name)
    {
        float[] expected = Train(1);
        Assert.All(s_counts, threads => AssertSameBits(expected, Train(threads)));

        float[] Train(int threads)
        {
            SequenceModel<float> model = s_features[name]();
            return Trained(model, Features(model.Schema, 45), new TrainingOptions { MaxDegreeOfParallelism = threads, BatchSize = 21, ClipNorm = 0.5 });
        }
    }

    [Fact]
    public void Any_number_of_threads_trains_to_the_same_bits_with_a_large_softmax_at_every_step()
    {
        foreach (Optimizer optimizer in EveryOptimizer.All)
        {
            float[] expected = Train(1);
            Assert.All(s_counts, threads => AssertSameBits(expected, Train(threads)));

            float[] Train(int threads) => Trained(
                new Vocabulary(seed: 1), Tokens(45), new TrainingOptions { MaxDegreeOfParallelism = threads, BatchSize = 21, Optimizer = optimizer, Metrics = [Metric.Accuracy] });
        }
    }

    [Fact]
    public void Any_number_of_threads_trains_an_encoder_and_a_decoder_to_the_same_bits()
    {
        float[] expected = Train(1);
        Assert.All(s_counts, threads => AssertSameBits(expected, Train(threads)));

        static float[] Train(int threads)
        {
            EncoderDecoder<int> models = ReversalTask.Models();
            models.Fit(ReversalTask.Pairs(models, ReversalTask.Strings(20)), new TrainingOptions { MaxDegreeOfParallelism = threads, BatchSize = 8, ClipNorm = 1 });
            return [.. models.Encoder.Parameters.All, .. models.Decoder.Parameters.All];
        }
    }

    [Fact]
    public void Any_number_of_threads_trains_several_outputs_to_the_same_bits()
    {
        float[] expected = Train(1);
        Assert.All(s_counts, threads => AssertSameBits(expected, Train(threads)));

        static float[] Train(int threads)
        {
            var model = new Parting(seed: 1);
            model.Fit(PartingData(45), new TrainingOptions { MaxDegreeOfParallelism = threads, BatchSize = 21, Epochs = 2, ClipNorm = 0.5 });
            return model.Parameters.All.ToArray();
        }
    }

    [Fact]
    public void A_step_of_several_outputs_allocates_nothing()
    {
        SequenceDataset<float> data = PartingData(32);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        using Trainer<float> trainer = new Parting().BeginTraining(new TrainingOptions
        {
            BatchSize = 16,
            Loss = new OutputLosses { Weights = new Dictionary<string, double> { ["kind"] = 0.5 } },
            Metrics = [Metric.Accuracy.Of("kind"), Metric.MeanAbsoluteError.Of("level")],
        });
        int batch = 0;
        Allocated.Nothing("Step", () => trainer.Step(data, order.AsSpan(batch++ % 2 * 16, 16)));
    }

    private static SequenceDataset<float> PartingData(int count)
    {
        var random = new Random(1);
        SequenceDataset<float> data = Parting.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            int steps = i % 11;
            float[] input = [.. Enumerable.Range(0, 6 * steps).Select(_ => (float)random.NextDouble())];
            OutputTarget kind = i % 5 == 0 ? OutputTarget.None : new int[steps].Select(_ => random.Next(-1, 4)).ToArray();
            data.AddTargets(input, kind, new float[2 * steps].Select(_ => (float)random.NextDouble()).ToArray());
        }

        return data;
    }

    [Fact]
    public void A_step_allocates_nothing_on_several_threads()
    {
        SequenceDataset<int> data = Tokens(64);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        foreach (Optimizer optimizer in (Optimizer[])[new Adam(), new Adam { Lazy = true }])
        {
            using Trainer<int> trainer = new Vocabulary().BeginTraining(
                new TrainingOptions { Optimizer = optimizer, MaxDegreeOfParallelism = 2, BatchSize = 16, ClipNorm = 1 });
            int batch = 0;
            Allocated.Nothing("Step", () => trainer.Step(data, order.AsSpan(batch++ % 4 * 16, 16)));
        }
    }

    [Fact]
    public void A_pass_allocates_nothing_on_any_of_its_threads()
    {
        using var team = new ThreadTeam(3);
        var model = new Stacked();
        SequencePass<float> pass = model.CreatePass(16, 9, team);
        float[] inputs = new float[16 * 9 * 5], outputs = new float[16 * 3];
        long[] before = new long[3], after = new long[3];
        for (int i = 0; i < 3; i++)
        {
            team.Run(member => before[member] = GC.GetAllocatedBytesForCurrentThread());
            pass.Forward(inputs, 16, 9, outputs);
            pass.Backward(outputs);
            team.Run(member => after[member] = GC.GetAllocatedBytesForCurrentThread());
        }

        Assert.Equal(before[1..], after[1..]);
    }

    [Fact]
    public void A_loss_that_is_not_finite_leaves_the_trainer_usable()
    {
        var model = new Stacked(seed: 1);
        SequenceDataset<float> data = Features(model.Schema, 20);
        using Trainer<float> trainer = model.BeginTraining(new TrainingOptions { MaxDegreeOfParallelism = 2, BatchSize = 20 });
        int[] all = [.. Enumerable.Range(0, 20)];
        double before = trainer.Step(data, all);
        float[] bias = model.Parameters["dense1.bias"].ToArray();
        model.Parameters.Set("dense1.bias", [float.NaN, .. bias[1..]]);

        Assert.Throws<NotFiniteNumberException>(() => trainer.Step(data, all));

        model.Parameters.Set("dense1.bias", bias);
        Assert.InRange(trainer.Step(data, all), 0, before);
    }

    [Fact]
    public void Cancelling_leaves_a_usable_model()
    {
        var model = new Stacked(seed: 1);
        SequenceDataset<float> data = Features(model.Schema, 40);
        using var cancellation = new CancellationTokenSource();
        var options = new TrainingOptions
        {
            MaxDegreeOfParallelism = 3,
            Epochs = 100,
            BatchSize = 8,
            Progress = new Cancelling(cancellation),
        };
        try
        {
            model.Fit(data, options, cancellation.Token);
        }
        catch (OperationCanceledException)
        {
        }

        Assert.True(float.IsFinite(model.Evaluate(data) is { Loss: double loss } ? (float)loss : float.NaN));
        model.Fit(data, new TrainingOptions { MaxDegreeOfParallelism = 2 });
    }

    [Fact]
    public void Threads_are_one_at_least() => Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { MaxDegreeOfParallelism = 0 });

    [Fact]
    public void Predictions_on_several_threads_have_the_bits_of_one()
    {
        foreach (Func<SequenceModel<float>> create in s_features.Values)
        {
            AssertPredictsTheSame(create(), Sequences(Features(create().Schema, 300)));
        }

        AssertPredictsTheSame(new Vocabulary(seed: 1), Sequences(Tokens(300)));
    }

    [Fact]
    public void Predictions_on_several_threads_check_what_they_are_given()
    {
        var model = new Stacked();
        var two = new PredictOptions { MaxDegreeOfParallelism = 2 };
        Assert.Throws<ArgumentOutOfRangeException>("MaxDegreeOfParallelism", () => new PredictOptions { MaxDegreeOfParallelism = 0 });
        Assert.Throws<ArgumentException>("outputs", () => model.Predict([[]], new float[2], two));
        Assert.Empty(model.Predict(Array.Empty<float[]>(), two));
    }

    private static void AssertPredictsTheSame<TInput>(SequenceModel<TInput> model, TInput[][] inputs)
        where TInput : unmanaged
    {
        int steps = inputs.Sum(input => input.Length / (model.Schema.ReadsTokens ? 1 : model.Schema.InputSize));
        float[] expected = new float[model.Schema.OutputSize * (model.Schema.Output == SequenceOutput.EveryStep ? steps : inputs.Length)];
        model.Predict(inputs, expected);
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            float[] outputs = new float[expected.Length];
            model.Predict(inputs, outputs, new PredictOptions { MaxDegreeOfParallelism = threads });
            AssertSameBits(expected, outputs);
        }
    }

    private static float[] Trained<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data, TrainingOptions options)
        where TInput : unmanaged
    {
        using Trainer<TInput> trainer = model.BeginTraining(options);
        trainer.RunEpoch(data);
        Evaluation evaluation = trainer.RunEpoch(data);
        trainer.Step(data, [1]); // fewer sequences than threads
        return [.. model.Parameters.All, (float)evaluation.Loss, (float)trainer.GradientNorm];
    }

    private static void AssertSameBits(float[] expected, float[] given) =>
        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), given.Select(BitConverter.SingleToInt32Bits));

    private static TInput[][] Sequences<TInput>(SequenceDataset<TInput> data)
        where TInput : unmanaged => [.. Enumerable.Range(0, data.Count).Select(i => data.Input(i).ToArray())];

    /// <summary>Sequences of 0 to 11 steps.</summary>
    private static SequenceDataset<float> Features(ModelSchema schema, int count)
    {
        var random = new RandomSource(3);
        var data = new SequenceDataset<float>(schema);
        for (int i = 0; i < count; i++)
        {
            data.Add(
                [.. Enumerable.Range(0, schema.InputSize * (i * 7 % 12)).Select(_ => random.NextUniform(1))],
                target: [.. Enumerable.Range(0, schema.OutputSize).Select(_ => random.NextUniform(1))]);
        }

        return data;
    }

    private static SequenceDataset<int> Tokens(int count)
    {
        var random = new RandomSource(3);
        SequenceDataset<int> data = Vocabulary.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            int[] tokens = [.. Enumerable.Range(0, i * 7 % 12).Select(_ => random.NextInt32(300))];
            data.AddPerStep(tokens, labels: [.. tokens.Select(token => token * 7 % 300)]);
        }

        return data;
    }

    private sealed class Cancelling(CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        private int _reports;

        public void Report(TrainingProgress value)
        {
            if (++_reports == 7)
            {
                cancellation.Cancel();
            }
        }
    }
}
