using GruGen.Kernels;
using GruGen.Tests.Emitted;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

public class EncoderDecoderTests
{
    private static readonly TrainingOptions Short = new() { Epochs = 2, BatchSize = 16, ClipNorm = 1, Metrics = [Metric.Accuracy], Seed = 3 };

    [Fact]
    public void It_learns_to_reverse_digit_strings_it_has_never_seen()
    {
        EncoderDecoder<int> models = ReversalTask.Models(seed: 1);
        int[][] strings = ReversalTask.Strings(11_000);
        PairDataset<int> data = ReversalTask.Pairs(models, strings[..10_000]);
        var options = new TrainingOptions { Optimizer = new Adam(5e-3), Epochs = 10, BatchSize = 64, ClipNorm = 1, Metrics = [Metric.Accuracy] };
        History history = models.Fit(data, options), fine = models.Fit(data, options with { Optimizer = new Adam(5e-4), Epochs = 4 });

        Assert.True(fine["loss"][^1] < history["loss"][0] / 10, string.Join(' ', [.. history["loss"], .. fine["loss"]]));
        double matches = ReversalTask.ExactMatches(models, strings[10_000..]);
        Assert.True(matches >= 0.98, $"{matches} after losses {string.Join(' ', [.. history["loss"], .. fine["loss"]])}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_at_every_width()
    {
        int[][] strings = ReversalTask.Strings(200);
        (uint[] expected, double loss) = Train(Simd.Lanes, seed: 3);
        foreach (int lanes in Simd.Choices)
        {
            (uint[] bits, double lossAtWidth) = Train(lanes, seed: 3);
            Assert.Equal(expected, bits);
            Assert.Equal(loss, lossAtWidth);
        }

        Assert.NotEqual(expected, Train(Simd.Lanes, seed: 4).Bits);

        (uint[] Bits, double Loss) Train(int lanes, int seed)
        {
            var models = new EncoderDecoder<int>(
                new DigitReader(1) { Lanes = lanes }, new DigitWriter(1) { Lanes = lanes }, ReversalTask.Start, ReversalTask.End);
            History history = models.Fit(ReversalTask.Pairs(models, strings), Short with { Seed = seed });
            return ([.. All(models).Select(BitConverter.SingleToUInt32Bits)], history["loss"][^1]);
        }
    }

    [Fact]
    public void A_step_allocates_nothing_once_warm()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        PairDataset<int> data = ReversalTask.Pairs(models, ReversalTask.Strings(64));
        int[] order = [.. Enumerable.Range(0, data.Count)];
        foreach (Optimizer optimizer in (Optimizer[])[new Adam(), new Sgd { Momentum = 0.9 }])
        {
            using var trainer = new PairTrainer<int>(models, Short with { Optimizer = optimizer });
            int batch = 0;
            Allocated.Nothing($"Step with {optimizer}", () => trainer.Step(data, order.AsSpan(batch++ % 4 * 16, 16)));
        }
    }

    [Fact]
    public void Gradients_of_both_models_are_clipped_by_one_norm()
    {
        EncoderDecoder<int> free = ReversalTask.Models(), clipped = ReversalTask.Models();
        float[] before = All(free);
        double norm = Step(free, 0), limit = norm / 4;
        Assert.Equal(norm, Step(clipped, limit));
        float[] afterFree = All(free), afterClipped = All(clipped);
        double squares = 0;
        for (int i = 0; i < before.Length; i++)
        {
            double moved = afterFree[i] - before[i];
            squares += moved * moved;
            Assert.Equal(moved * limit / (norm + 1e-6), afterClipped[i] - before[i], 1e-6);
        }

        Assert.Equal(norm, Math.Sqrt(squares), 1e-4);

        static double Step(EncoderDecoder<int> models, double clipNorm)
        {
            using var trainer = new PairTrainer<int>(models, new TrainingOptions { Optimizer = new Sgd(1), ClipNorm = clipNorm });
            trainer.Step(ReversalTask.Pairs(models, ReversalTask.Strings(8)), [0, 1, 2, 3, 4, 5, 6, 7]);
            return trainer.GradientNorm;
        }
    }

    [Fact]
    public void Sources_decoded_together_give_what_each_gives_alone()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        int[][] strings = [[], .. ReversalTask.Strings(300)];
        models.Fit(ReversalTask.Pairs(models, strings), Short);

        int[][] together = models.Decode(strings, maxLength: 5);
        for (int i = 0; i < strings.Length; i++)
        {
            Assert.Equal(models.Decode(strings[i], maxLength: 5), together[i]);
            Assert.Equal(models.Decode(strings[i], maxLength: 2), together[i].Take(2));
            Assert.InRange(together[i].Length, 0, 5);
            Assert.DoesNotContain(ReversalTask.End, together[i]);
        }

        Assert.Empty(models.Decode(Array.Empty<int[]>(), maxLength: 3));
        Assert.Empty(models.Decode(strings[1], maxLength: 0));
    }

    [Fact]
    public void Features_can_be_a_source()
    {
        // the signs of the first feature, as tokens
        var encoder = new DynamicModel<float>(ModelSchema.ForFeatures("Signs", 2, LayerSchema.Gru(8, SequenceOutput.EveryStep), LayerSchema.Gru(8, SequenceOutput.Final)), seed: 1);
        var decoder = new DynamicModel<int>(
            ModelSchema.ForTokens("Writer", LayerSchema.Embedding(4, 4), LayerSchema.Gru(8, SequenceOutput.EveryStep), LayerSchema.Gru(8, SequenceOutput.EveryStep), LayerSchema.Dense(3, Activation.Softmax)), seed: 2);
        var models = new EncoderDecoder<float>(encoder, decoder, startToken: 3, endToken: 2);
        PairDataset<float> data = models.CreateDataset();
        var random = new RandomSource(1);
        for (int i = 0; i < 400; i++)
        {
            float[] features = [.. Enumerable.Range(0, 2 * (1 + random.NextInt32(2))).Select(_ => random.NextUniform(1))];
            data.Add(features, [.. features.Where((_, k) => k % 2 == 0).Select(x => x > 0 ? 1 : 0)]);
        }

        models.Fit(data, new TrainingOptions { Optimizer = new Adam(0.02), Epochs = 15 });
        Assert.Equal([1, 0], models.Decode([0.5f, 0, -0.5f, 0], maxLength: 5));
        Assert.Equal([0], models.Decode([-0.5f, 0], maxLength: 5));
    }

    [Fact]
    public void Validation_takes_the_last_pairs_or_others()
    {
        int[][] strings = ReversalTask.Strings(50);
        EncoderDecoder<int> one = ReversalTask.Models(), other = ReversalTask.Models();
        var reports = new List<TrainingProgress>();
        History split = one.Fit(ReversalTask.Pairs(one, strings), Short with { ValidationSplit = 0.2, Progress = new Listener(reports.Add) });
        History apart = other.Fit(ReversalTask.Pairs(other, strings[..40]), Short with { ValidationData = ReversalTask.Pairs(other, strings[40..]) });

        Assert.Equal(["loss", "accuracy", "val_loss", "val_accuracy"], split.Names);
        Assert.All(split.Names, name => Assert.Equal(split[name], apart[name]));
        Assert.Equal(All(one), All(other));
        Assert.Equal(split["loss"], reports.Where(report => report.IsEpochEnd).Select(report => report.Loss));
        Assert.Equal(split["val_loss"], reports.Where(report => report.IsEpochEnd).Select(report => report.Validation!.Value.Loss));
        Assert.Equal([1, 2, 3, 3, 1, 2, 3, 3], reports.Select(report => report.Batch));
    }

    [Fact]
    public void Cancelling_stops_at_a_batch_and_leaves_usable_models()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        PairDataset<int> data = ReversalTask.Pairs(models, ReversalTask.Strings(64));
        using var source = new CancellationTokenSource();
        int reports = 0;
        TrainingCanceledException exception = Assert.Throws<TrainingCanceledException>(() => models.Fit(
            data, Short with { Epochs = 5, Progress = new Listener(report => Cancel(report, source, ref reports)) }, source.Token));

        Assert.Equal((1, 7, source.Token), (exception.History.Epochs, reports, exception.CancellationToken));
        models.Decode([1, 2, 3], maxLength: 4);
        models.Fit(data, Short);

        static void Cancel(TrainingProgress report, CancellationTokenSource source, ref int reports)
        {
            reports++;
            if (report is { Epoch: 2, Batch: 2 })
            {
                source.Cancel();
            }
        }
    }

    [Fact]
    public void What_is_decoded_while_training_is_by_the_weights_of_the_last_epoch()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        int[][] strings = ReversalTask.Strings(64);
        var decoded = new List<string>();
        models.Fit(ReversalTask.Pairs(models, strings), Short with { Optimizer = new Adam(0.01), Epochs = 3, Progress = new Listener(_ => decoded.Add(Decode())) });

        Assert.Equal(15, decoded.Count);
        Assert.Single(decoded[..4].Distinct());
        Assert.Single(decoded[4..9].Distinct());
        Assert.Single(decoded[9..14].Distinct());
        Assert.Equal(decoded[14], Decode());
        Assert.Equal(4, decoded.Distinct().Count());

        string Decode() => string.Join(' ', models.Decode(strings, maxLength: 6).Select(target => string.Concat(target)));
    }

    [Fact]
    public void A_model_is_trained_by_one_at_a_time()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        PairDataset<int> data = ReversalTask.Pairs(models, ReversalTask.Strings(8));
        using (models.Decoder.BeginUpdating())
        {
            string message = Assert.Throws<InvalidOperationException>(() => models.Fit(data)).Message;
            Assert.Contains(nameof(DigitWriter), message, StringComparison.Ordinal);
        }

        InvalidOperationException? refused = null;
        models.Fit(data, Short with { Epochs = 1, Progress = new Listener(_ => refused ??= Assert.Throws<InvalidOperationException>(() => models.Fit(data))) });
        Assert.Contains(nameof(DigitReader), refused!.Message, StringComparison.Ordinal);
        models.Fit(data); // both are free again
    }

    [Fact]
    public void A_loss_that_is_not_finite_names_the_step_and_changes_nothing()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        PairDataset<int> data = ReversalTask.Pairs(models, ReversalTask.Strings(8));
        float[] bias = models.Decoder.Parameters["dense1.bias"].ToArray();
        models.Decoder.Parameters.Set("dense1.bias", [float.NaN, .. bias[1..]]);
        float[] before = All(models);

        string message = Assert.Throws<NotFiniteNumberException>(() => models.Fit(data)).Message;
        Assert.Contains("loss of step 1 (epoch 1) is NaN", message, StringComparison.Ordinal);
        Assert.Equal(before, All(models));
        models.Decoder.Parameters.Set("dense1.bias", bias);
        models.Fit(data);
    }

    [Fact]
    public void Padding_of_a_source_is_as_good_as_not_there()
    {
        int[] source = [1, 5, 2], padded = [6, 1, 6, 5, 2, 6]; // of a reader with the padding token 6
        EncoderDecoder<int> one = Models(), other = Models();
        PairDataset<int> data = one.CreateDataset(), paddedData = other.CreateDataset();
        data.Add(source, [2, 0]);
        data.Add([], [1]);
        paddedData.Add(padded, [2, 0]);
        paddedData.Add([6, 6], [1]);
        var options = new TrainingOptions { Epochs = 2 };

        Assert.Equal(one.Fit(data, options)["loss"], other.Fit(paddedData, options)["loss"]);
        Assert.Equal(one.Encoder.Parameters.All, other.Encoder.Parameters.All);
        Assert.Equal(one.Decode(source, 5), one.Decode(padded, 5));

        static EncoderDecoder<int> Models()
        {
            var writer = new DynamicModel<int>(ModelSchema.ForTokens(
                "Writer", LayerSchema.Embedding(5, 4), LayerSchema.Gru(5, SequenceOutput.EveryStep), LayerSchema.Gru(4, SequenceOutput.EveryStep), LayerSchema.Dense(4, Activation.Softmax)));
            return new EncoderDecoder<int>(new PaddingStates(seed: 1), writer, startToken: 4, endToken: 3);
        }
    }

    [Fact]
    public void Models_that_do_not_fit_are_refused()
    {
        var encoder = new DynamicModel<int>(ModelSchema.ForTokens("Reader", LayerSchema.Embedding(10, 4), LayerSchema.Gru(7, SequenceOutput.EveryStep), LayerSchema.Gru(5, SequenceOutput.Final)));
        Refuse("decoder", [7, "7, 5", "9"], Writer(LayerSchema.Gru(9, SequenceOutput.EveryStep), Softmax(11)));
        Refuse("decoder", ["7, 5", "5, 7"], Writer(LayerSchema.Gru(5, SequenceOutput.EveryStep), LayerSchema.Gru(7, SequenceOutput.EveryStep), Softmax(11)));
        Refuse("decoder", ["Linear", 11], Writer(LayerSchema.Gru(7, SequenceOutput.EveryStep), LayerSchema.Gru(5, SequenceOutput.EveryStep), LayerSchema.Dense(11)));
        Refuse("decoder", ["SequenceOutput.Final"], Writer(LayerSchema.Gru(7, SequenceOutput.EveryStep), LayerSchema.Gru(5, SequenceOutput.Final), Softmax(11)));
        Refuse("decoder", [12, 11], Writer(LayerSchema.Gru(7, SequenceOutput.EveryStep), LayerSchema.Gru(5, SequenceOutput.EveryStep), Softmax(13)));
        Refused.Argument<ArgumentException>("decoder", ["PaddingEveryStep", "padding token 3"], () => _ = new EncoderDecoder<int>(encoder, new PaddingEveryStep(), 0, 1));
        DynamicModel<int> decoder = Writer(LayerSchema.Gru(7, SequenceOutput.EveryStep), LayerSchema.Gru(5, SequenceOutput.EveryStep), Softmax(11));
        Refused.Argument<ArgumentOutOfRangeException>("startToken", [12, 11], () => Chain(encoder, decoder, 12, 10));
        Refused.Argument<ArgumentOutOfRangeException>("endToken", [11, 10], () => Chain(encoder, decoder, 11, 11));
        Refused.Argument<ArgumentException>("decoder", ["Writer"], () => Chain(decoder, decoder, 11, 10));
        Assert.Same(decoder, Chain(encoder, decoder, 11, 10).Decoder);

        void Refuse(string name, object[] message, DynamicModel<int> decoder) =>
            Refused.Argument<ArgumentException>(name, message, () => Chain(encoder, decoder, 11, 10));

        static EncoderDecoder<int> Chain(DynamicModel<int> encoder, DynamicModel<int> decoder, int start, int end) => new(encoder, decoder, start, end);

        static DynamicModel<int> Writer(params LayerSchema[] layers) => new(ModelSchema.ForTokens("Writer", [LayerSchema.Embedding(12, 4), .. layers]));

        static LayerSchema Softmax(int size) => LayerSchema.Dense(size, Activation.Softmax);
    }

    [Fact]
    public void Pairs_and_data_that_do_not_fit_are_refused()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        PairDataset<int> data = models.CreateDataset();
        Refused.Argument<ArgumentException>("data", ["empty"], () => models.Fit(data));
        Refused.Argument<ArgumentOutOfRangeException>("source", [10, 9], () => data.Add([1, 10], [1]));
        Refused.Argument<ArgumentOutOfRangeException>("target", [11, 10], () => data.Add([1], [11]));
        Refused.Argument<ArgumentOutOfRangeException>("target", [-1, 10], () => data.Add([1], [2, -1]));
        Refused.Argument<ArgumentException>("target", ["step 1", 10, "end token"], () => data.Add([1], [2, 10]));
        Assert.Equal(0, data.Count);
        data.Add([], []);

        var swapped = new EncoderDecoder<int>(models.Encoder, models.Decoder, startToken: 9, endToken: 10);
        Refused.Argument<ArgumentException>("data", [9, 11], () => swapped.Fit(data));
        Refused.Argument<ArgumentException>("loss", ["MeanSquaredError"], () => models.Fit(data, new TrainingOptions { Loss = Loss.MeanSquaredError }));
        Refused.Argument<ArgumentException>("options", ["PairDataset of Int32"], () => models.Fit(data, new TrainingOptions { ValidationData = TrainingTask.BinaryData(3) }));
        Refused.Argument<ArgumentOutOfRangeException>("sources", [10, 9], () => models.Decode([10], maxLength: 1));
        Refused.Argument<ArgumentOutOfRangeException>("maxLength", [-1], () => models.Decode([1], maxLength: -1));
        models.Fit(data);
    }

    private static float[] All(EncoderDecoder<int> models) => [.. models.Encoder.Parameters.All, .. models.Decoder.Parameters.All];

    private sealed class Listener(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
