using GruGen.Tests.Emitted;
using GruGen.Tests.Threads;

namespace GruGen.Tests.Graphs;

/// <summary>What models with several outputs refuse, and what their datasets, losses and metrics say.</summary>
public class OutputTests
{
    [Fact]
    public void Targets_are_those_of_each_output()
    {
        SequenceDataset<float> data = Parting.CreateDataset();
        float[] two = new float[2 * 6];

        Assert.Contains("kind, level", Assert.Throws<InvalidOperationException>(() => data.AddPerStep(two, [1, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("1 elements, but Parting has 2 outputs: kind, level", Assert.Throws<ArgumentException>(() => data.AddTargets(two, new int[2])).Message, StringComparison.Ordinal);
        Assert.Equal("kind", Assert.Throws<ArgumentOutOfRangeException>(() => data.AddTargets(two, new[] { 1, 4 }, new float[4])).ParamName);
        Assert.Equal("kind", Assert.Throws<ArgumentException>(() => data.AddTargets(two, new[] { 1 }, new float[4])).ParamName);
        Assert.Equal("level", Assert.Throws<ArgumentException>(() => data.AddTargets(two, new int[2], new float[3])).ParamName);
        Assert.Equal("level", Assert.Throws<ArgumentNullException>(() => data.AddTargets(two, new int[2], null!)).ParamName);
        Assert.Equal("level", Assert.Throws<ArgumentOutOfRangeException>(() => data.AddTargets(two, new int[2], new[] { 0, 1, float.NaN, 0 })).ParamName);
        Assert.Equal("kind", Assert.Throws<ArgumentException>(() => data.AddTargets(two, new OutputTarget([1, 2]) { Counted = [true, false] }, new float[4])).ParamName);
        Assert.Equal(0, data.Count);

        data.AddTargets(two, new[] { 1, -1 }, new OutputTarget([1f, 2, 3, 4]) { Counted = [false, true], Weights = [1, 0.5f] });
        data.AddTargets(two, OutputTarget.None, new float[4]);
        Assert.Contains("labels as targets of 'kind'", Assert.Throws<InvalidOperationException>(() => data.AddTargets(two, new float[8], new float[4])).Message, StringComparison.Ordinal);

        SequenceDataset<float> copy = data.Subset([1, 0]);
        Assert.Equal([0, 1], Enumerable.Range(0, 2).Select(copy.Targets[0].CountedRows));
        Assert.Equal((2, 1), (copy.Targets[1].CountedRows(0), copy.Targets[1].CountedRows(1)));
        Assert.Equal([3f, 4], copy.Targets[1].Values(1, 1));
        Assert.Equal(0.5f, copy.Targets[1].Weight(1, 1));
    }

    [Fact]
    public void What_is_of_one_output_is_refused()
    {
        var model = new Parting();
        SequenceDataset<float> data = Parting.CreateDataset();
        data.AddTargets(new float[6], 1, new float[2]);

        Assert.Contains("2 outputs", Assert.Throws<InvalidOperationException>(() => model.OpenStream().StepLabel(new float[6])).Message, StringComparison.Ordinal);
        Assert.Contains("2 outputs", Assert.Throws<InvalidOperationException>(() => model.LabelNames = ["a", "b"]).Message, StringComparison.Ordinal);
        Assert.Contains("2 outputs", Assert.Throws<ArgumentException>(() => model.OutputScaler = FeatureScaler.Identity(2)).Message, StringComparison.Ordinal);
        Assert.Contains("Of(\"kind\")", Assert.Throws<ArgumentException>(() => model.Evaluate(data, metrics: [Metric.Accuracy])).Message, StringComparison.Ordinal);
        Assert.Contains("kind, level", Assert.Throws<ArgumentException>(() => model.Evaluate(data, metrics: [Metric.Accuracy.Of("other")])).Message, StringComparison.Ordinal);
        Assert.Contains("kind, level", Assert.Throws<ArgumentException>(() => model.Evaluate(data, new OutputLosses { Losses = new Dictionary<string, Loss> { ["other"] = Loss.Huber } })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Evaluate(data, new OutputLosses { Losses = new Dictionary<string, Loss> { ["kind"] = Loss.MeanSquaredError } }));
        Assert.Throws<ArgumentException>(() => new OutputLosses { Losses = new Dictionary<string, Loss> { ["kind"] = new OutputLosses() } });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutputLosses { Weights = new Dictionary<string, double> { ["kind"] = -1 } });
        Assert.Throws<ArgumentException>(() => Metric.Accuracy.Of("kind").Of("level"));
        Assert.Equal("model", Assert.Throws<ArgumentException>(() => model.ConfusionMatrix(data)).ParamName);
        Assert.Contains("kind_loss, level_loss, kind_loss", Assert.Throws<ArgumentException>(() => model.Evaluate(data, metrics: [new Named("loss").Of("kind")])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.CreatePass(1, 1).BackwardFromLabels([0]));
        Assert.Equal("level", Assert.Throws<ArgumentException>(() => model.Predict(new float[6], new float[4], new float[3])).ParamName);
        Assert.Equal("kind", Assert.Throws<ArgumentException>(() => model.OpenStream().Step(new float[6], new float[3], new float[2])).ParamName);
    }

    /// <summary>The mean over an epoch or a dataset is that of each output, whose targets need not be as many.</summary>
    [Fact]
    public void Losses_are_means_over_the_targets_of_their_output()
    {
        var model = new Parting(seed: 3);
        SequenceDataset<float> data = Parting.CreateDataset(), labels = Parting.CreateDataset();
        data.AddTargets([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], new[] { 2, -1 }, new float[4]);
        data.AddTargets([0, 0, 1, 0, 0, 0], OutputTarget.None, new float[] { 1, 2 });
        labels.AddTargets([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], new[] { 2, -1 }, OutputTarget.None);

        Evaluation all = model.Evaluate(data), some = model.Evaluate(labels);

        Assert.Equal(["loss", "kind_loss", "level_loss", "kind_accuracy", "level_mae"], all.Select(pair => pair.Key));
        Assert.Equal(all["kind_loss"], some["kind_loss"], 1e-12);
        Assert.Equal(0, some["level_loss"]);
        Assert.Equal(all["kind_loss"] + all["level_loss"], all.Loss, 1e-12);
        (float[] kind, float[] level) = model.Predict([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
        float[] last = model.Predict([0, 0, 1, 0, 0, 0]).Level;
        Assert.Equal(-Math.Log(kind[2]), all["kind_loss"], 1e-6);
        Assert.Equal(level.Sum(y => y * y) + Math.Pow(last[0] - 1, 2) + Math.Pow(last[1] - 2, 2), 6 * all["level_loss"], 1e-5);
        Assert.Equal(kind.AsSpan(0, 4).IndexOf(kind.Take(4).Max()) == 2 ? 1 : 0, all["kind_accuracy"]);
        Assert.Equal(level.Sum(y => Math.Abs((double)y)) + Math.Abs(last[0] - 1.0) + Math.Abs(last[1] - 2.0), 6 * all["level_mae"], 1e-5);
    }

    [Fact]
    public void A_file_says_what_layers_read()
    {
        var stream = new MemoryStream();
        new SmallNoise(seed: 2).Save(stream);
        stream.Position = 0;
        Assert.Equal(new SmallNoise(seed: 2).Parameters.All.ToArray(), SmallNoise.Load(stream).Parameters.All.ToArray());

        stream.Position = 0;
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => OtherNoise.Load(stream));
        Assert.Contains("'from' of denoise_gru is vad_gru noise_gru input in the file, but noise_gru vad_gru input", exception.Message, StringComparison.Ordinal);
    }

    private sealed class Named(string name) : Metric(name)
    {
        public override MetricAccumulator CreateAccumulator() => Accuracy.CreateAccumulator();
    }
}

[GruModel(inputSize: 7)]
[Dense(5, Activation.Tanh, Name = "input_dense")]
[Gru(5, Name = "vad_gru", Output = SequenceOutput.EveryStep)]
[Dense(1, Activation.Sigmoid, Name = "vad_output", IsOutput = true)]
[Gru(9, Name = "noise_gru", From = ["input_dense", "vad_gru", "input"], Activation = Activation.Relu)]
[Gru(12, Name = "denoise_gru", From = ["noise_gru", "vad_gru", "input"], Output = SequenceOutput.EveryStep)]
[Dense(4, Activation.Sigmoid, Name = "denoise_output")]
internal sealed partial class OtherNoise;
