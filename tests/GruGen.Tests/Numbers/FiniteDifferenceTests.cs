using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>
/// The gradients of the reference against differences of its outputs: the loss is Σ output·g + Σ final state·g', and every parameter, feature
/// and initial state is moved both ways.
/// </summary>
public class FiniteDifferenceTests
{
    private const double Move = 1e-5;
    private const double Tolerance = 1e-8; // of the largest gradient: the difference itself is exact to about the square of the move

    public static TheoryData<string> Shapes =>
    [
        "3 to 1", "5 to 3", "lengths", "lengths, final state", "no step", "small stack", "tokens", "tokens, every step", "dense below",
        "dense between", "dense above every step", "softmax between",
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_gradients_of_the_reference_are_differences_of_its_loss(string name)
    {
        Shape shape = Shape.ByName(name);
        var random = new RandomSource(5);
        var model = new ReferenceModel(
            shape.Schema, tensor => [.. Enumerable.Range(0, (int)Length(shape.Schema, tensor)).Select(_ => 2 * random.NextDouble() - 1)]);
        Batch batch = shape.RandomBatch();
        Results analytic = batch.Run(model);

        foreach ((string tensor, double[] values) in model.Parameters)
        {
            AssertDifferences(analytic["grad." + tensor], values, () => Loss(batch, model), tensor);
        }

        if (!shape.Schema.ReadsTokens)
        {
            AssertDifferences(analytic["grad.input"], batch.Inputs, () => Loss(batch, model), "input");
        }

        AssertDifferences(analytic["grad.h0"], batch.InitialStates!, () => Loss(batch, model), "h0");
    }

    private static void AssertDifferences(double[] gradient, double[] values, Func<double> loss, string name)
    {
        double tolerance = Tolerance * Math.Max(1, gradient.Length == 0 ? 0 : gradient.Max(Math.Abs));
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            values[i] = value + Move;
            double above = loss();
            values[i] = value - Move;
            double below = loss();
            values[i] = value;
            double difference = (above - below) / (2 * Move);
            Assert.True(Math.Abs(gradient[i] - difference) <= tolerance, $"d {name}[{i}] is {gradient[i]:R}, but the loss moves by {difference:R}.");
        }
    }

    private static double Loss(Batch batch, ReferenceModel model)
    {
        (double[] outputs, double[] finalStates) = batch.RunForward(model);
        return Dot(outputs, batch.OutputGradients) + Dot(finalStates, batch.FinalStateGradients!);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static long Length(ModelSchema schema, string tensor) => schema.Tensors.First(candidate => candidate.Name == tensor).Length;
}
