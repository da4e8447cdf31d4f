using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>
/// Gradients against differences of the outputs of the reference: the loss is Σ output·g + Σ final state·g', and every parameter, feature
/// and initial state is moved both ways.
/// </summary>
public class FiniteDifferenceTests
{
    private const double Move = 1e-5;
    private const double Tolerance = 1e-8; // of the largest gradient: the difference itself is exact to about the square of the move

    private static readonly string[] Layers = ["5 to 3", "small stack", "dense below", "dense above every step", "softmax between"];

    public static TheoryData<string, string> Models => ModelFactory.With([.. Layers, .. Shape.FamilyNames], name => Shape.ByName(name).Schema);

    public static TheoryData<string> Shapes =>
    [
        "3 to 1", "5 to 3", "lengths", "lengths, final state", "no step", "small stack", "tokens", "tokens, every step", "dense below",
        "dense between", "dense above every step", "softmax between", .. Shape.FamilyNames,
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_gradients_of_the_reference_are_differences_of_its_loss(string name)
    {
        Shape shape = Shape.ByName(name);
        var random = new RandomSource(5);
        var model = new ReferenceModel(
            shape.Schema, tensor => [.. Enumerable.Range(0, (int)Length(shape.Schema, tensor)).Select(_ => Value(tensor, 2 * random.NextDouble() - 1))]);
        Batch batch = shape.RandomBatch();

        AssertDifferences(batch.Run(model), model, batch, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_gradients_of_a_pass_are_differences_of_the_same_loss(string factory, string name)
    {
        if (Shape.ByName(name).Schema.ReadsTokens)
        {
            AssertDifferences<int>(factory, Shape.ByName(name));
        }
        else
        {
            AssertDifferences<float>(factory, Shape.ByName(name));
        }
    }

    private static void AssertDifferences<TInput>(string factory, Shape shape)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = shape.Model<TInput>(factory, seed: 5);
        Batch batch = shape.RandomBatch();

        AssertDifferences(batch.Run(model), ReferenceModel.Of(model), batch, Results.GradientTolerance);
    }

    private static void AssertDifferences(Results analytic, ReferenceModel model, Batch batch, double tolerance)
    {
        foreach (TensorSchema tensor in batch.Schema.Tensors.Where(tensor => !tensor.IsFrozen))
        {
            AssertDifferences(analytic["grad." + tensor.Name], model.Parameters[tensor.Name], tensor.Name);
        }

        if (!batch.Schema.ReadsTokens)
        {
            // a step that only fills its sequence would be one of it
            bool[] moves = [.. batch.Inputs.Chunk(batch.Schema.InputSize).SelectMany(step => step.Select(_ => !ReferenceModel.IsMasked(batch.Schema, step)))];
            AssertDifferences(analytic["grad.input"], batch.Inputs, "input", i => moves[i]);
            Assert.All(moves.Zip(analytic["grad.input"]).Where(pair => !pair.First), pair => Assert.Equal(0, pair.Second));
        }

        if (batch.InitialStates is not null)
        {
            AssertDifferences(analytic["grad.h0"], batch.InitialStates, "h0");
        }

        void AssertDifferences(double[] gradient, double[] values, string name, Func<int, bool>? moves = null)
        {
            double allowed = tolerance * Math.Max(1, gradient.Length == 0 ? 0 : gradient.Max(Math.Abs));
            foreach (int i in Enumerable.Range(0, values.Length).Where(moves ?? (_ => true)))
            {
                double difference = Difference(i, Move);
                if (Math.Abs(gradient[i] - difference) > allowed)
                {
                    difference = (4 * Difference(i, Move / 2) - difference) / 3; // without its error of the second order (Richardson 1911)
                }

                Assert.True(Math.Abs(gradient[i] - difference) <= allowed, $"d {name}[{i}] is {gradient[i]:R}, but the loss moves by {difference:R}.");
            }

            double Difference(int i, double move)
            {
                double value = values[i];
                values[i] = value + move;
                double above = Loss(batch, model);
                values[i] = value - move;
                double below = Loss(batch, model);
                values[i] = value;
                return (above - below) / (2 * move);
            }
        }
    }

    private static double Loss(Batch batch, ReferenceModel model)
    {
        (double[] outputs, double[] finalStates) = batch.RunForward(model);
        return Dot(outputs, batch.OutputGradients) + Dot(finalStates, batch.FinalStateGradients!);
    }

    /// <summary>A variance is above zero.</summary>
    private static double Value(string tensor, double drawn) => tensor.EndsWith("running_var", StringComparison.Ordinal) ? 0.1 + Math.Abs(drawn) : drawn;

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static long Length(ModelSchema schema, string tensor) => schema.Tensors.First(candidate => candidate.Name == tensor).Length;
}
