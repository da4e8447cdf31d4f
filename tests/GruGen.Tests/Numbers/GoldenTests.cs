using System.Reflection;
using GruGen.Kernels;

namespace GruGen.Tests.Numbers;

/// <summary>
/// The bits that short trainings end with, on whatever processor: checksums in <c>golden.txt</c>, one set for processors with fused
/// multiply-add and one for those without. Nothing on the way asks the system's mathematical library, so a difference is a defect of a
/// kernel or of a compiler. Where a change is meant to change trained bits, <c>tests/golden</c> writes the file anew.
/// </summary>
public class GoldenTests
{
    /// <summary>
    /// Lines such as <c>fused plain 0123456789abcdef 0123456789abcdef 0.25</c>: the parameters, the predictions, and the loss or the
    /// accuracy.
    /// </summary>
    private static readonly string[] Golden = Read();

    public static TheoryData<string, int> Runs
    {
        get
        {
            var runs = new TheoryData<string, int>();
            foreach (string name in GoldenRun.All.Keys)
            {
                // twenty epochs of the sample take the scalar twin half a minute
                foreach (int lanes in name == "first-sample" ? [Simd.Lanes] : Simd.Choices)
                {
                    runs.Add(name, lanes);
                }
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Training_ends_with_the_bits_of_every_other_processor(string name, int lanes)
    {
        string arithmetic = Simd.Fuses ? "fused" : "unfused", line = $"{arithmetic} {name} {GoldenRun.All[name](lanes)}";
        string? golden = Array.Find(Golden, other => other.StartsWith($"{arithmetic} {name} ", StringComparison.Ordinal));
        Assert.True(line == golden, $"golden.txt has '{golden}', but this is what came of it with {lanes} lanes:\ngolden: {line}");
    }

    [Fact]
    public void The_file_has_a_line_for_each_training_and_each_arithmetic() => Assert.Equal(
        ((string[])["fused", "unfused"]).SelectMany(arithmetic => GoldenRun.All.Keys.Select(name => $"{arithmetic} {name}")).Order(StringComparer.Ordinal),
        Golden.Select(line => string.Join(' ', line.Split(' ')[..2])).Order(StringComparer.Ordinal));

    private static string[] Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("golden")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
