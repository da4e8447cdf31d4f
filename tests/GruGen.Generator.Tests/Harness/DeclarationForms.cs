namespace GruGen.Generator.Tests.Harness;

/// <summary>Every way to write the declaration of a model that has to work, by name.</summary>
internal static class DeclarationForms
{
    /// <summary>What <c>[..]</c> stands for, with the summary that the compiler asks for on public types.</summary>
    public const string Layers =
        "/** <summary>A model.</summary> */ [global::GruGen.GruModel(3), global::GruGen.Gru(5), global::GruGen.Dense(2)]";

    /// <summary>The same for models that take whole sequences.</summary>
    public const string WholeSequences =
        "/** <summary>A model.</summary> */ [global::GruGen.GruModel(3), global::GruGen.LayerNorm, global::GruGen.Gru(5, Bidirectional = true, "
        + "Merge = global::GruGen.Merge.Average, Bias = false, InitialState = global::GruGen.InitialState.Learned, RecurrentDropout = 0.5), "
        + "global::GruGen.Dropout(0.5), global::GruGen.Pool(global::GruGen.Pooling.Max), global::GruGen.Dense(5, Residual = true)]";

    public static IReadOnlyDictionary<string, Form> All { get; } = Build();

    private static Dictionary<string, Form> Build()
    {
        var forms = new Dictionary<string, Form>();
        AddClasses(forms);
        AddContainers(forms);
        AddNames(forms);
        AddTakenNames(forms);
        return forms;
    }

    private static void AddClasses(Dictionary<string, Form> forms)
    {
        forms["public, file-scoped namespace"] = One("namespace App.Models; [..] public partial class Model;", "App.Models.Model");
        forms["internal, block namespace"] = One("namespace App { namespace Models { [..] partial class Model { } } }", "App.Models.Model");
        forms["no namespace"] = One("[..] public partial class Model;", "Model");
        forms["sealed"] = One("[..] public sealed partial class Model;", "Model");
        forms["several in one file"] = One("[..] partial class A; [..] partial class B; [..] partial class C;", "A", "B", "C");
        forms["with a derived class"] = One("[..] internal partial class Model; internal class Derived : Model;", "Model");
        forms["with interfaces"] = One("[..] internal partial class Model : System.IDisposable { public void Dispose() { } }", "Model");
        forms["obsolete"] = One("[..] [System.Obsolete] internal partial class Model;", "Model");
        forms["nullable disabled"] = One("#nullable disable\n[..] internal partial class Model;", "Model");
        forms["two parts"] = new(
            ["Model"], "[..] internal partial class Model;".WithLayers(), "partial class Model { internal int Own => InputSize; }");
        forms["attributes one to a line"] = One(
            """
            using GruGen;

            [GruModel]
            [Embedding(30, 4)]
            [Gru(5)]
            [Dense(1, Activation.Sigmoid)]
            internal partial class Model
            {
            }
            """,
            "Model");
        forms["attributes by their full names"] = One("[GruGen.GruModelAttribute(3)] [GruGen.Gru(5)] partial class Model;", "Model");
        forms["attributes by aliases"] = One(
            "using M = GruGen.GruModelAttribute; using G = GruGen.GruAttribute; [M(3), G(5)] partial class Model;", "Model");
        forms["generic"] = One(
            "[..] internal partial class Model<T, U> where T : class, System.IDisposable where U : struct, System.Enum;", "Model`2");
        forms["generic beside not generic"] = One("[..] partial class Model<T>; [..] partial class Model;", "Model", "Model`1");
        forms["type parameters with likely names"] = One(
            "internal partial class Outer<V, TSimd> { [..] internal partial class Model<T, TInput, S>; }", "Outer`2+Model`3");
        forms["own members and constructors"] = One(
            """
            [..] internal partial class Model
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
            "Model");
    }

    private static void AddContainers(Dictionary<string, Form> forms)
    {
        string[] heads =
        [
            "partial class", "static partial class", "abstract partial class", "sealed partial class",
            "partial struct", "readonly partial struct", "ref partial struct", "readonly ref partial struct",
            "partial record", "sealed partial record", "partial record class", "partial record struct", "readonly partial record struct",
            "partial interface",
        ];
        foreach (string head in heads)
        {
            forms[$"inside {head.Replace("partial ", "", StringComparison.Ordinal)}"] = One(
                $$"""
                internal {{head}} Outer { [..] internal partial class Model; }
                internal {{head}} Outer<T> where T : notnull { [..] internal partial class Model; }
                """,
                "Outer+Model", "Outer`1+Model");
        }

        forms["inside types with parameters and a base class"] = One(
            """
            internal abstract class Root;
            internal partial class A(int x) : Root { internal int X => x; [..] internal partial class Model; }
            internal partial record B(int X) { [..] internal partial class Model; }
            """,
            "A+Model", "B+Model");
        forms["inside a private class of a deep nest"] = One(
            """
            namespace App;
            internal partial interface I
            {
                public partial record struct R<T>
                {
                    private partial class C { [..] private protected partial class Model; }
                }
            }
            """,
            "App.I+R`1+C+Model");
    }

    private static void AddNames(Dictionary<string, Form> forms)
    {
        forms["names that differ only in case"] = One(
            "namespace App { [..] partial class Model; [..] partial class MODEL; } namespace app { [..] partial class Model; }",
            "App.MODEL", "App.Model", "app.Model");
        forms["a name in other letters"] = One("namespace Größen; [..] internal partial class 模型;", "Größen.模型");
        forms["a long name"] = One($"[..] internal partial class {new string('M', 400)};", new string('M', 400));
        forms["keywords everywhere"] = One(
            "namespace @namespace.@event { internal partial struct @struct<@int> { [..] internal partial class @class<@string>; } }",
            "namespace.event.struct`1+class`1");

        string[] contextual =
        [
            "allows", "async", "dynamic", "field", "file", "global", "nameof", "partial", "record", "required", "scoped", "value", "var",
        ];
        forms["contextual keywords"] = One(
            $"namespace App; {string.Join(' ', contextual.Select(name => $"[..] internal partial class @{name};"))}",
            [.. contextual.Select(name => $"App.{name}")]);
    }

    /// <summary>Names that the runtime, the framework or emitted code have as well.</summary>
    private static void AddTakenNames(Dictionary<string, Form> forms)
    {
        string[] names =
        [
            "Activation", "AlignedBuffer", "Backward", "BatchNormalization", "BidirectionalMerge", "BitOperations", "Dense", "E", "Features", "Fit",
            "Forward", "G", "Generated", "Gru", "Gru3x5", "GruOptions", "Head", "InitialState", "Int32", "K", "Kernels", "Lanes",
            "LayerNorm", "LayerSchema", "Math", "Merge", "ModelSchema", "Normalization", "NotSupportedException", "Output", "Packing",
            "Parameters", "Pool", "Pooling", "ReadOnlySpan", "Reset", "RowPlaces", "Run", "S", "Save", "Schema", "SequenceModel", "SequenceOutput",
            "SequencePass", "SequenceStream", "Simd", "Span", "States", "Step", "Stream", "String", "System", "Tokens",
            "Training", "Unsafe", "V512", "Vector", "Weights",
        ];
        string types = string.Join(' ', names.Select(name => $"internal class {name};"));
        forms["models with taken names"] = One(
            $"namespace App; {string.Join(' ', names.Select(name => $"[..] internal partial class {name};"))}",
            [.. names.Select(name => $"App.{name}")]);
        forms["beside types with taken names"] = One($"namespace App; {types} [..] internal partial class Model;", "App.Model");
        forms["beside aliases with taken names"] = new(
            ["App.Model"],
            string.Join('\n', names.Select(name => $"global using {name} = global::System.DateTime;")),
            "namespace App; [..] internal partial class Model;".WithLayers());
        forms["inside a type that has types with taken names"] = One(
            $"internal partial class Outer {{ {types} [..] internal partial class Model; }}", "Outer+Model");
        forms["inside namespaces with taken names"] = One(
            "namespace App.System.GruGen.Kernels; [..] internal partial class Model;", "App.System.GruGen.Kernels.Model");
        forms["inside the namespace GruGen"] = One("namespace GruGen; [..] internal partial class Model;", "GruGen.Model");

        string[] usings =
        [
            "GruGen", "GruGen.Kernels", "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Numerics", "System.Runtime",
            "System.Runtime.CompilerServices", "System.Runtime.InteropServices", "System.Runtime.Intrinsics", "System.Threading",
        ];
        forms["beside many global usings"] = new(
            ["App.Model"],
            string.Join('\n', usings.Select(name => $"global using {name};")),
            "namespace App; [..] internal partial class Model;".WithLayers());
    }

    private static Form One(string source, params string[] models) => new(models, source.WithLayers());

    private static string WithLayers(this string source) => source.Replace("[..]", Layers, StringComparison.Ordinal);

    /// <summary>A form: the metadata names of the models in it, ordered, and its files.</summary>
    public sealed record Form(string[] Models, params string[] Sources);
}
