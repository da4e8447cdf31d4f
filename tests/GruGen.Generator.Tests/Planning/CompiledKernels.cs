using System.Text.RegularExpressions;
using GruGen.Generator.Tests.Harness;
using GruGen.Generator.Tests.Sweep;

namespace GruGen.Generator.Tests.Planning;

/// <summary>
/// What the JIT does with emitted code: a program with some models runs in a process of its own, in which the JIT writes down every method
/// it compiles and how.
/// </summary>
internal static partial class CompiledKernels
{
    private const string Program =
        """

        internal static class Program
        {
            private static void Main()
            {
        [runs]
                // and what the runs did not reach, at every width
                foreach (System.Type type in typeof(Program).Assembly.GetTypes())
                {
                    if (type.Namespace == "GruGen.Emitted")
                    {
                        foreach (int lanes in GruGen.Kernels.Simd.Choices)
                        {
                            Prepare(type, lanes == 16 ? typeof(GruGen.Kernels.V512) : lanes == 8 ? typeof(GruGen.Kernels.V256) : lanes == 4 ? typeof(GruGen.Kernels.V128) : typeof(GruGen.Kernels.V1));
                        }
                    }
                }
            }

            private static void Run<TInput>(SequenceModel<TInput> model, SequenceStream<TInput>? stream)
                where TInput : unmanaged
            {
                const int Sequences = 6, StepCount = 33;
                int size = model.Schema.ReadsTokens ? 1 : model.Schema.InputSize;
                TInput[] inputs = new TInput[Sequences * StepCount * size];
                float[] outputs = new float[Sequences * model.Schema.OutputSize];
                SequencePass<TInput> pass = model.CreatePass(Sequences, StepCount);
                pass.UseDropout(seed: 1, step: 2);
                pass.Forward(inputs, Sequences, StepCount, outputs);
                pass.Backward(outputs, inputGradients: inputs as float[] ?? []);
                model.Predict(inputs, System.MemoryExtensions.AsSpan(outputs, 0, model.Schema.OutputSize));
                stream?.Step(System.MemoryExtensions.AsSpan(inputs, 0, size), System.MemoryExtensions.AsSpan(outputs, 0, model.Schema.OutputSize));
            }

            private static void Prepare(System.Type type, System.Type vector)
            {
                const System.Reflection.BindingFlags All =
                    System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic;
                foreach (System.Reflection.MethodInfo method in type.MakeGenericType(vector).GetMethods(All))
                {
                    if ((method.MethodImplementationFlags & System.Reflection.MethodImplAttributes.AggressiveInlining) != 0)
                    {
                        continue; // part of its callers: compiled by itself only if one of them calls it
                    }

                    System.Runtime.CompilerServices.RuntimeHelpers.PrepareMethod(method.MethodHandle, [vector.TypeHandle]);
                }
            }
        }
        """;

    /// <summary>Runs models of these layers and gives every method that was compiled.</summary>
    /// <param name="models">The models, each of which gives one output for a sequence.</param>
    public static IReadOnlyList<CompiledMethod> Of(IReadOnlyList<ModelSchema> models)
    {
        string declarations = string.Concat(models.Select((model, number) => $"[{LayerAttributes.Of(model)}] internal partial class Model{number};\n"));
        string runs = string.Concat(models.Select((model, number) =>
            $"        Model{number} model{number} = new Model{number}();\n        Run(model{number}, {(model.CanStream ? $"model{number}.OpenStream()" : "null")});\n"));
        using var program = new ChildProgram("using GruGen;\n\n" + declarations + Program.Replace("[runs]", runs, StringComparison.Ordinal));
        string log = program.PathOf("jit.txt");
        program.Run(("DOTNET_JitStdOutFile", log), ("DOTNET_JitDisasmSummary", "1"));
        return [.. Line().Matches(File.ReadAllText(log)).Select(line => new CompiledMethod(line.Groups["type"].Value, line.Groups["name"].Value, line.Groups["tier"].Value))];
    }

    /// <summary><c>  12: JIT compiled Type`1[Argument]:Method(byref):void [FullOpts, IL size=…, code size=…]</c></summary>
    [GeneratedRegex(@"^ *\d+: JIT compiled (?<type>[^ ]*?):(?<name>[^(\[]+).*? \[(?<tier>[^,\]]+)", RegexOptions.Multiline)]
    private static partial Regex Line();
}

/// <summary>A method that the JIT has compiled, and with what effort.</summary>
internal sealed record CompiledMethod(string Type, string Name, string Tier);
