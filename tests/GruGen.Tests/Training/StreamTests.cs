using System.Globalization;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

[GruModel, Embedding(13, 6), Gru(12, Output = SequenceOutput.EveryStep), Dense(13, Activation.Softmax)]
internal sealed partial class TruncatedOne;

[GruModel, Embedding(13, 6), Gru(12), Gru(12, Output = SequenceOutput.EveryStep), Dense(13, Activation.Softmax)]
internal sealed partial class TruncatedTwo;

/// <summary>Long streams in chunks, whose states are carried on: truncated back-propagation through time.</summary>
public class StreamTests
{
    [Theory]
    [InlineData("train_truncated", false)]
    [InlineData("train_truncated", true)]
    [InlineData("train_truncated_2layers_clip", false)]
    [InlineData("train_truncated_2layers_clip", true)]
    public void Chunks_train_as_with_PyTorch(string name, bool emitted)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        SequenceModel<int> model = file.Number("layers") == 1 ? new TruncatedOne() : new TruncatedTwo();
        model = emitted ? model : new DynamicModel<int>(model.Schema);
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, file[$"init.{TorchName(tensor.Name)}"].Floats);
        }

        (int streams, int chunks, int chunk) = (file.Number("streams"), file.Number("chunks"), file.Number("chunk"));
        SequenceDataset<int> data = Data(model, file);
        Assert.Equal((streams * chunks, chunk), (data.Count, data.MaxLength));
        var losses = new List<double>();
        var options = new TrainingOptions
        {
            Optimizer = new Adam(Number(file, "learning_rate")),
            ClipNorm = Number(file, "clip_grad_norm"),
            BatchSize = 1,
            Epochs = file.Number("epochs"),
            Callbacks = [new Recorder(run => losses.Add(run.BatchLoss))],
        };
        model.Fit(data, options);

        double[] expected = file["losses"].Values;
        Assert.Equal(expected.Length, losses.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], losses[i], 1e-5 * expected[i]);
        }

        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            double[] final = file[$"final.{TorchName(tensor.Name)}"].Values;
            for (int i = 0; i < final.Length; i++)
            {
                Assert.Equal(final[i], model.Parameters[tensor.Name][i], 1e-4 * final.Max(Math.Abs));
            }
        }
    }

    [Fact]
    public void Evaluation_carries_states_too()
    {
        var model = new TruncatedTwo(seed: 4);
        int[] tokens = [.. Enumerable.Range(0, 3 * 20 + 1).Select(i => i * i % 13)];
        SequenceDataset<int> chunks = model.CreateStreamDataset(tokens, streams: 3, steps: 7), whole = TruncatedTwo.CreateDataset();
        for (int stream = 0; stream < 3; stream++)
        {
            whole.AddPerStep(tokens.AsSpan(20 * stream, 20), tokens.AsSpan(20 * stream + 1, 20));
        }

        Assert.Equal((9, 7, 6), (chunks.Count, chunks.MaxLength, chunks.Length(8)));
        Evaluation ofWhole = model.Evaluate(whole), ofChunks = model.Evaluate(chunks);
        Assert.Equal(ofWhole.Loss, ofChunks.Loss, 1e-6 * ofWhole.Loss);
        Assert.Equal(ofWhole.Accuracy, ofChunks.Accuracy);
        Assert.NotEqual(ofChunks.Loss, model.Evaluate(chunks.Subset([.. Enumerable.Range(0, 9)])).Loss, 1e-6);
    }

    [Fact]
    public void Padding_tokens_and_steps_that_do_not_count_leave_the_states_where_they_are()
    {
        var model = new FewAndPadding(seed: 4);
        int[] tokens = [7, 3, 3, 3, 9, 11, 3, 8], labels = [-1, -1, -1, -1, -1, -1, -1, 2];
        SequenceDataset<int> chunks = model.CreateStreamDataset(tokens, labels, streams: 1, steps: 2), whole = FewAndPadding.CreateDataset();
        whole.AddPerStep(tokens, labels);
        Assert.Equal(model.Evaluate(whole).Loss, model.Evaluate(chunks).Loss, 1e-6);
        model.Fit(chunks, new TrainingOptions { Optimizer = new Sgd(0.1), ValidationData = chunks });
    }

    [Fact]
    public void Features_have_streams_with_labels_or_numbers()
    {
        var random = new RandomSource(3);
        float[] features = [.. Enumerable.Range(0, 2 * 24).Select(_ => random.NextUniform(1))];
        int[] labels = [.. Enumerable.Range(0, 24).Select(t => t % 5 == 0 ? SequenceDataset.NotCounted : t % 3)];
        DynamicModel<float> tagger = TrainingTask.TaggerModel();
        SequenceDataset<float> tagged = tagger.CreateStreamDataset(features, labels, streams: 2, steps: 5);
        Assert.Equal((6, 5, 2), (tagged.Count, tagged.MaxLength, tagged.Length(5)));
        Assert.Equal(features.AsSpan(2 * (12 + 5), 10), tagged.Input(3));
        var regression = new DynamicModel<float>(ModelSchema.ForFeatures("R", 2, LayerSchema.Gru(4, SequenceOutput.EveryStep), LayerSchema.Dense(2)));
        SequenceDataset<float> numbers = regression.CreateStreamDataset(features, features, streams: 2, steps: 5);
        double before = regression.Evaluate(numbers).Loss;
        regression.Fit(numbers, new TrainingOptions { Epochs = 20, Optimizer = new Adam(0.01) });
        Assert.True(regression.Evaluate(numbers).Loss < before);
    }

    [Fact]
    public void What_is_no_stream_is_refused()
    {
        var model = new TruncatedOne();
        SequenceDataset<int> data = model.CreateStreamDataset([1, 2, 3, 4, 5], streams: 2, steps: 2);
        Assert.Contains("2 streams", Assert.Throws<InvalidOperationException>(() => data.AddPerStep([1], labels: [1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("options", () => model.Fit(data, new TrainingOptions { ValidationSplit = 0.5 }));
        Assert.Throws<ArgumentException>("options", () => model.Fit(data, new TrainingOptions { SamplingWeights = [1, 1] }));
        Assert.Throws<ArgumentException>("tokens", () => model.CreateStreamDataset([1], 1, 1));
        Assert.Throws<ArgumentException>("streams", () => model.CreateStreamDataset([1, 2, 3], 3, 1));
        Assert.Throws<ArgumentException>("labels", () => model.CreateStreamDataset([1, 2, 3], [1, 2], 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("streams", () => model.CreateStreamDataset([1, 2, 3], 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => model.CreateStreamDataset([1, 2, 3], 1, 0));
        Assert.Throws<InvalidOperationException>(() => TrainingTask.BinaryModel().CreateStreamDataset([1, 2, 3], 1, 1));
        Assert.Contains("whole sequences", Assert.Throws<InvalidOperationException>(() => new FewBothWays().CreateStreamDataset([1, 2, 3], 1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_among_streams_allocates_nothing()
    {
        var model = new TruncatedTwo();
        SequenceDataset<int> data = model.CreateStreamDataset([.. Enumerable.Range(0, 601).Select(i => i * 7 % 13)], streams: 3, steps: 10);
        var allocated = new List<long>(100);
        model.Fit(data, new TrainingOptions
        {
            AccumulatedBatches = 2,
            Epochs = 2,
            Callbacks = [new Recorder(run => allocated.Add(GC.GetAllocatedBytesForCurrentThread()))],
        });
        long[] steps = [.. allocated.Zip(allocated.Skip(1), (before, after) => after - before)];
        Assert.Equal(39, steps.Length);
        Assert.All(steps.Skip(25), bytes => Assert.Equal(0, bytes));
    }

    private static SequenceDataset<int> Data(SequenceModel<int> model, ReferenceFile file)
    {
        int streams = file.Number("streams"), steps = file.Number("chunks") * file.Number("chunk");
        int[] tokens = file["tokens"].Integers;
        IEnumerable<int> rows = Enumerable.Range(0, streams);
        int[] inputs = [.. rows.SelectMany(row => tokens.Skip(row * (steps + 1)).Take(steps))];
        int[] labels = [.. rows.SelectMany(row => tokens.Skip(row * (steps + 1) + 1).Take(steps))];
        return model.CreateStreamDataset(inputs, labels, streams, file.Number("chunk"));
    }

    private static double Number(ReferenceFile file, string name) => double.Parse(file.Metadata[name], CultureInfo.InvariantCulture);

    /// <summary>gru2.weight_ih_l0 is gru.weight_ih_l1 there.</summary>
    private static string TorchName(string name) => name
        .Replace("gru1.", "gru.", StringComparison.Ordinal)
        .Replace("dense1.", "dense.", StringComparison.Ordinal) is var torch && torch.StartsWith("gru2.", StringComparison.Ordinal)
            ? "gru." + torch[5..].Replace("_l0", "_l1", StringComparison.Ordinal)
            : torch;
}

/// <summary>Does something after each batch.</summary>
internal sealed class Recorder(Action<TrainingRun> onBatchEnd) : TrainingCallback
{
    protected internal override void OnBatchEnd(TrainingRun run) => onBatchEnd(run);
}
