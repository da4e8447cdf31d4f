using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Subnormals;

/// <summary>
/// A thousand steps of which the last alone has a gradient, which fades on its way back through every layer, option and vector width: it
/// ends at zero.
/// </summary>
public class FadingGradientTests
{
    private const int Steps = 1000;
    private const int Sequences = 3;

    public static TheoryData<string, string> Shapes => ModelFactory.With(Shape.Names, name => Shape.ByName(name).Schema);

    /// <summary>Those of the widest vectors: other widths give the same bits.</summary>
    public static IEnumerable<object[]> Widest => Shapes.Where(shape => shape[0] is "generic" || shape[0].Equals($"emitted, {Simd.Lanes * 32} bit"));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void No_number_of_a_pass_is_subnormal(string factory, string name) => Run(factory, name, (_, values) => values);

    [Theory]
    [MemberData(nameof(Widest))]
    public void Nor_where_weights_are_large(string factory, string name)
    {
        Run(factory, name, (_, values) => [.. values.Select(value => 20 * value)]);
        Run(factory, name, (_, values) => [.. values.Select(value => 60 * value)]);
    }

    [Theory]
    [MemberData(nameof(Widest))]
    public void Nor_where_gates_are_saturated(string factory, string name)
    {
        foreach (float bias in new[] { -16f, 16f })
        {
            Run(factory, name, (tensor, values) => tensor.Contains("bias_ih", StringComparison.Ordinal) ? [.. values.Select(_ => bias)] : values);
        }
    }

    [Theory]
    [MemberData(nameof(Widest))]
    public void Nor_where_weights_are_small(string factory, string name) =>
        Run(factory, name, (tensor, values) => tensor.Contains("layernorm", StringComparison.Ordinal) ? values : [.. values.Select(value => 1e-6f * value)]);

    private static void Run(string factory, string name, Func<string, float[], float[]> change)
    {
        if (Shape.ByName(name).Schema.ReadsTokens)
        {
            Run<int>(factory, name, change, (random, count, size) => [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(size))]);
        }
        else
        {
            Run<float>(factory, name, change, (random, count, size) => [.. Enumerable.Range(0, count * size).Select(_ => random.NextUniform(1.7f))]);
        }
    }

    private static void Run<TInput>(
        string factory, string name, Func<string, float[], float[]> change, Func<RandomSource, int, int, TInput[]> inputs)
        where TInput : unmanaged
    {
        Shape shape = Shape.ByName(name);
        SequenceModel<TInput> model = shape.Model<TInput>(factory, seed: 3);
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, change(tensor.Name, model.Parameters[tensor.Name].ToArray()));
        }

        var random = new RandomSource(5);
        TInput[] x = inputs(random, Sequences * Steps, model.Schema.InputSize);
        int size = model.Schema.OutputSize, steps = model.Schema.OutputSteps(Steps), rows = Sequences * steps;
        float[] dy = new float[rows * size], outputs = new float[rows * size];
        for (int row = steps - 1; row < rows; row += steps)
        {
            dy.AsSpan(row * size, size).Fill(0.01f);
        }

        SequencePass<TInput> pass = model.CreatePass(Sequences, Steps);
        pass.UseDropout(seed: 1, step: 1);
        pass.Forward(x, Sequences, Steps, outputs);
        float[] dInputs = new float[model.Schema.ReadsTokens ? 0 : x.Length], dStates = new float[Sequences * pass.StateSize];
        pass.Backward(dy, inputGradients: dInputs, initialStateGradients: dStates);

        Subnormals.AssertNoneIn(pass);
        Subnormals.AssertNoneIn(outputs, "outputs");
        Subnormals.AssertNoneIn(dInputs, "dx");
        Subnormals.AssertNoneIn(dStates, "dh");
    }
}
