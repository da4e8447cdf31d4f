using GruGen.Tests.Emitted;

namespace GruGen.Tests.Passes;

/// <summary>Steps of features that only fill sequences, wherever they come: in data, predictions and streams.</summary>
public class MaskTests
{
    private static readonly float[] Padded = [0, 0, 0, 1, 2, 3, 0, 0, 0, 4, 0, 6, 0, 0, 0], Steps = [1, 2, 3, 4, 0, 6];
    private static readonly int[] Read = [1, 3], Filled = [0, 2, 4];

    [Fact]
    public void Predictions_do_not_see_them()
    {
        var model = new Masked(seed: 3);
        Assert.Equal(model.Predict(Steps), model.Predict(Padded));
        Assert.Equal(model.Predict([Steps, Steps]).SelectMany(output => output), model.Predict([Padded, Padded]).SelectMany(output => output));
    }

    [Fact]
    public void Outputs_there_are_zeros_or_those_of_the_step_before()
    {
        float[] zeros = new ZeroingFeatures(seed: 3).Predict(Padded), plain = new ZeroingFeatures(seed: 3).Predict(Steps);
        Assert.Equal(plain, Read.SelectMany(t => zeros[(2 * t)..(2 * t + 2)]));
        Assert.All(Filled.SelectMany(t => zeros[(2 * t)..(2 * t + 2)]), value => Assert.Equal(0, value));

        float[] expected = [0, 0, .. plain[..2], .. plain[..2], .. plain[2..], .. plain[2..]];
        var repeating = new RepeatingFeatures(seed: 3);
        Assert.Equal(expected, repeating.Predict(Padded));
        Assert.All(repeating.Predict([Padded, Padded, Padded], new PredictOptions { MaxDegreeOfParallelism = 2 }), outputs => Assert.Equal(expected, outputs));
        float[] cut = repeating.Predict([Padded], new PredictOptions { Lengths = [3] })[0];
        Assert.Equal([.. expected[..6], 0, 0, 0, 0], cut);
    }

    [Fact]
    public void Data_leaves_them_out_with_their_targets()
    {
        SequenceDataset<float> data = ZeroingFeatures.CreateDataset();
        data.AddPerStep(Padded, [9, 9, 1, 2, 9, 9, 3, 4, 9, 9]);
        Assert.Equal(Steps, data.Input(0));
        Assert.Equal(2, data.TotalSteps);

        var model = new ZeroingFeatures(seed: 3);
        float[] outputs = new float[4];
        model.Predict(data, outputs);
        Assert.Equal(model.Predict(Steps), outputs);
        double loss = model.Evaluate(data, Loss.MeanSquaredError).Loss;
        Assert.Equal(outputs.Zip([1, 2, 3, 4], (y, target) => Math.Pow(y - target, 2)).Average(), loss, 1e-5);
    }

    [Fact]
    public void Streams_take_steps_alone()
    {
        var model = new ZeroingFeatures(seed: 3);
        float[] output = new float[2];
        Assert.Equal("input", Assert.Throws<ArgumentOutOfRangeException>(() => model.OpenStream().Step([0, 0, 0], output)).ParamName);
        model.OpenStream().Step([0, 1, 0], output);
        Assert.Equal(model.Predict([0, 1, 0]), output);
        StreamGroup<float> group = model.OpenStreams(2);
        Assert.Equal("inputs", Assert.Throws<ArgumentOutOfRangeException>(() => group.Step([0, 1, 0, 0, 0, 0], new float[4])).ParamName);
    }

    [Fact]
    public void A_schema_says_what_is_masked_and_refuses_what_cannot_be()
    {
        ModelSchema features = ModelSchema.ForFeatures("Model", 3, LayerSchema.Gru(4, SequenceOutput.EveryStep));
        ModelSchema masked = features.WithMaskValue(0).With(MaskedOutput.Repeat).With(Initialization.Keras).With(WeightFormat.BFloat16);
        Assert.Equal((0f, MaskedOutput.Repeat, Initialization.Keras, WeightFormat.BFloat16), (masked.MaskValue, masked.MaskedOutput, masked.Initialization, masked.WeightFormat));
        Assert.Throws<ArgumentOutOfRangeException>(() => features.WithMaskValue(float.NaN));
        Assert.Throws<ArgumentException>(() => ModelSchema.ForTokens("Model", LayerSchema.Embedding(5, 3), LayerSchema.Gru(4, SequenceOutput.Final)).WithMaskValue(0));
        GruOptions both = new() { Bidirectional = true };
        Assert.Throws<ArgumentException>(() => ModelSchema.ForFeatures("Model", 3, LayerSchema.Gru(4, SequenceOutput.EveryStep, both), LayerSchema.Dense(2)).With(MaskedOutput.Repeat));
        Assert.Contains("more than a generic model runs", Assert.Throws<NotSupportedException>(() => new DynamicModel<float>(masked)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "more than a generic model runs",
            Assert.Throws<NotSupportedException>(() => new DynamicModel<float>(ModelSchema.ForFeatures("Model", 3, LayerSchema.Gru(4, SequenceOutput.Final, new() { Clip = 1 })))).Message,
            StringComparison.Ordinal);
    }
}

[GruModel(inputSize: 3, MaskValue = 0), Gru(2, Output = SequenceOutput.EveryStep)]
internal sealed partial class ZeroingFeatures;

[GruModel(inputSize: 3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat), Gru(2, Output = SequenceOutput.EveryStep)]
internal sealed partial class RepeatingFeatures;
