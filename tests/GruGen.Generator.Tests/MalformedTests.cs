using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>What the compiler reports itself is left to it: no code, no diagnostic, no exception.</summary>
public sealed class MalformedTests
{
    [Theory]
    [InlineData("[GruModel(inputSize: 3), Gru] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru()] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(\"4\")] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(Missing)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4, 5)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4, Output = Steps.Missing)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4, Missing = 1)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4, Output = Steps.Last, Output = Steps.Every)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4L)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(3_000_000_000)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(int.MaxValue + 1)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(typeof(int))] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(default)] partial class Model { int x = y; }", "GRU018")]
    [InlineData("[GruModel(inputSize: 3), Gru(null)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(new int[1])] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4), Dense(1, Sigmoid)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4), Dense(1, 1)] partial class Model;")]
    [InlineData("[GruModel(size: 3), Gru(4)] partial class Model;")]
    [InlineData("[GruModel(\"3\"), Gru(4)] partial class Model;")]
    [InlineData("[GruModel, Embedding(5), Gru(4)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), GruModel(inputSize: 3), Gru(4)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] partial class Model; [GruModel(inputSize: 3)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] partial class Model : Missing;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] partial interface Model;", "GRU004")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] enum Model { None }", "GRU004")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] delegate void Model();", "GRU004")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] partial class")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] partial class Model<>;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] partial class Model<T, >;")]
    [InlineData("partial class { [GruModel(inputSize: 3), Gru(4)] partial class Model; }")]
    [InlineData("namespace { [GruModel(inputSize: 3), Gru(4)] partial class Model; }")]
    [InlineData("namespace A. { [GruModel(inputSize: 3), Gru(4)] partial class Model; }")]
    [InlineData("[GruModel(inputSize: 3), Gru(4")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)]")]
    [InlineData("partial interface I<in T> { [GruModel(inputSize: 3), Gru(4)] partial class Model; }")]
    [InlineData("partial interface I<out T> { partial interface J { [GruModel(inputSize: 3), Gru(4)] partial class Model; } }")]
    [InlineData("class C { [GruModel(inputSize: 3), Gru(4)] void M() { } }")]
    [InlineData("[assembly: GruModel(inputSize: 3), Gru(4)]")]
    public async Task Neither_code_nor_an_exception_comes_of_it(string source, params string[] ids)
    {
        GeneratorRun run = GeneratorRun.Of("using GruGen; " + source);
        Assert.NotEmpty(run.InputProblems);
        Assert.Empty(run.Files);
        Assert.Equal(ids, (await run.AnalyzeAsync()).Select(diagnostic => diagnostic.Id));
    }

    [Fact]
    public async Task Without_the_runtime_nothing_is_emitted()
    {
        CSharpCompilation project = TestCompilation.Of("using GruGen; [GruModel(inputSize: 3), Gru(4)] partial class Model;");
        GeneratorRun run = GeneratorRun.Of(project.RemoveReferences(TestCompilation.Runtime));
        Assert.Empty(run.Files);
        Assert.Empty(await run.AnalyzeAsync());
    }

    [Fact]
    public async Task Attributes_that_only_have_the_names_are_not_ours()
    {
        CSharpCompilation project = TestCompilation.Of(
            "[GruGen.GruModel(inputSize: 3), GruGen.Gru(4)] partial class Model;",
            """
            namespace GruGen
            {
                class GruModelAttribute(int inputSize = 0) : System.Attribute { int _size = inputSize; int Use => _size; }
                class GruAttribute(int size) : System.Attribute { int _size = size; int Use => _size; }
            }
            """);
        GeneratorRun run = GeneratorRun.Of(project.RemoveReferences(TestCompilation.Runtime));
        Assert.Empty(run.Files);
        Assert.Empty(await run.AnalyzeAsync());
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp8, "8.0")]
    [InlineData(LanguageVersion.CSharp12, "12.0")]
    public async Task An_old_language_version_is_reported(LanguageVersion version, string text)
    {
        CSharpCompilation project = TestCompilation.Of(
            TestCompilation.ParseOptions.WithLanguageVersion(version),
            "using GruGen; [GruModel(inputSize: 3), Gru(4)] partial class Model { }");
        GeneratorRun run = GeneratorRun.Of(project);
        Diagnostic diagnostic = Assert.Single(await run.AnalyzeAsync());
        Assert.Equal("GRU021", diagnostic.Id);
        Assert.Contains($"'Model' is compiled as C# {text}", diagnostic.GetMessage(null), StringComparison.Ordinal);
        Assert.Empty(run.Files);
    }

    [Fact]
    public async Task A_runtime_that_has_only_an_alias_is_reported()
    {
        CSharpCompilation project = TestCompilation.Of(
            "extern alias networks; using networks::GruGen; [GruModel(inputSize: 3), Gru(4)] partial class Model;");
        project = project.ReplaceReference(TestCompilation.Runtime, TestCompilation.Runtime.WithAliases(["networks"]));
        GeneratorRun run = GeneratorRun.Of(project);
        Diagnostic diagnostic = Assert.Single(await run.AnalyzeAsync());
        Assert.Equal("GRU022", diagnostic.Id);
        Assert.Contains("'networks'", diagnostic.GetMessage(null), StringComparison.Ordinal);
        Assert.Empty(run.Files);
    }
}
