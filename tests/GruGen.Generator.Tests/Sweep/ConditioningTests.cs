using System.Reflection;
using GruGen.Generator.Tests.Harness;
using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>
/// A normalisation of states that hardly differ, as those of a sigmoid GRU, divides their rounding by a small deviation. Outputs are then
/// further than 2e-6 from the reference, whoever computes them in single precision: a textbook computation is further off than the emitted
/// one.
/// </summary>
public sealed class ConditioningTests
{
    private const double Rounding = 2e-7; // of states between 0 and 1 in float32, after sums over a hundred numbers

    private static readonly RandomModel s_final = RandomModel.Draw(68, seed: 103)[67], s_pooled = RandomModel.Draw(100, seed: 105)[99];

    private static readonly Lazy<Assembly> s_project = new(() => GeneratorRun.Of($"using GruGen;\n\n{s_final.Declaration}\n\n{s_pooled.Declaration}").Emit());

    [Fact]
    public void The_models_are_those_that_look_inaccurate()
    {
        Assert.Contains("Gru(100, Activation = Activation.Sigmoid, GateActivation = GateActivation.HardSigmoid), LayerNorm]", s_final.Declaration, StringComparison.Ordinal);
        Assert.Contains("Gru(129, Reverse = true, ResetAfter = false, Bias = false, Activation = Activation.Sigmoid", s_pooled.Declaration, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 67)]
    [InlineData(true, 0)]
    [InlineData(true, 99)]
    public void Outputs_above_a_normalisation_are_as_accurate_as_its_input_allows(bool pooled, int seed)
    {
        Type type = s_project.Value.GetType((pooled ? s_pooled : s_final).ClassName, throwOnError: true)!;
        Subject model = Subject.Of(Activator.CreateInstance(type, seed)!);
        var random = new RandomSource((ulong)seed);
        foreach (string tensor in model.Schema.Tensors.Select(tensor => tensor.Name).Where(name => name.StartsWith("layernorm", StringComparison.Ordinal)))
        {
            model.Parameters.Set(tensor, [.. model.Parameters[tensor].ToArray().Select(value => value + random.NextUniform(0.5f))]);
        }

        double largest = 0, largestOfTextbook = 0;
        foreach (int steps in new[] { 6, 19, 37 })
        {
            Batch batch = Batch.Random(model.Schema, 17, steps, seed: (ulong)seed + 7);
            ReferenceModel reference = model.Reference;
            double[] expected = batch.RunForward(reference).Outputs;
            double error = Error(model.Run([batch]).Single()["output"], expected);
            Assert.InRange(error, 0, Math.Max(Results.OutputTolerance, Rounding * reference.Amplification));
            largest = Math.Max(largest, error);
            largestOfTextbook = Math.Max(largestOfTextbook, Error(new SinglePrecision(model.Schema, model.Parameters).Run(batch), expected));
        }

        Assert.InRange(largest, 0, largestOfTextbook);
        Assert.True(pooled || largest > Results.OutputTolerance, $"{largest}"); // otherwise this would be a test of nothing

        static double Error(double[] actual, double[] expected) => actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
    }
}
