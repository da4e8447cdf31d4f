using GruGen.Tests.Reference;

namespace GruGen.Tests.Passes;

/// <summary>
/// What is wrong with one sequence stays in its row, and gates that are all the way open or shut let nothing through that they should not.
/// </summary>
public class IsolationTests
{
    private static readonly string[] Names =
    [
        "5 to 17", "17 to 5", "33 to 33", "stack, final state", "dense between", "softmax between", "final state", "both ways, stack", "each way",
        "reset before, final state", "normalised between", "normalised softmax", "residual, stack", "pooled to the mean", "pooled to the max, both ways",
        "convolved, dilated", "convolved, dilated further", "convolved, many channels", "convolved stack",
    ];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => Shape.ByName(name).Schema);

    public static TheoryData<string, string> Softmax =>
        ModelFactory.With(["softmax between", "dense above every step", "wide output", "normalised softmax"], name => Shape.ByName(name).Schema);

    public static TheoryData<string, string> Gru =>
        ModelFactory.With(["5 to 17", "reset before", "hard gates", "hard gates of Keras 2"], name => Shape.ByName(name).Schema);

    public static TheoryData<string, string> AllGates => ModelFactory.With(
        ["5 to 17", "hard gates", "hard gates, reset before", "hard gates of Keras 2", "hard gates of Keras 2, reset before"],
        name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void NaN_and_infinity_stay_in_their_row(string factory, string name)
    {
        Shape shape = Shape.ByName(name);
        SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(shape.Schema);
        SequencePass<float> pass = model.CreatePass(shape.Batch, shape.Steps);
        Batch healthy = shape.RandomBatch();
        Results expected = healthy.Run(model);
        const int Row = 1;
        foreach (double poison in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            foreach (Batch poisoned in healthy.Filled(Row, poison))
            {
                Results results = poisoned.Run(pass);

                Assert.All(Enumerable.Range(0, shape.Batch).Where(b => b != Row), b => healthy.Row(results, b).AssertSame(healthy.Row(expected, b)));
                Assert.True(!double.IsNaN(poison) || results["grad.h0"].Any(double.IsNaN), "A NaN is gone.");
                healthy.Run(pass).AssertSame(expected);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void What_lies_past_the_length_of_a_sequence_is_not_read(string factory, string name)
    {
        Shape shape = Shape.ByName(name);
        SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(shape.Schema);
        int[] lengths = [.. Enumerable.Range(0, shape.Batch).Select(b => (shape.Steps + b) % (shape.Steps + 1))]; // all, none, one, two, …
        Batch batch = shape.RandomBatch() with { Lengths = lengths };
        double[] inputs = [.. batch.Inputs], outputGradients = [.. batch.OutputGradients];
        for (int b = 0; b < shape.Batch; b++)
        {
            FillPast(inputs, shape.Schema.InputSize, b);
            if (shape.Schema.Output == SequenceOutput.EveryStep)
            {
                FillPast(outputGradients, shape.Schema.OutputSize, b);
            }
        }

        Results results = (batch with { Inputs = inputs, OutputGradients = outputGradients }).Run(model);

        results.AssertSame(batch.Run(model));
        Assert.All(batch.Row(results, Array.IndexOf(lengths, 0))["grad.input"], gradient => Assert.Equal(0, gradient));

        void FillPast(double[] values, int size, int b) =>
            values.AsSpan((b * shape.Steps + lengths[b]) * size, (shape.Steps - lengths[b]) * size).Fill(double.NaN);
    }

    /// <summary>What a softmax makes of its padding, e^(0 − max), overflows here, and must not be met again.</summary>
    [Theory]
    [MemberData(nameof(Softmax))]
    public void Very_small_logits_do_no_harm(string factory, string name) => AssertAgrees(factory, name, _ => -200);

    [Theory]
    [MemberData(nameof(Softmax))]
    public void Logits_very_far_apart_do_no_harm(string factory, string name) => AssertAgrees(factory, name, i => i % 3 == 1 ? 200 : -200);

    [Theory]
    [MemberData(nameof(Gru))]
    public void Gates_that_are_shut_keep_the_state_and_pass_no_gradient(string factory, string name)
    {
        Shape shape = Shape.ByName(name);
        SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(shape.Schema);
        SetBias(model, gate: 1, 200);
        Batch batch = shape.RandomBatch();

        Results results = batch.Run(model);

        // z = 1: h' = h, and the gradients of all gates are zero
        Assert.All(results["grad.gru1.weight_hh_l0"], gradient => Assert.Equal(0, gradient));
        Assert.All(results["grad.input"], gradient => Assert.Equal(0, gradient));
        results.AssertEqual(batch.Run(ReferenceModel.Of(model)));
    }

    [Theory]
    [MemberData(nameof(Gru))]
    public void Gates_that_are_open_forget_the_state(string factory, string name)
    {
        Shape shape = Shape.ByName(name);
        SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(shape.Schema);
        SetBias(model, gate: 0, -200);
        SetBias(model, gate: 1, -200);
        Batch batch = shape.RandomBatch();

        Results results = batch.Run(model);

        // r = z = 0: h' = tanh(W_in·x + b_in) whatever the state was
        Assert.All(results["grad.h0"], gradient => Assert.Equal(0, gradient));
        results.AssertSame((batch with { InitialStates = null }).Run(model));
        results.AssertEqual(batch.Run(ReferenceModel.Of(model)));
    }

    [Theory]
    [MemberData(nameof(Gru))]
    public void A_saturated_new_gate_passes_no_gradient(string factory, string name)
    {
        Shape shape = Shape.ByName(name);
        SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(shape.Schema);
        SetBias(model, gate: 2, 60);
        Batch batch = shape.RandomBatch();

        Results results = batch.Run(model);

        double[] bias = results["grad.gru1.bias_ih_l0"];
        Assert.All(bias[(2 * bias.Length / 3)..], gradient => Assert.Equal(0, gradient));
        results.AssertEqual(batch.Run(ReferenceModel.Of(model)));
    }

    /// <summary>The weights that a model starts with are too small for the ends of a hard sigmoid.</summary>
    [Theory]
    [MemberData(nameof(AllGates))]
    public void Gates_may_be_shut_and_open_side_by_side(string factory, string name)
    {
        Shape shape = Shape.ByName(name);
        SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(shape.Schema);
        foreach (TensorSchema tensor in shape.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, [.. model.Parameters[tensor.Name].ToArray().Select(value => 8 * value)]);
        }

        Batch batch = shape.RandomBatch();

        batch.Run(model).AssertEqual(batch.Run(ReferenceModel.Of(model)));
    }

    /// <summary>With biases of a softmax that are moved so far.</summary>
    private static void AssertAgrees(string factory, string name, Func<int, float> shift)
    {
        Shape shape = Shape.ByName(name);
        SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(shape.Schema);
        string bias = shape.Schema.Layers.First(layer => layer.Activation == Activation.Softmax).Name + ".bias";
        model.Parameters.Set(bias, [.. model.Parameters[bias].ToArray().Select((value, i) => value + shift(i))]);
        Batch batch = shape.RandomBatch();

        // floats near −200 are 1.5e-5 apart
        batch.Run(model).AssertEqual(batch.Run(ReferenceModel.Of(model)), outputs: 1e-4, gradients: 1e-3);
    }

    private static void SetBias(SequenceModel<float> model, int gate, float value)
    {
        float[] bias = model.Parameters["gru1.bias_ih_l0"].ToArray();
        bias.AsSpan(gate * bias.Length / 3, bias.Length / 3).Fill(value);
        model.Parameters.Set("gru1.bias_ih_l0", bias);
    }
}
