using GruGen.Generator.Parsing;
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
    [InlineData("[GruModel(inputSize: 3), Gru(4, Output = SequenceOutput.Final, Output = SequenceOutput.EveryStep)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4L)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(3_000_000_000)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(int.MaxValue + 1)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(typeof(int))] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(default)] partial class Model { int x = y; }", "GRU018")]
    [InlineData("[GruModel(inputSize: 3), Gru(null)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(new int[1])] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4), Dense(1, Sigmoid)] partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4), Dense(1, 1)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(true)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4.0)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(SequenceOutput.EveryStep)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Bidirectional = 1)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Bidirectional = null)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Bidirectional)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Bidirectional = )] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Bidirectional = true, Bidirectional = true)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Dropout = \"0.5\")] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Dropout = true)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Dropout = new double[1])] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Dropout = 0.5, Missing = 0.5)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, HiddenSize = 5)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), Dense(1, Activation.Relu, true)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), Dense(1, Residual = 1)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Residual = missing), Dense(9, Residual = true), Gru(4)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), Dropout] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), Dropout(\"0.5\")] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), Dropout(0.5, 0.5)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), LayerNorm(1e-3)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), LayerNorm(Epsilon = null)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), LayerNorm(Epsilon = 1e999)] partial class Model;", "GRU028")]
    [InlineData("[GruModel(3), Gru(4), Pool] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), Pool(Mean)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), Pool(1)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4), Pool(Pooling.Missing)] partial class Model;")]
    [InlineData("[GruModel(3, Initialization.Keras)] [Gru(4)] partial class Model;")]
    [InlineData("[GruModel(Initialization = Missing.Keras)] [Gru(0)] partial class Model;", "GRU016", "GRU018")]
    [InlineData("[GruModel(s_size), Gru(4), Dropout(2)] partial class Model { static int s_size = 3; }", "GRU028")]
    [InlineData("[GruModel(3), Gru(s_size, Dropout = 2, Merge = (Merge)9)] partial class Model { static int s_size = 3; }", "GRU020", "GRU028")]
    [InlineData("[GruModel(3), Gru(0, Bidirectional = s_both, Merge = Merge.Sum, Residual = true)] partial class Model { static bool s_both; }", "GRU018")]
    [InlineData("[GruModel(70_000, MaskValue = missing), Gru(4), Dense(s_size, (Activation)99)] partial class Model { static int s_size = 3; }", "GRU018", "GRU020")]
    [InlineData("[GruModel, Embedding(s_size, 0, PaddingToken = 9), Gru(4)] partial class Model { static int s_size = 3; }", "GRU018")]
    [InlineData("[GruModel(3), Gru(4), Dense(missing), Gru(0)] class Model;", "GRU018", "GRU001")]
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
    [InlineData("private partial class C { [GruModel(inputSize: 3), Gru(4)] protected partial class Model; }")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] protected partial class Model;")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] partial class Model { class Model; }")]
    [InlineData("[GruModel(inputSize: 3), Gru(4)] partial class Model { int Model => 1; }")]
    [InlineData("[assembly: GruModel(inputSize: 3), Gru(4)]")]
    public async Task Neither_code_nor_an_exception_comes_of_it(string source, params string[] ids)
    {
        GeneratorRun run = GeneratorRun.Of("using GruGen; " + source);
        Assert.NotEmpty(run.InputProblems);
        Assert.Empty(run.Files);
        Assert.Equal(ids, (await run.AnalyzeAsync()).Select(diagnostic => diagnostic.Id));
    }

    /// <summary>The compiler asks for a cast, and goes on with what it would give. So do we: no errors come on top of that one.</summary>
    [Theory]
    [InlineData("[GruModel(3), Gru(4, Bidirectional = true, Merge = 1)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Bidirectional = true, Merge = Pooling.Max)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Activation = GateActivation.HardSigmoid)] partial class Model;")]
    [InlineData("[GruModel(3), Gru(4, Dropout = 0.5m)] partial class Model;")]
    [InlineData("[GruModel, Embedding(5, 4, PaddingToken = 0.5), Gru(4)] partial class Model;")]
    [InlineData("[GruModel, Embedding(5, 4, PaddingToken = 4L), Gru(4)] partial class Model;")]
    [InlineData("[GruModel(3, Initialization = 1)] [Gru(4)] partial class Model;")]
    public async Task A_value_that_lacks_a_cast_is_left_to_the_compiler(string source)
    {
        CSharpCompilation project = TestCompilation.Of("using GruGen; " + source);
        Diagnostic problem = Assert.Single(project.GetDiagnostics());
        Assert.Contains(problem.Id, (string[])["CS0029", "CS0266"]);
        ParsedModel parsed = ModelParser.Parse(project.GetTypeByMetadataName("Model")!, project, CancellationToken.None);
        Assert.NotNull(parsed.Model);
        Assert.Empty(parsed.Diagnostics);
        Assert.Empty(await GeneratorRun.AnalyzeAsync(project));
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
