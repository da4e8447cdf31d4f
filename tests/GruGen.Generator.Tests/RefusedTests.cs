using System.Collections.Immutable;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using static GruGen.Generator.GruModelGenerator;

namespace GruGen.Generator.Tests;

/// <summary>
/// Declarations that break a rule where analyzers are switched off: the generator reports them, once, and their uses compile.
/// </summary>
public sealed class RefusedTests
{
    private const string Uses =
        """
        static class Uses
        {
            static void Use(System.IO.Stream stream)
            {
                Model model = new Model(3);
                Model[] others = { new Model(), Model.Load("file"), Model.Load(stream), Model.Load(new byte[3]), model.Clone() };
                float y = model.Predict(new float[Model.InputSize]);
                model.Predict(new float[3], new float[Model.OutputSize]);
                Model.StepStream step = model.OpenStream();
                y += step.Step(new float[3]) + Model.ParameterCount + others.Length + Model.Summary.Length + model.PredictLabel(new float[3]);
                var data = Model.CreateDataset();
                var history = model.Fit(data);
                model.Save("file");
                model.Parameters.Set("gru1.weight_ih_l0", new float[3]);
                model.OpenStreams(4).Reset();
                model.CreatePass(3, 4).Equals(history);
            }
        }
        """;

    public static TheoryData<string, string> Refused() => new()
    {
        { "GRU003", "[GruModel(3), Gru(4), Dense(1)] abstract partial class Model { }" },
        { "GRU007", "[GruModel(3), Gru(4), Dense(1)] partial class Model(int seed = 0) { int Own => seed; }" },
        { "GRU008", "[GruModel(3), Gru(4), Dense(1)] partial class Model { public required string Label; "
            + "[System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public Model(int x) : this() { Label = \"\"; } "
            + "[System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public Model() { Label = \"\"; } }" },
        { "GRU009", "[GruModel(3), Gru(4), Dense(1)] partial class Model { public void Runner() { } class Emitted { } }" },
        { "GRU010", "[GruModel(3), Gru(4), Dense(1)] partial class Model { public Model(int seed = 0) { } }" },
        { "GRU011", "[GruModel(3), Gru(4), Dense(1)] partial class Model { public Model(string name) { } }" },
        { "GRU012", "[GruModel(3)] partial class Model { } [Gru(4), Dense(1)] partial class Model { }" },
        { "GRU016", "[GruModel, Gru(4), Dense(1)] partial class Model { }" },
        { "GRU050", "[GruModel(3), Gru(4, Name = \"Own\"), Dense(1)] partial class Model { }" },
        { "GRU051", "[GruModel(3), Gru(4), Dense(1, From = [\"gru2\"])] partial class Model { }" },
        { "GRU052", "[GruModel(3), Gru(4), Gru(5, From = [\"input\"]), Dense(1)] partial class Model { }" },
        { "GRU053", "[GruModel(3), Gru(4), Gru(5, From = [\"gru1\", \"input\"], Combine = Combine.Sum), Dense(1)] partial class Model { }" },
        { "GRU018", "[GruModel(3), Gru(-4), Dense(1)] partial class Model { }" },
        { "GRU023", "namespace GruGen.Emitted { [GruModel(3), Gru(4), Dense(1)] partial class Model { } }" },
        { "GRU028", "[GruModel(3), Gru(4, Dropout = 2), Dense(1)] partial class Model { }" },
        { "GRU032", "[GruModel(3), Gru(4), Dense(1)] partial class Model { } namespace GruGen.Kernels { class Share { } }" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_refused_declaration_is_one_error_without_a_place_and_its_uses_are_none(string id, string source)
    {
        string uses = id is "GRU003" ? "" : $"using GruGen;\n{(id is "GRU023" ? "using GruGen.Emitted;\n" : "")}{Uses}";
        GeneratorRun run = GeneratorRun.Of("using GruGen; " + source, uses);
        Assert.Empty(run.OutputProblems);
        Diagnostic error = Assert.Single(run.Result.Diagnostics);
        Assert.Equal(("GRU033", DiagnosticSeverity.Error, Location.None), (error.Id, error.Severity, error.Location));
        Assert.Contains($"Model' becomes no code: {id}: 'Model'", error.GetMessage(null), StringComparison.Ordinal);
        Assert.Single(run.Skeletons);
        Assert.Empty(run.Files);

        // what the analyzer finds does not depend on the skeleton
        Assert.Equal((await run.AnalyzeAsync(withEmittedFiles: false)).Select(Text), (await run.AnalyzeAsync()).Select(Text));
    }

    [Theory]
    [InlineData(
        "[GruModel(3), Gru(4, Name = \"state\", IsOutput = true, Output = SequenceOutput.EveryStep), Pool(Pooling.Last), Dense(1, Name = \"last\")]",
        "(float[] state, float[] last) = model.Predict(new float[3]); model.Predict(new float[3], state, last); model.OpenStream().Step(new float[3], state, last);")]
    [InlineData("[GruModel, Embedding(9, 4), Gru(0), Dense(1)]", "float one = model.Predict(new int[3]); one = model.OpenStream().Step(3);")]
    [InlineData("[GruModel, Embedding(9, 4), Gru(0), Dense(2)]", "float[] all = model.Predict(new int[3]); model.OpenStream().Step(3, all);")]
    [InlineData("[GruModel(3), Gru(4), Dense(0), Dense(2, Activation.Softmax)]", "float[] all = model.Predict(new float[3]); int label = model.PredictLabel(all);")]
    [InlineData("[GruModel(3), Gru(0, Output = SequenceOutput.EveryStep), Dense(1)]", "float[] all = model.Predict(new float[3]); all[0] = 1;")]
    public void The_members_are_those_that_it_would_have(string attributes, string uses)
    {
        GeneratorRun run = GeneratorRun.Of($"using GruGen; {attributes} partial class Model {{ static void Use(Model model) {{ {uses} }} }}");
        Assert.Single(run.Result.Diagnostics);
        Assert.Empty(run.OutputProblems);
    }

    /// <summary>They have no base class of ours, so what models inherit is not there; what would be emitted is.</summary>
    [Theory]
    [InlineData("GRU004", "[GruModel(3), Gru(4), Dense(1)] partial record Model { static float Use(Model model) => model.Predict(new float[3]) + model.OpenStream().Step(new float[3]); }")]
    [InlineData("GRU006", "[GruModel(3), Gru(4), Dense(1)] partial class Model : Base { static float Use(Model model) => new Model(3).Predict(new float[3]); } class Base { }")]
    [InlineData("GRU003", "[GruModel(3), Gru(4), Dense(1)] static partial class Model { static int Use() => Model.InputSize + Model.Summary.Length; }")]
    public void A_declaration_that_can_be_derived_from_nothing_has_what_would_be_emitted(string id, string source)
    {
        GeneratorRun run = GeneratorRun.Of("using GruGen; " + source);
        Assert.Contains($"becomes no code: {id}", Assert.Single(run.Result.Diagnostics).GetMessage(null), StringComparison.Ordinal);
        Assert.Empty(run.OutputProblems);
    }

    [Theory]
    [InlineData("GRU001", "[GruModel(3), Gru(4)] class Model { }")]
    [InlineData("GRU002", "class Outer { [GruModel(3), Gru(4)] partial class Model { } }")]
    [InlineData("GRU005", "[GruModel(3), Gru(4)] file partial class Model { }")]
    public void A_declaration_that_can_have_no_other_part_is_the_same_error(string id, string source)
    {
        GeneratorRun run = GeneratorRun.Of("using GruGen; " + source);
        Assert.Contains($"becomes no code: {id}", Assert.Single(run.Result.Diagnostics).GetMessage(null), StringComparison.Ordinal);
        Assert.Empty(run.Skeletons);
        Assert.Empty(run.OutputProblems);
    }

    [Fact]
    public void All_that_is_wrong_stands_in_one_error()
    {
        GeneratorRun run = GeneratorRun.Of("namespace App; using GruGen; [GruModel, Gru(0), Dense(-1)] abstract class Model { }");
        Assert.Matches(
            "^'App.Model' becomes no code: GRU001: 'Model' .*; GRU003: .*; GRU016: .*; GRU018: .*; GRU018: .*$",
            Assert.Single(run.Result.Diagnostics).GetMessage(null));
    }

    [Fact]
    public void A_project_that_says_that_analyzers_run_is_told_once()
    {
        GeneratorRun run = GeneratorRun.Of(
            TestCompilation.Of("using GruGen; [GruModel(3), Gru(0)] partial class Model { }"), ("build_property.GruGenAnalyzerRuns", "true"));
        Assert.Empty(run.Result.Diagnostics);
        Assert.Single(run.Skeletons);
    }

    /// <summary>By NoWarn or an .editorconfig, and by what stands in source.</summary>
    [Theory]
    [InlineData("GRU001", "using GruGen; [GruModel(3), Gru(4)] class Model { }")]
    [InlineData("GRU016", "using GruGen; [GruModel, Gru(4)] partial class Model { }")]
    [InlineData("GRU016", "#pragma warning disable GRU016, GRU033\nusing GruGen; [GruModel, Gru(4)] partial class Model { }")]
    public async Task An_error_cannot_be_configured_away(string id, string source)
    {
        CSharpCompilation project = TestCompilation.Of(source);
        CSharpCompilationOptions options = project.Options.WithSpecificDiagnosticOptions(
            ImmutableDictionary<string, ReportDiagnostic>.Empty.Add(id, ReportDiagnostic.Suppress).Add("GRU033", ReportDiagnostic.Suppress));
        GeneratorRun run = GeneratorRun.Of(project.WithOptions(options));
        ImmutableArray<Diagnostic> reported = await run.Output
            .WithAnalyzers([new GruModelAnalyzer()], new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, true, false))
            .GetAnalyzerDiagnosticsAsync();
        Assert.Equal([(id, DiagnosticSeverity.Error)], reported.Select(diagnostic => (diagnostic.Id, diagnostic.Severity)));
        Assert.Equal([("GRU033", DiagnosticSeverity.Error)], run.Result.Diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Severity)));
    }

    /// <summary>The analyzer obeys the attribute, so the generator speaks though analyzers run.</summary>
    [Theory]
    [InlineData("using GruGen; [GruModel, Gru(4)] [~(\"GruGen\", \"GRU016\")] partial class Model { }")]
    [InlineData("[assembly: ~(\"GruGen\", \"GRU016:no size\", Scope = \"type\", Target = \"~T:Model\")] [GruGen.GruModel, GruGen.Gru(4)] partial class Model { }")]
    [InlineData("using GruGen; [~(\"GruGen\", \"GRU016\")] partial class Outer { [GruModel, Gru(4)] partial class Model { } }")]
    public async Task An_error_that_source_suppresses_comes_from_the_generator(string source)
    {
        CSharpCompilation project = TestCompilation.Of(source.Replace("~(", "System.Diagnostics.CodeAnalysis.SuppressMessage(", StringComparison.Ordinal));
        GeneratorRun run = GeneratorRun.Of(project, ("build_property.GruGenAnalyzerRuns", "true"));
        Assert.Empty(await run.AnalyzeAsync());
        Assert.Equal(["GRU033"], run.Result.Diagnostics.Select(diagnostic => diagnostic.Id));
    }

    [Fact]
    public async Task A_rule_that_source_suppresses_hides_no_other()
    {
        CSharpCompilation project = TestCompilation.Of(
            "using GruGen; [System.Diagnostics.CodeAnalysis.SuppressMessage(\"GruGen\", \"GRU030\")] [GruModel, Gru(4)] partial class Model { }");
        GeneratorRun run = GeneratorRun.Of(project, ("build_property.GruGenAnalyzerRuns", "true"));
        Assert.Equal(["GRU016"], (await run.AnalyzeAsync()).Select(diagnostic => diagnostic.Id));
        Assert.Empty(run.Result.Diagnostics);
    }

    public static TheoryData<LanguageVersion> OldVersions() =>
        [.. Enum.GetValues<LanguageVersion>().Where(version => version is >= LanguageVersion.CSharp7_3 and < LanguageVersion.CSharp13)];

    [Theory]
    [MemberData(nameof(OldVersions))]
    public async Task An_old_language_is_one_error_and_no_other(LanguageVersion version)
    {
        CSharpCompilation project = TestCompilation.Of(
            TestCompilation.ParseOptions.WithLanguageVersion(version), "using GruGen; [GruModel(3), Gru(4), Dense(1)] partial class Model { }", "using GruGen;\n" + Uses);
        NullableContextOptions nullable = version >= LanguageVersion.CSharp8 ? NullableContextOptions.Enable : NullableContextOptions.Disable;
        project = project.WithOptions(project.Options.WithNullableContextOptions(nullable));
        GeneratorRun run = GeneratorRun.Of(project);
        Assert.Equal(["GRU021"], (await run.AnalyzeAsync()).Select(diagnostic => diagnostic.Id));
        Assert.Equal(["GRU033"], run.Result.Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Empty(run.OutputProblems);
    }

    [Fact]
    public void A_runtime_that_has_only_an_alias_is_one_error_and_no_other()
    {
        const string Alias = "extern alias networks; using networks::GruGen;\n";
        CSharpCompilation project = TestCompilation.Of(Alias + "[GruModel(3), Gru(4), Dense(1)] partial class Model { }", Alias + Uses);
        GeneratorRun run = GeneratorRun.Of(project.ReplaceReference(TestCompilation.Runtime, TestCompilation.Runtime.WithAliases(["networks"])));
        Assert.Equal(["GRU033"], run.Result.Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Empty(run.OutputProblems);
    }

    [Fact]
    public void An_edit_elsewhere_reports_nothing_anew()
    {
        GeneratorRun run = GeneratorRun.Of("// Before.\nusing GruGen; namespace App; [GruModel(3), Gru(0)] partial class Model { } class Elsewhere { }");
        Assert.Equal(["App.Model: New"], run.Reasons(RefusedStep));
        GeneratorRun edited = run.Edit("// Before.", "// Before.\n\n\n");
        Assert.Equal(["App.Model: Cached"], edited.Reasons(ModelStep));
        Assert.Equal(["App.Model: Cached"], edited.Reasons(SkeletonStep));
        Assert.Equal(["App.Model: Cached"], edited.Reasons(RefusedStep));
        Assert.Single(edited.Result.Diagnostics);
        Assert.Equal(["App.Model: Modified"], edited.Edit("Gru(0)", "Gru(-1)").Reasons(RefusedStep));
        Assert.Empty(edited.Edit("Gru(0)", "Gru(1)").Result.Diagnostics);
    }

    private static string Text(Diagnostic diagnostic) => diagnostic.ToString();
}
