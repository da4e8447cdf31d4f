using System.Collections.Immutable;
using GruGen.CodeFixes;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace GruGen.Generator.Tests.CodeFixes;

/// <summary>
/// What an editor does with a declaration: it runs the generator and the analyzer, offers fixes, applies one, and looks again; and it
/// applies the fix to all of a file, of a project and of a solution.
/// </summary>
internal sealed class CodeFixRun : CSharpCodeFixTest<GruModelAnalyzer, GruCodeFixProvider, DefaultVerifier>
{
    private CodeFixRun(string id)
    {
        DisabledDiagnostics.AddRange(Rules.All.Where(rule => rule.Id != id && rule.DefaultSeverity < DiagnosticSeverity.Warning).Select(rule => rule.Id));
        ReferenceAssemblies = new ReferenceAssemblies("the running one");
        CompilerDiagnostics = CompilerDiagnostics.None; // a declaration that breaks a rule may be one that does not compile
        TestBehaviors = TestBehaviors.SkipGeneratedSourcesCheck;
        TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\nbuild_property.GruGenAnalyzerRuns = true"));
        SolutionTransforms.Add((solution, project) => solution.WithProjectMetadataReferences(project, TestCompilation.References));
    }

    /// <summary>
    /// Applies a fix, time after time, until nothing breaks a rule any more; the declaration then compiles with its emitted part.
    /// </summary>
    /// <param name="id">The rule that is broken, and no other.</param>
    /// <param name="title">What the fix says it does; null if it is not the same each time.</param>
    /// <param name="before">The files.</param>
    /// <param name="after">The same, mended.</param>
    /// <param name="choice">The number of the fix among those that are offered.</param>
    public static async Task VerifyAsync(string id, string? title, string[] before, string[] after, int choice = 0)
    {
        var test = new CodeFixRun(id) { CodeActionIndex = choice, CodeActionVerifier = (action, _) => Assert.Equal(title ?? action.Title, action.Title) };
        for (int i = 0; i < before.Length; i++)
        {
            test.TestState.Sources.Add(($"File{i}.cs", before[i]));
            test.FixedState.Sources.Add(($"File{i}.cs", after[i]));
        }

        test.TestState.ExpectedDiagnostics.AddRange(await ReportedAsync(id, before));
        await test.RunAsync();
        Assert.Empty(GeneratorRun.Of(after).OutputProblems.Where(problem => problem.DefaultSeverity == DiagnosticSeverity.Error));
    }

    /// <summary>Checks that no fix is offered.</summary>
    public static async Task VerifyNoneAsync(string id, string source)
    {
        var test = new CodeFixRun(id) { TestState = { Sources = { ("File0.cs", source) } } };
        test.TestState.ExpectedDiagnostics.AddRange(await ReportedAsync(id, [source]));
        await test.RunAsync();
    }

    /// <inheritdoc/>
    protected override IEnumerable<Type> GetSourceGenerators() => [typeof(GruModelGenerator)];

    /// <inheritdoc/>
    protected override ParseOptions CreateParseOptions() => TestCompilation.ParseOptions;

    /// <inheritdoc/>
    protected override CompilationOptions CreateCompilationOptions() => TestCompilation.Of().Options;

    private static async Task<IEnumerable<DiagnosticResult>> ReportedAsync(string id, string[] sources)
    {
        ImmutableArray<Diagnostic> all = await GeneratorRun.AnalyzeAllAsync(TestCompilation.Of(sources));
        Diagnostic[] reported = [.. all.Where(diagnostic => diagnostic.Id == id || diagnostic.DefaultSeverity >= DiagnosticSeverity.Warning)];
        Assert.Equal([id], reported.Select(diagnostic => diagnostic.Id).Distinct());
        return reported.Select(Expected);
    }

    private static DiagnosticResult Expected(Diagnostic diagnostic) => new DiagnosticResult(diagnostic.Descriptor)
        .WithSpan(diagnostic.Location.GetLineSpan())
        .WithMessage(diagnostic.GetMessage(null));
}
