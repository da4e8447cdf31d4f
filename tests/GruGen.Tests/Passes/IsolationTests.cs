using GruGen.Tests.Reference;

namespace GruGen.Tests.Passes;

/// <summary>
/// What is wrong with one sequence stays in its row, and gates that are all the way open or shut let nothing through that they should not.
/// </summary>
public class IsolationTests
{
    private static readonly string[] Names = ["5 to 17", "17 to 5", "33 to 33", "stack, final state", "dense between", "softmax between", "final state"];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => Shape.ByName(name).Schema);

    public static TheoryData<string, string> Gru => ModelFactory.With(["5 to 17"], name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void NaN_and_infinity_stay_in_their_row(string factory, string name)
    {
        Shape shape = Shape.ByName(name);
        SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(shape.Schema);
        Batch healthy = shape.RandomBatch();
        Results expected = healthy.Run(model);
        foreach (double poison in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            const int Row = 1;
            int room = shape.Steps * shape.Schema.InputSize;
            double[] inputs = [.. healthy.Inputs];
            inputs.AsSpan(Row * room, room).Fill(poison);
            SequencePass<float> pass = model.CreatePass(shape.Batch, shape.Steps);

            Results results = (healthy with { Inputs = inputs }).Run(pass);

            foreach (string tensor in (string[])["output", "grad.input"])
            {
                int row = results[tensor].Length / shape.Batch;
                double[] others = [.. results[tensor][..(Row * row)], .. results[tensor][((Row + 1) * row)..]];
                Assert.Equal([.. expected[tensor][..(Row * row)], .. expected[tensor][((Row + 1) * row)..]], others);
            }

            Assert.True(!double.IsNaN(poison) || results["output"].Any(double.IsNaN), "A NaN among the inputs is gone.");
            healthy.Run(pass).AssertSame(expected);
        }
    }

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

    private static void SetBias(SequenceModel<float> model, int gate, float value)
    {
        float[] bias = model.Parameters["gru1.bias_ih_l0"].ToArray();
        bias.AsSpan(gate * bias.Length / 3, bias.Length / 3).Fill(value);
        model.Parameters.Set("gru1.bias_ih_l0", bias);
    }
}
