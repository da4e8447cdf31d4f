using System.Globalization;
using GruGen.Generator.Tests.Harness;
using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Machines;

/// <summary>
/// The same program on processors that have less than this one, whose instruction sets are switched off in a process of its own: with fused
/// multiply-add it gives the same bits, and without it the same numbers.
/// </summary>
public sealed class InstructionSetTests
{
    private const string Source =
        """
        using GruGen;

        [GruModel(inputSize: 7), Gru(33), Gru(20, ResetAfter = false), Dense(3, Activation.Softmax)]
        internal partial class Stack;

        [GruModel(inputSize: 5), Gru(16, Bidirectional = true, Output = SequenceOutput.EveryStep), LayerNorm, Pool(Pooling.Max), Dense(2)]
        internal partial class BothWays;

        internal static class Program
        {
            private static void Main()
            {
                System.Console.WriteLine($"lanes {GruGen.Kernels.Simd.Lanes}");
                Stack stack = new Stack();
                Print(stack);
                Print(new BothWays());
                Stack.StepStream stream = stack.OpenStream();
                float[] output = new float[3];
                for (int t = 0; t < 9; t++)
                {
                    stream.Step(System.MemoryExtensions.AsSpan(Features(9 * 7), t * 7, 7), output);
                }

                Print(output);
            }

            private static void Print(SequenceModel<float> model)
            {
                const int Sequences = 5, StepCount = 11;
                float[] features = Features(Sequences * StepCount * model.Schema.InputSize), outputs = new float[Sequences * model.Schema.OutputSize];
                SequencePass<float> pass = model.CreatePass(Sequences, StepCount);
                pass.Forward(features, Sequences, StepCount, outputs, [11, 0, 4, 11, 1]);
                Print(outputs);
                for (int i = 0; i < outputs.Length; i++)
                {
                    outputs[i] = i + 1;
                }

                pass.Backward(outputs);
                foreach (TensorSchema tensor in model.Schema.Tensors)
                {
                    Print(pass.Gradient(tensor.Name));
                }
            }

            private static float[] Features(int count)
            {
                float[] features = new float[count];
                for (int i = 0; i < count; i++)
                {
                    features[i] = i * 37 % 101 / 50f - 1;
                }

                return features;
            }

            private static void Print(System.ReadOnlySpan<float> values)
            {
                foreach (float value in values)
                {
                    System.Console.Write(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture) + " ");
                }

                System.Console.WriteLine();
            }
        }
        """;

    /// <summary>This processor as it is, then with less and less.</summary>
    [Fact]
    public void A_processor_with_less_gives_the_same_numbers()
    {
        using var program = new ChildProgram(Source);
        string[] all = Lines(program.Run());

        // fused multiply-add comes with AVX2
        AssertSame(all, Lines(program.Run(("DOTNET_EnableAVX512", "0"))));
        AssertClose(all, Lines(program.Run(("DOTNET_EnableAVX2", "0"))));
        AssertClose(all, Lines(program.Run(("DOTNET_EnableAVX", "0"))));
        AssertClose(all, Lines(program.Run(("DOTNET_EnableHWIntrinsic", "0"))));
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void AssertSame(string[] expected, string[] actual) => Assert.Equal(expected[1..], actual[1..]); // the first line is the width

    private static void AssertClose(string[] expected, string[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach ((string want, string have) in expected[1..].Zip(actual[1..]))
        {
            double[] numbers = Numbers(want);
            double tolerance = Results.GradientTolerance * Math.Max(0.2, numbers.Max(Math.Abs)); // 2e-6 for outputs below 0.2
            Assert.All(numbers.Zip(Numbers(have)), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }

    private static double[] Numbers(string line) => [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
