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
                    internal Model(string label, int seed) : this(label) { }
                    internal string Label => _label + s_count;
                    private static readonly int s_count = InputSize;
                }
                """,
                "Model"),
            ["obsolete"] = One($"[System.Obsolete] {Layers} internal partial class Model;", "Model"),
            ["unsafe modifier left out"] = One($"namespace A.B.C; {Layers} internal sealed partial class Model;", "A.B.C.Model"),
            ["generic"] = One($"{Layers} internal partial class Model<T, U> where T : class, System.IDisposable where U : struct, System.Enum;", "Model`2"),
            ["generic beside not generic"] = One($"{Layers} internal partial class Model<T>; {Layers} internal partial class Model;", "Model", "Model`1"),
            ["type parameters with the names that emitted code likes"] = One(
                $"internal partial class Outer<V, TVector> {{ {Layers} internal partial class Model<T, TInput, S>; }}", "Outer`2+Model`3"),
            ["in a private class of a deep nest"] = One(
                $"namespace App; internal partial interface I {{ public partial record struct R<T> {{ private partial class C {{ {Layers} private protected partial class Model; }} }} }}",
                "App.I+R`1+C+Model"),
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
            "class", "static class", "abstract class", "sealed class", "struct", "readonly struct", "ref struct", "readonly ref struct", "record",
            "sealed record", "record class", "record struct", "readonly record struct", "interface",
        ];
        foreach (string head in heads)
        {
            string[] words = head.Split(' ');
            string modified = head.Contains("record ", StringComparison.Ordinal) && words[^2] == "record"
                ? $"{string.Join(' ', words[..^2])} partial record {words[^1]}"
                : $"{string.Join(' ', words[..^1])} partial {words[^1]}";
            forms.Add($"in a {head}", One($"internal {modified} Outer {{ {Layers} internal partial class Model; }}", "Outer+Model"));
            forms.Add(
                $"in a generic {head}",
                One($"internal {modified} Outer<T> where T : notnull {{ {Layers} internal partial class Model; }}", "Outer`1+Model"));
        }

        forms.Add(
            "in a class with a primary constructor",
            One($"internal partial class Outer(int x) {{ internal int X => x; {Layers} internal partial class Model; }}", "Outer+Model"));
        forms.Add("in a record with parameters", One($"internal partial record Outer(int X) {{ {Layers} internal partial class Model; }}", "Outer+Model"));
        forms.Add(
            "in a class with a base class",
            One($"internal abstract class Root; internal partial class Outer : Root {{ {Layers} internal partial class Model; }}", "Outer+Model"));
    }

    private static void AddKeywords(Dictionary<string, Form> forms)
    {
        forms.Add(
            "keywords everywhere",
            One(
                $"namespace @namespace.@event {{ internal partial struct @struct<@int> {{ {Layers} internal partial class @class<@string>; }} }}",
                "namespace.event.struct`1+class`1"));
        foreach (string name in (string[])["record", "partial", "var", "dynamic", "file", "required", "scoped", "field", "value", "async", "nameof", "global", "nint", "allows", "when"])
        {
            forms.Add($"a class named @{name}", One($"namespace App; {Layers} internal partial class @{name};", $"App.{name}"));
        }
    }

    private static void AddTakenNames(Dictionary<string, Form> forms)
    {
        string[] runtimeNames =
        [
            "Model", "Step", "Run", "Reset", "Forward", "Backward", "Head", "Output", "Weights", "States", "Schema", "Parameters", "Save", "Fit", "Lanes", "Tokens",
            "Features", "Training", "Kernels", "Generated", "Simd", "V512", "Steps", "Activation", "Span", "ReadOnlySpan", "Unsafe", "Math", "Vector", "Stream",
            "String", "Int32", "Gru", "Dense", "ModelSchema", "LayerSchema", "SequenceModel", "SequencePass", "SequenceStream", "AlignedBuffer",
        ];
        foreach (string name in runtimeNames)
        {
            forms.Add($"a class named {name}", new([$"namespace App; [GruGen.GruModel(3), GruGen.Gru(5), GruGen.Dense(2)] internal partial class {name};"], [$"App.{name}"]));
        }

        string shadows = string.Concat(runtimeNames.Where(name => name != "Model").Select(name => $"internal class {name}; "));
        forms.Add(
            "beside types with the names that emitted code uses",
            new([$"namespace App; {shadows} [GruGen.GruModel(3), GruGen.Gru(5), GruGen.Dense(2)] internal partial class Model;"], ["App.Model"]));
        forms.Add(
            "in a type that has them as members",
            new(
                [$"namespace App; internal partial class Outer {{ {shadows} [GruGen.GruModel(3), GruGen.Gru(5), GruGen.Dense(2)] internal partial class Model; }}"],
                ["App.Outer+Model"]));
        forms.Add(
            "in namespaces named like those that emitted code uses",
            new(
                ["namespace App.System.GruGen.Kernels; [global::GruGen.GruModel(3), global::GruGen.Gru(5)] internal partial class Model;"],
                ["App.System.GruGen.Kernels.Model"]));
        forms.Add("in the namespace GruGen", new(["namespace GruGen; [GruModel(3), Gru(5)] internal partial class Model;"], ["GruGen.Model"]));
    }

    private static Form One(string source, params string[] models) => new(["using GruGen; " + Document(source)], models);

    /// <summary>Gives public types the summary that the compiler asks for.</summary>
    private static string Document(string source) => source
        .Replace("[GruModel", "/** <summary>A model.</summary> */ [GruModel", StringComparison.Ordinal)
        .Replace("[System.Obsolete] /**", "/**", StringComparison.Ordinal);
}
