namespace GruGen.Generator.Tests.Harness;

/// <summary>Every way to write the declaration of a model that has to work, by name.</summary>
internal static class DeclarationForms
{
    private const string Layers = "[GruModel(inputSize: 3), Gru(5), Dense(2)]";

    /// <summary>A form, its files, and the metadata names of the models in it.</summary>
    public sealed record Form(string[] Sources, string[] Models);

    public static IReadOnlyDictionary<string, Form> All { get; } = Build();

    private static Dictionary<string, Form> Build()
    {
        var forms = new Dictionary<string, Form>
        {
            ["public, file-scoped namespace"] = One($"namespace App.Models; {Layers} public partial class Model;", "App.Models.Model"),
            ["internal, block namespace"] = One($"namespace App {{ namespace Models {{ {Layers} internal partial class Model {{ }} }} }}", "App.Models.Model"),
            ["no namespace"] = One($"{Layers} public partial class Model;", "Model"),
            ["sealed"] = One($"{Layers} public sealed partial class Model;", "Model"),
            ["unsealed with a derived class"] = One($"{Layers} public partial class Model; /** <summary>D.</summary> */ public class Derived : Model;", "Model"),
            ["attributes one to a line"] = One("[GruModel]\n[Embedding(30, 4)]\n[Gru(5)]\n[Dense(1, Activation.Sigmoid)]\npublic partial class Model\n{\n}", "Model"),
            ["attributes by their full names"] = One("[global::GruGen.GruModelAttribute(3)] [GruGen.GruAttribute(5)] internal partial class Model;", "Model"),
            ["attributes by aliases"] = new(
                ["using M = GruGen.GruModelAttribute; using G = GruGen.GruAttribute; [M(3), G(5)] internal partial class Model;"], ["Model"]),
            ["two parts"] = new(
                ["using GruGen; namespace App; " + Layers + " internal partial class Model;", "namespace App; partial class Model { internal int Own => InputSize; }"],
                ["App.Model"]),
            ["several in one file"] = One($"{Layers} internal partial class A; {Layers} internal partial class B; {Layers} internal partial class C;", "A", "B", "C"),
            ["names that differ only in case"] = One(
                $"namespace App {{ {Layers} internal partial class Model; {Layers} internal partial class MODEL; }} namespace app {{ {Layers} internal partial class Model; }}",
                "App.MODEL", "App.Model", "app.Model"),
            ["a name in other letters"] = One($"namespace Größen; {Layers} internal partial class 模型;", "Größen.模型"),
            ["a long name"] = One($"{Layers} internal partial class {new string('M', 400)};", new string('M', 400)),
            ["interfaces"] = One($"{Layers} internal partial class Model : System.IDisposable {{ public void Dispose() {{ }} }}", "Model"),
            ["own members and constructors"] = One(
                $$"""
                {{Layers}} internal partial class Model
                {
                    private readonly string _label = "";
                    internal Model(string label) : this(seed: 3) => _label = label;
                    internal Model(string label, int seed = 0) : this(label) { }
                    internal Model(params string[] labels) : this(labels[0]) { }
                    internal Model(long? seed = null, string label = "") : this(label, seed is null ? 1 : 2) { }
                    internal string Label => _label + s_count;
                    private static readonly int s_count = InputSize;
                }
                """,
                "Model"),
            ["obsolete"] = One($"{Layers} [System.Obsolete] internal partial class Model;", "Model"),
            ["nullable disabled"] = new([$"#nullable disable\nusing GruGen; {Layers} internal partial class Model;"], ["Model"]),
            ["generic"] = One($"{Layers} internal partial class Model<T, U> where T : class, System.IDisposable where U : struct, System.Enum;", "Model`2"),
            ["generic beside not generic"] = One($"{Layers} internal partial class Model<T>; {Layers} internal partial class Model;", "Model", "Model`1"),
            ["type parameters with the names that emitted code likes"] = One(
                $"internal partial class Outer<V, TSimd> {{ {Layers} internal partial class Model<T, TInput, S>; }}", "Outer`2+Model`3"),
        };
        AddContainers(forms);
        AddKeywords(forms);
        AddTakenNames(forms);
        return forms;
    }

    private static void AddContainers(Dictionary<string, Form> forms)
    {
        string[] heads =
        [
            "partial class", "static partial class", "abstract partial class", "sealed partial class", "partial struct", "readonly partial struct",
            "ref partial struct", "readonly ref partial struct", "partial record", "sealed partial record", "partial record class",
            "partial record struct", "readonly partial record struct", "partial interface",
        ];
        foreach (string head in heads)
        {
            forms.Add(
                $"in a {head.Replace("partial ", "", StringComparison.Ordinal)}",
                One(
                    $$"""
                    internal {{head}} Outer { {{Layers}} internal partial class Model; }
                    internal {{head}} Outer<T> where T : notnull { {{Layers}} internal partial class Model; }
                    """,
                    "Outer+Model", "Outer`1+Model"));
        }

        forms["in types with parameters and a base class"] = One(
            $$"""
            internal abstract class Root;
            internal partial class A(int x) : Root { internal int X => x; {{Layers}} internal partial class Model; }
            internal partial record B(int X) { {{Layers}} internal partial class Model; }
            """,
            "A+Model", "B+Model");
        forms["in a private class of a deep nest"] = One(
            $$"""
            namespace App;
            internal partial interface I
            {
                public partial record struct R<T>
                {
                    private partial class C { {{Layers}} private protected partial class Model; }
                }
            }
            """,
            "App.I+R`1+C+Model");
    }

    private static void AddKeywords(Dictionary<string, Form> forms)
    {
        forms["keywords everywhere"] = One(
            $"namespace @namespace.@event {{ internal partial struct @struct<@int> {{ {Layers} internal partial class @class<@string>; }} }}",
            "namespace.event.struct`1+class`1");

        string[] contextual =
        [
            "allows", "async", "dynamic", "field", "file", "global", "nameof", "partial", "record", "required", "scoped", "value", "var", "when",
        ];
        forms["contextual keywords"] = One(
            $"namespace App; {string.Join(' ', contextual.Select(name => $"{Layers} internal partial class @{name};"))}",
            [.. contextual.Select(name => $"App.{name}")]);
    }

    /// <summary>Names that the runtime, the framework or emitted code have as well.</summary>
    private static void AddTakenNames(Dictionary<string, Form> forms)
    {
        const string QualifiedLayers = "[global::GruGen.GruModel(3), global::GruGen.Gru(5), global::GruGen.Dense(2)]";
        string[] names =
        [
            "Activation", "AlignedBuffer", "Backward", "Dense", "Features", "Fit", "Forward", "Generated", "Gru", "Gru3x5", "Head", "Int32", "Kernels",
            "Lanes", "LayerSchema", "Math", "ModelSchema", "Output", "Parameters", "ReadOnlySpan", "Reset", "Run", "Save", "Schema", "SequenceModel",
            "SequencePass", "SequenceStream", "Simd", "Span", "States", "Step", "Steps", "Stream", "String", "System", "Tokens", "Training", "Unsafe", "V512",
            "Vector", "Weights",
        ];
        string types = string.Join(' ', names.Select(name => $"internal class {name};"));
        forms["models with taken names"] = new(
            [$"namespace App; {string.Join(' ', names.Select(name => $"{QualifiedLayers} internal partial class {name};"))}"],
            [.. names.Select(name => $"App.{name}")]);
        forms["beside types with taken names"] = new([$"namespace App; {types} {QualifiedLayers} internal partial class Model;"], ["App.Model"]);
        forms["in a type that has types with taken names"] = new(
            [$"internal partial class Outer {{ {types} {QualifiedLayers} internal partial class Model; }}"], ["Outer+Model"]);
        forms["beside aliases with taken names"] = new(
            [
                string.Join('\n', names.Select(name => $"global using {name} = global::System.DateTime;")),
                $"namespace App; {QualifiedLayers} internal partial class Model;",
            ],
            ["App.Model"]);
        forms["beside many global usings"] = new(
            [
                """
                global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Numerics;
                global using System.Runtime.CompilerServices; global using System.Runtime.InteropServices; global using System.Runtime.Intrinsics;
                global using System.Runtime.Intrinsics.X86; global using System.Threading; global using GruGen; global using GruGen.Kernels;
                """,
                $"namespace App; {QualifiedLayers} internal partial class Model;",
            ],
            ["App.Model"]);
        forms["in namespaces with taken names"] = new([$"namespace App.System.GruGen.Kernels; {QualifiedLayers} internal partial class Model;"], ["App.System.GruGen.Kernels.Model"]);
        forms["in the namespace GruGen"] = new([$"namespace GruGen; {QualifiedLayers} internal partial class Model;"], ["GruGen.Model"]);
    }

    private static Form One(string source, params string[] models) => new(["using GruGen; " + Documented(source)], models);

    /// <summary>Gives the models the summary that the compiler asks for on public types.</summary>
    private static string Documented(string source) => source.Replace("[GruModel", "/** <summary>A model.</summary> */ [GruModel", StringComparison.Ordinal);
}
