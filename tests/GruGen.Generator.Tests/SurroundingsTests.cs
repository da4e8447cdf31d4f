using System.Reflection;
using GruGen.Generator.Parsing;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Tests;

/// <summary>
/// Names around a model: whatever a project calls its namespaces, types, members, type parameters and aliases, emitted code compiles in it
/// without a warning, and computes the bits that it computes alone.
/// </summary>
public sealed class SurroundingsTests
{
    /// <summary>The bits that each of the models computes in a project that has nothing else.</summary>
    private static readonly Lazy<float[][]> s_alone = new(() => Outputs(GeneratorRun.Of(Models()).Emit(), Metadata("")));

    [Fact]
    public void The_names_are_those_of_the_language_and_of_emitted_code()
    {
        Assert.Superset(
            new HashSet<string> { "nint", "nuint", "record", "required", "file", "scoped", "field", "partial", "where", "async", "unmanaged", "global", "_" },
            EmittedNames.Contextual.ToHashSet());
        Assert.Superset(
            new HashSet<string>
            {
                "GruGen", "Kernels", "Emitted", "System", "E", "G", "K", "S", "IntPtr", "UIntPtr", "Span", "ReadOnlySpan", "MethodImpl",
                "MethodImplAttribute", "Unsafe", "V", "V512", "ISimd", "Share", "Activate", "Derivative", "InputGradient", "DenseKernel", "Gru3x5",
                "SequenceModel", "Embedded", "EmbeddedAttribute", "StepStream", "Pass",
            },
            EmittedNames.Mentioned.ToHashSet());
    }

    [Fact]
    public void Namespaces_around_a_model() => Verify(
        EmittedNames.All.Select((name, i) => ($"App.{name}.M{Model(i)}", Model(i))),
        string.Concat(EmittedNames.All.Select((name, i) => $"namespace App.@{name} {{ {EmittedNames.Models[Model(i)]} partial class M{Model(i)}; }}\n")));

    [Fact]
    public void Namespaces_beside_a_model() => Verify(
        Metadata("App."),
        $"namespace App {{ {Models()} }}\n" + Each("namespace App.@N { class Own; }\nnamespace @N { class Own; }\n"));

    [Fact]
    public void Types_around_a_model() => Verify(
        EmittedNames.All.Select((name, i) => ($"App.{name}+M{Model(i)}", Model(i))),
        "namespace App;\n" + string.Concat(EmittedNames.All.Select((name, i) => $"partial class @{name} {{ {EmittedNames.Models[Model(i)]} partial class M{Model(i)}; }}\n")));

    /// <summary>In the namespace of a model, in those of the runtime and of kernels as they were, and at the top.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("App")]
    [InlineData("GruGen")]
    [InlineData("GruGen.Generated")]
    [InlineData("GruGen.Kernels")]
    public void Types_beside_a_model(string space) => Assert.All(
        (string[])["class @N;", "struct @N;", "delegate void @N();", "sealed class @N : global::System.Attribute;", "class @N<TAny>;"],
        kind =>
        {
            string types = Each(kind + "\n", but: TakenIn(space));
            string[] sources = [$"namespace App {{ {Models()} }}\n", space == "" ? types : $"namespace {space} {{ {types} }}"];
            Assert.Empty(GeneratorRun.Of(sources).OutputProblems);
        });

    [Theory]
    [InlineData("internal const int @N = 1;")]
    [InlineData("internal static void @N() { }")]
    [InlineData("internal int @N => 2;")]
    [InlineData("internal class @N;")]
    [InlineData("internal event global::System.Action @N { add { } remove { } }")]
    public void Members_of_a_model(string kind) => Verify(
        Metadata(""), Models(after: $"\n{{\n{Each(kind + "\n", but: EmittedMembers.Names)}}}"));

    [Theory]
    [InlineData("internal const int @N = 1;")]
    [InlineData("class @N;")]
    [InlineData("static void @N() { }")]
    public void Members_of_a_type_around_a_model(string kind) => Verify(
        Metadata("App.Outer+"), $"namespace App; partial class Outer\n{{\n{Each(kind + "\n")}{Models()} }}");

    [Fact]
    public void Type_parameters_of_a_model_and_of_a_type_around_it()
    {
        string parameters = string.Join(", ", EmittedNames.All.Except(EmittedMembers.Names).Select(name => "@" + name));
        GeneratorRun run = GeneratorRun.Of($"namespace App {{ {Models($"<{parameters}>;")} partial class Outer<{parameters}> {{ {Models()} }} }}");
        Assert.Equal(2 * EmittedNames.Models.Count, run.Models.Length);
        Assert.Empty(run.OutputProblems);
    }

    [Fact]
    public void Global_aliases() => Verify(
        Metadata("App."), Each("global using @N = global::System.DateTime;\n") + $"namespace App {{ {Models()} }}");

    [Fact]
    public void Names_of_lower_case_letters()
    {
        GeneratorRun run = GeneratorRun.Of(
            """
            #pragma warning disable CS8981 // the project has decided so
            namespace app;
            partial class outer<n> { [GruGen.GruModel(3), GruGen.Gru(5)] partial class model<t>; }
            [GruGen.GruModel(3), GruGen.Gru(5)] partial class n;
            """);
        Assert.Equal(2, run.Models.Length);
        Assert.Empty(run.OutputProblems);
        Assert.Contains("namespace app\n", run.Files["app.n.g.cs"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("namespace GruGen.Kernels { class Share; }", "GruGen.Kernels.Share")]
    [InlineData("namespace GruGen.Kernels { interface ISimd<T>; }", "GruGen.Kernels.ISimd<T>")]
    [InlineData("namespace GruGen { enum SequenceOutput { None } }", "GruGen.SequenceOutput")]
    [InlineData("namespace GruGen { class Emitted; }", "GruGen.Emitted")]
    [InlineData("namespace GruGen { class Kernels; }", "GruGen.Kernels")]
    [InlineData("namespace GruGen.Emitted { delegate void Gru3x4(); }", "GruGen.Emitted.Gru3x4")]
    public async Task A_name_that_the_compiler_would_take_for_the_runtimes_is_reported(string declaration, string name)
    {
        GeneratorRun run = GeneratorRun.Of("[GruGen.GruModel(3), GruGen.Gru(4)] partial class Model;", declaration);
        foreach (bool withEmittedFiles in (bool[])[true, false])
        {
            Diagnostic diagnostic = Assert.Single(await run.AnalyzeAsync(withEmittedFiles));
            Assert.Equal("GRU032", diagnostic.Id);
            Assert.Contains($"declares '{name}'", diagnostic.GetMessage(null), StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Names that the runtime declares itself in a namespace, and roots, without which a project finds nothing of its own either.
    /// </summary>
    private static IEnumerable<string> TakenIn(string space) => space switch
    {
        "" => ["App", "GruGen", "Microsoft", "System"],
        "GruGen" or "GruGen.Kernels" =>
        [
            "Emitted", "Kernels",
            .. space.Split('.').Aggregate((INamespaceSymbol)TestCompilation.Of().GlobalNamespace, (outer, part) => outer.GetNamespaceMembers().Single(inner => inner.Name == part))
                .GetTypeMembers().Where(type => type.DeclaredAccessibility == Accessibility.Public).Select(type => type.Name),
        ],
        _ => [],
    };

    private static string Each(string text, IEnumerable<string>? but = null) =>
        string.Concat(EmittedNames.All.Except(but ?? []).Select(name => text.Replace("@N", "@" + name, StringComparison.Ordinal)));

    private static int Model(int number) => number % EmittedNames.Models.Count;

    /// <summary>All models, with what stands after their names.</summary>
    private static string Models(string after = ";") => string.Concat(EmittedNames.Models.Select((attributes, i) => $"{attributes} partial class M{i}{after}\n"));

    private static IEnumerable<(string Type, int Model)> Metadata(string prefix) => EmittedNames.Models.Select((_, i) => ($"{prefix}M{i}", i));

    private static void Verify(IEnumerable<(string Type, int Model)> models, params string[] sources)
    {
        (string Type, int Model)[] all = [.. models];
        GeneratorRun run = GeneratorRun.Of(sources);
        Assert.Equal(all.Select(model => s_alone.Value[model.Model]), Outputs(run.Emit(), all));
    }

    /// <summary>What each of the models in an assembly, which compiles without a warning, makes of the same steps.</summary>
    private static float[][] Outputs(Assembly assembly, IEnumerable<(string Type, int Model)> models) =>
        [.. models.Select(model => Output(Activator.CreateInstance(assembly.GetType(model.Type, throwOnError: true)!, 7)!))];

    private static float[] Output(object model) => model switch
    {
        SequenceModel<int> tokens => Output(tokens, [1, 7, 0, 3, 8]),
        SequenceModel<float> features => Output(features, [0.5f, -1, 2, 0.25f, 1, -0.5f, 0, 1.5f, -2, 3, 0.125f, -0.25f, 1, 1, -1]),
        _ => throw new ArgumentException("This is no model.", nameof(model)),
    };

    private static float[] Output<TInput>(SequenceModel<TInput> model, TInput[] input)
        where TInput : unmanaged
    {
        float[] output = new float[model.Schema.OutputSize * (model.Schema.Output == SequenceOutput.EveryStep ? 5 : 1)];
        model.Predict(input, output);
        return output;
    }
}
