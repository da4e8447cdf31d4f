using Xunit.Sdk;

namespace GruGen.Tests.Reference;

/// <summary>
/// What a batch gives, tensor by tensor: <c>output</c>, <c>h_n</c>, and <c>grad.…</c> for the inputs, the initial states and each
/// parameter.
/// </summary>
internal sealed class Results(Dictionary<string, double[]> values)
{
    public const double OutputTolerance = 2e-6;
    public const double GradientTolerance = 1e-5;

    public double[] this[string name] => values[name];

    public IEnumerable<string> Names => values.Keys;

    /// <summary>The largest of the outputs and states, but 1 at least.</summary>
    public double LargestOutput => values["output"].Concat(values["h_n"]).Aggregate(1.0, (largest, value) => Math.Max(largest, Math.Abs(value)));

    /// <summary>
    /// Outputs and states within <paramref name="outputs"/>, gradients within <paramref name="gradients"/> of the largest element of their
    /// tensor.
    /// </summary>
    public void AssertEqual(
        Results expected, double outputs = OutputTolerance, double gradients = GradientTolerance, Func<string, double>? atLeast = null)
    {
        foreach (string name in expected.Names)
        {
            double[] want = expected[name], have = values[name];
            Assert.Equal(want.Length, have.Length);
            double largest = want.Length == 0 ? 0 : want.Max(Math.Abs);
            double tolerance = name.StartsWith("grad.", StringComparison.Ordinal) ? gradients * Math.Max(largest, 1e-30) : outputs;
            tolerance = Math.Max(tolerance, atLeast?.Invoke(name) ?? 0);
            for (int i = 0; i < want.Length; i++)
            {
                if (!(Math.Abs(have[i] - want[i]) <= tolerance))
                {
                    throw new XunitException($"{name}[{i}] is {have[i]:R}, but {want[i]:R} ± {tolerance:G3} is expected.");
                }
            }
        }
    }

    /// <summary>The largest difference of a tensor's elements.</summary>
    public double Distance(Results other, string name) => values[name].Zip(other[name], (a, b) => Math.Abs(a - b)).DefaultIfEmpty().Max();

    /// <summary>The same bits.</summary>
    public void AssertSame(Results expected)
    {
        foreach (string name in expected.Names)
        {
            Assert.Equal(expected[name].Select(BitConverter.DoubleToInt64Bits), values[name].Select(BitConverter.DoubleToInt64Bits));
        }
    }
}
