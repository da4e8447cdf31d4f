using GruGen.Kernels;
using GruGen.Tests.Emitted;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Subnormals;

/// <summary>
/// Fifty thousand steps of silence: a state that fades ends at zero, whatever takes the steps, and goes on from there as if nothing had
/// been.
/// </summary>
public class SilenceTests
{
    private const int Steps = 50_000;

    private static readonly string[] s_shapes =
    [
        "5 to 17", "17 to 33", "8 to 8", "stack", "small stack", "relu", "linear", "softsign", "relu, reset before", "linear, reset before", "softsign, reset before", "reset before",
        "hard gates", "hard gates of Keras 2", "hard gates, reset before", "z replaces", "z replaces, reset before", "residual", "no bias", "dense below", "dense above every step",
    ];

    public static TheoryData<string, string> Shapes =>
        ModelFactory.With(s_shapes.Where(name => !Shape.ByName(name).Schema.ReadsTokens), name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_stream_ends_at_zero(string factory, string name) => AssertEndsAtZero(Quiet(factory, name));

    [Fact]
    public void So_does_one_with_weights_in_bfloat16()
    {
        foreach (int lanes in Simd.Choices)
        {
            AssertEndsAtZero(Quiet(new Half5To17(seed: 4) { Lanes = lanes }));
            AssertEndsAtZero(Quiet(new Half64To64(seed: 4) { Lanes = lanes }));
        }
    }

    private static void AssertEndsAtZero(SequenceModel<float> model)
    {
        SequenceStream<float> stream = Opened.Stream(model);
        float[] state = new float[stream.StateSize], output = new float[model.Schema.OutputSize], silence = new float[model.Schema.InputSize];
        Array.Fill(state, 1f);
        stream.SetState(state);
        for (int t = 0; t < Steps; t++)
        {
            stream.Step(silence, output);
            if (t % 250 != 0)
            {
                continue;
            }

            stream.CopyStateTo(state);
            Subnormals.AssertNoneIn(state, "state");
            if (model.Schema.WeightFormat != WeightFormat.BFloat16) // of which two in a float are no number
            {
                Subnormals.AssertNoneIn(stream);
            }
        }

        stream.CopyStateTo(state);
        Assert.All(state, value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Streams_side_by_side_and_predictions_do_too(string factory, string name)
    {
        SequenceModel<float> model = Quiet(factory, name);
        int size = model.Schema.InputSize, outputs = model.Schema.OutputSize;
        StreamGroup<float> group = model.OpenStreams(3);
        float[] state = new float[group.StateSize];
        Array.Fill(state, 1f);
        group.SetState(0, state);
        group.SetState(2, state);
        for (int t = 0; t < Steps / 10; t++)
        {
            group.Step(new float[3 * size], new float[3 * outputs]);
        }

        Subnormals.AssertNoneIn(group);
        group.CopyStateTo(2, state);
        Assert.All(state, value => Assert.Equal(0, value));

        // a sequence that is loud at first
        float[] sequence = new float[Steps * size], every = new float[(model.Schema.Output == GruGen.SequenceOutput.EveryStep ? Steps : 1) * outputs];
        sequence.AsSpan(0, 10 * size).Fill(1);
        model.Predict(sequence, every);
        Subnormals.AssertNoneIn(every, "outputs");
        Subnormals.AssertNoneIn(model);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sound_that_fades_below_the_normal_numbers_is_silence(string factory, string name)
    {
        SequenceModel<float> model = Quiet(factory, name);
        int size = model.Schema.InputSize, outputs = model.Schema.OutputSize, steps = 70;
        float[] faint = new float[steps * size], silent = new float[steps * size];
        var random = new RandomSource(2);
        for (int i = 0; i < faint.Length; i++)
        {
            silent[i] = i % 7 == 0 ? random.NextUniform(1) : 0;
            faint[i] = i % 7 == 0 ? silent[i] : random.NextUniform(1e-38);
        }

        Assert.Equal(Predicted(silent), Predicted(faint));
        Assert.Equal(Streamed(silent), Streamed(faint));
        Assert.Equal(Grouped(silent), Grouped(faint));

        float[] Predicted(float[] x)
        {
            float[] y = new float[(model.Schema.Output == GruGen.SequenceOutput.EveryStep ? steps : 1) * outputs];
            model.Predict(x, y);
            return y;
        }

        float[] Streamed(float[] x)
        {
            SequenceStream<float> stream = Opened.Stream(model);
            float[] y = new float[steps * outputs];
            for (int t = 0; t < steps; t++)
            {
                stream.Step(x.AsSpan(t * size, size), y.AsSpan(t * outputs, outputs));
            }

            Subnormals.AssertNoneIn(stream);
            return y;
        }

        float[] Grouped(float[] x)
        {
            StreamGroup<float> group = model.OpenStreams(2);
            float[] y = new float[steps * outputs];
            for (int t = 0; t < steps; t += 2)
            {
                group.Step(x.AsSpan(t * size, 2 * size), y.AsSpan(t * outputs, 2 * outputs));
            }

            Subnormals.AssertNoneIn(group);
            return y;
        }
    }

    /// <summary>
    /// No biases, so that n is 0 where the state is, weights that let it fade, and gates that keep it for a while: z = 0.88.
    /// </summary>
    private static SequenceModel<float> Quiet(string factory, string name) =>
        Quiet(Shape.ByName(name).Model<float>(factory, seed: 4), name.StartsWith("z replaces", StringComparison.Ordinal));

    private static SequenceModel<float> Quiet(SequenceModel<float> model, bool replaces = false)
    {
        foreach (TensorSchema tensor in model.Schema.Tensors.Where(tensor => tensor.Name.StartsWith("gru", StringComparison.Ordinal)))
        {
            float[] values = model.Parameters[tensor.Name].ToArray();
            for (int i = 0; i < values.Length; i++)
            {
                bool isZ = tensor.Name.Contains("bias_ih", StringComparison.Ordinal) && i / (values.Length / 3) == 1;
                values[i] = isZ ? (replaces ? -2 : 2) : tensor.Name.Contains("bias", StringComparison.Ordinal) ? 0 : 0.3f * values[i];
            }

            model.Parameters.Set(tensor.Name, values);
        }

        return model;
    }
}
