using GruGen.Tests.Passes;

namespace GruGen.Tests.Serialization;

/// <summary>Parameters tensor by tensor, and from the layouts of Keras and ONNX.</summary>
public class ParameterBuilderTests
{
    private const int Inputs = 3, Units = 5, Gates = 3 * Units;

    [Fact]
    public void What_was_not_set_is_named()
    {
        var model = new DynamicModel<float>(Schema(new GruOptions()), seed: 1);
        float[] before = [.. model.Parameters.All];
        ParameterBuilder values = new ParameterBuilder(model.Schema).Set("gru1.weight_ih_l0", new float[Gates * Inputs]).Set("dense1.bias", [7]);
        string message = Assert.Throws<InvalidOperationException>(() => model.LoadParameters(values)).Message;
        Assert.Contains("4 of 6", message, StringComparison.Ordinal);
        Assert.Contains("gru1.weight_hh_l0 [15, 5]", message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.All);
        Assert.Equal(["gru1.weight_hh_l0", "gru1.bias_ih_l0", "gru1.bias_hh_l0", "dense1.weight"], values.Missing.Select(tensor => tensor.Name));

        values.Set("gru1.weight_hh_l0", new float[Gates * Units]).Set("gru1.bias_ih_l0", new float[Gates]).Set("gru1.bias_hh_l0", new float[Gates]);
        model.LoadParameters(values.Set("dense1.weight", new float[Units]));
        Assert.Equal(7, model.Parameters["dense1.bias"][0]);
        Assert.Equal(0, model.Parameters["gru1.weight_ih_l0"][3]);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        ModelSchema schema = Schema(new GruOptions());
        var values = new ParameterBuilder(schema);
        Assert.Contains("gru1.bias_hh_l0", Assert.Throws<KeyNotFoundException>(() => values.Set("fc", [1])).Message, StringComparison.Ordinal);
        Refused.Argument<ArgumentException>("values", ["dense1.bias", 1, 2], () => values.Set("dense1.bias", [1, 2]));
        values.Set("dense1.bias", [1]);
        Refused.Argument<ArgumentException>("name", ["dense1.bias", "already"], () => values.Set("dense1.bias", [1]));
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Other", Inputs, LayerSchema.Gru(4, SequenceOutput.Final)));
        Refused.Argument<ArgumentException>("values", ["Other"], () => model.LoadParameters(values));

        GruWeights two = Keras(Random(6 * Units)), one = Keras(Random(Gates)), none = Keras([]);
        Refused.Argument<ArgumentException>("weights", ["one bias", "gru1 has two"], () => values.SetGru("gru1", one));
        Refused.Argument<ArgumentException>("weights", ["no bias", "gru1 has two"], () => values.SetGru("gru1", none));
        Refused.Argument<ArgumentException>(
            "weights", ["two biases", "gru1 has none"], () => new ParameterBuilder(Schema(new GruOptions { Bias = false })).SetGru("gru1", two));
        Refused.Argument<ArgumentException>(
            "weights", ["UpdateGate.Replace"], () => new ParameterBuilder(Schema(new GruOptions { UpdateGate = UpdateGate.Replace })).SetGru("gru1", two));
        Refused.Argument<ArgumentException>(
            "weights", ["3 inputs and 5 units", "3 inputs and 4 units"], () => new ParameterBuilder(model.Schema).SetGru("gru1", two));
        Assert.Throws<KeyNotFoundException>(() => values.SetGru("dense1", two));
        Assert.Throws<KeyNotFoundException>(() => values.SetGru("gru1", two, reverse: true));
        Refused.Argument<ArgumentException>("recurrentKernel", [10], () => GruWeights.FromKeras(Random(45), Random(10)));
        Refused.Argument<ArgumentException>("kernel", [44, 15], () => GruWeights.FromKeras(Random(44), Random(75)));
        Refused.Argument<ArgumentException>("bias", [14, "0 or 15 or 30"], () => GruWeights.FromKeras(Random(45), Random(75), Random(14)));
        Refused.Argument<ArgumentException>("b", [15, "0 or 30"], () => GruWeights.FromOnnx(Random(45), Random(75), Random(15)));
    }

    /// <summary>Keras' equations on its own layout, in double precision, beside the layer that the weights were given to.</summary>
    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    public void Keras_kernels_compute_what_they_computed_there(bool resetAfter, int biases)
    {
        float[] kernel = Random(Inputs * Gates), recurrent = Random(Units * Gates), bias = Random(biases * Gates);
        AssertComputes(
            new GruOptions { ResetAfter = resetAfter, Bias = biases > 0 },
            GruWeights.FromKeras(kernel, recurrent, bias),
            (gate, unit) => Gate(gate, unit, (i, column) => kernel[i * Gates + column], (j, column) => recurrent[j * Gates + column], bias),
            resetAfter);
    }

    /// <summary>ONNX' equations on its own layout: two biases, which all add up where the reset comes before the product.</summary>
    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    public void Onnx_weights_compute_what_they_computed_there(bool linearBeforeReset, int biases)
    {
        float[] w = Random(Gates * Inputs), r = Random(Gates * Units), b = Random(biases * Gates);
        AssertComputes(
            new GruOptions { ResetAfter = linearBeforeReset, Bias = biases > 0 },
            GruWeights.FromOnnx(w, r, b),
            (gate, unit) => Gate(gate, unit, (i, row) => w[row * Inputs + i], (j, row) => r[row * Units + j], b),
            linearBeforeReset);
    }

    [Fact]
    public void Both_directions_are_set()
    {
        GruWeights forward = Keras(Random(6 * Units)), reverse = Keras(Random(6 * Units, 2));
        var model = new BothWaysOfBuilder();
        model.LoadParameters(new ParameterBuilder(model.Schema).SetGru("gru1", forward).SetGru("gru1", reverse, reverse: true));
        Assert.Equal(forward.InputWeights, model.Parameters["gru1.weight_ih_l0"].ToArray());
        Assert.Equal(reverse.RecurrentWeights, model.Parameters["gru1.weight_hh_l0_reverse"].ToArray());
        Assert.NotEqual(model.Parameters["gru1.bias_ih_l0"].ToArray(), model.Parameters["gru1.bias_ih_l0_reverse"].ToArray());
    }

    /// <summary>The weights of a unit's gate, as the framework names them: 0 z, 1 r, 2 h.</summary>
    private static (double[] Input, double[] Recurrent, double InputBias, double RecurrentBias) Gate(
        int gate, int unit, Func<int, int, float> input, Func<int, int, float> recurrent, float[] bias)
    {
        int place = gate * Units + unit;
        return (
            [.. Enumerable.Range(0, Inputs).Select(i => (double)input(i, place))],
            [.. Enumerable.Range(0, Units).Select(j => (double)recurrent(j, place))],
            bias.Length > 0 ? bias[place] : 0,
            bias.Length > Gates ? bias[Gates + place] : 0);
    }

    private static void AssertComputes(
        GruOptions options,
        GruWeights weights,
        Func<int, int, (double[] Input, double[] Recurrent, double InputBias, double RecurrentBias)> gateOf,
        bool resetAfter)
    {
        SequenceModel<float> model = options switch
        {
            { ResetAfter: true, Bias: true } => new AfterOfBuilder(),
            { ResetAfter: true } => new AfterWithoutBias(),
            { Bias: true } => new BeforeOfBuilder(),
            _ => new BeforeWithoutBias(),
        };
        model.LoadParameters(new ParameterBuilder(model.Schema).SetGru("gru1", weights));
        float[] inputs = Random(7 * Inputs, 3);
        double[] h = new double[Units];
        for (int t = 0; t < 7; t++)
        {
            double[] x = [.. inputs.AsSpan(t * Inputs, Inputs).ToArray().Select(value => (double)value)];
            double[] z = Gates(0, h), r = Gates(1, h), n = new double[Units];
            double[] state = resetAfter ? h : [.. h.Zip(r, (a, b) => a * b)];
            for (int unit = 0; unit < Units; unit++)
            {
                var gate = gateOf(2, unit);
                double recurrent = Dot(gate.Recurrent, state) + gate.RecurrentBias;
                n[unit] = Math.Tanh(Dot(gate.Input, x) + gate.InputBias + (resetAfter ? r[unit] * recurrent : recurrent));
            }

            h = [.. Enumerable.Range(0, Units).Select(unit => z[unit] * h[unit] + (1 - z[unit]) * n[unit])];

            double[] Gates(int index, double[] state) =>
            [
                .. Enumerable.Range(0, Units).Select(unit =>
                {
                    var gate = gateOf(index, unit);
                    return 1 / (1 + Math.Exp(-(Dot(gate.Input, x) + Dot(gate.Recurrent, state) + gate.InputBias + gate.RecurrentBias)));
                }),
            ];
        }

        float[] output = model.Predict([inputs])[0];
        Assert.All(h.Zip(output), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static GruWeights Keras(float[] bias) => GruWeights.FromKeras(Random(Inputs * Gates), Random(Units * Gates), bias);

    private static ModelSchema Schema(GruOptions options) =>
        ModelSchema.ForFeatures("Built", Inputs, LayerSchema.Gru(Units, SequenceOutput.Final, options), LayerSchema.Dense(1));

    private static float[] Random(int count, ulong seed = 1)
    {
        var random = new RandomSource(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextUniform(1))];
    }
}

[GruModel(3), Gru(5)]
internal sealed partial class AfterOfBuilder;

[GruModel(3), Gru(5, Bias = false)]
internal sealed partial class AfterWithoutBias;

[GruModel(3), Gru(5, ResetAfter = false)]
internal sealed partial class BeforeOfBuilder;

[GruModel(3), Gru(5, ResetAfter = false, Bias = false)]
internal sealed partial class BeforeWithoutBias;

[GruModel(3), Gru(5, Bidirectional = true)]
internal sealed partial class BothWaysOfBuilder;
