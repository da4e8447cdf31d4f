using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace GruGen.Generator.Tests.Harness;

/// <summary>One run of the generator over a project, and what came of it. An exception in the generator is one here.</summary>
internal sealed class GeneratorRun
{
    private readonly GeneratorDriver _driver;
    private readonly CSharpCompilation _input;

    private GeneratorRun(GeneratorDriver driver, CSharpCompilation input)
    {
        _input = input;
        _driver = driver.RunGeneratorsAndUpdateCompilation(input, out Compilation output, out _);
        Output = (CSharpCompilation)output;
        Result = _driver.GetRunResult().Results.Single();
        if (Result.Exception is not null)
        {
            throw new InvalidOperationException("The generator threw.", Result.Exception);
        }
    }

    /// <summary>The project with the emitted files.</summary>
    public CSharpCompilation Output { get; }

    public GeneratorRunResult Result { get; }

    /// <summary>The models the generator read, by metadata name, as they are handed to the emitter.</summary>
    public ImmutableArray<ModelSpec> Models =>
        [.. Values<ModelSpec>(GruModelGenerator.ModelFileStep).OrderBy(model => model.MetadataName, StringComparer.Ordinal)];

    /// <summary>The kernels the generator emits, by shape.</summary>
    public ImmutableArray<KernelSpec> Kernels =>
        [.. Values<KernelSpec>(GruModelGenerator.KernelFileStep).OrderBy(kernel => kernel.Shape.Name, StringComparer.Ordinal)];

    /// <summary>The text of each emitted file by its name, such as <c>Sentiment.g.cs</c>; without what every project gets.</summary>
    public ImmutableSortedDictionary<string, string> Files => Result.GeneratedSources
        .Where(source => !source.HintName.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal) && !IsSkeleton(source))
        .ToImmutableSortedDictionary(source => source.HintName, source => source.SourceText.ToString(), StringComparer.Ordinal);

    /// <summary>The files of declarations that became no code.</summary>
    public ImmutableArray<string> Skeletons => [.. Result.GeneratedSources.Where(IsSkeleton).Select(source => source.SourceText.ToString())];

    /// <summary>What the compiler has to say about the project without the emitted files, warnings and errors.</summary>
    public ImmutableArray<Diagnostic> InputProblems => Problems(_input.GetDiagnostics());

    /// <summary>What the compiler has to say about the project with the emitted files, warnings and errors.</summary>
    public ImmutableArray<Diagnostic> OutputProblems => Problems(Output.GetDiagnostics());

    /// <summary>Runs the generator over the given files.</summary>
    public static GeneratorRun Of(params string[] sources) => Of(TestCompilation.Of(sources));

    /// <summary>Runs the generator over a project that shows it these properties.</summary>
    public static GeneratorRun Of(CSharpCompilation project, params (string Name, string Value)[] properties)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new GruModelGenerator().AsSourceGenerator()],
            optionsProvider: new ProjectProperties(properties),
            parseOptions: (CSharpParseOptions)project.SyntaxTrees.First().Options,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        return new GeneratorRun(driver, project);
    }

    /// <summary>Replaces text in a file and runs the same generator again.</summary>
    public GeneratorRun Edit(string before, string after, int file = 0)
    {
        SyntaxTree tree = _input.SyntaxTrees[file];
        string text = tree.ToString();
        int place = text.IndexOf(before, StringComparison.Ordinal);
        if (place < 0)
        {
            throw new ArgumentException($"'{before}' is not in the file.", nameof(before));
        }

        SourceText edited = tree.GetText().WithChanges(new TextChange(new TextSpan(place, before.Length), after));
        return Again(_input.ReplaceSyntaxTree(tree, tree.WithChangedText(edited)));
    }

    /// <summary>Adds a file and runs the same generator again.</summary>
    public GeneratorRun Add(string source) =>
        Again(_input.AddSyntaxTrees(TestCompilation.Parse(source, _input.SyntaxTrees.Length)));

    /// <summary>Changes the project and runs the same generator again.</summary>
    public GeneratorRun With(Func<CSharpCompilation, CSharpCompilation> change) => Again(change(_input));

    /// <summary>What became of each value of a step, such as <c>Sentiment: Unchanged</c>.</summary>
    public string[] Reasons(string step) =>
    [
        .. Outputs(step).Select(output => $"{NameOf(output.Value)}: {output.Reason}").Order(StringComparer.Ordinal),
    ];

    /// <summary>What became of each emitted file, in no order; the file that every project gets is not among them.</summary>
    public ImmutableArray<IncrementalStepRunReason> FileReasons =>
    [
        .. Result.TrackedOutputSteps.SelectMany(steps => steps.Value).SelectMany(step => step.Outputs).Select(output => output.Reason),
    ];

    /// <summary>The values of a step of this run.</summary>
    public IEnumerable<T> Values<T>(string step) =>
        Outputs(step).Where(output => output.Reason != IncrementalStepRunReason.Removed).Select(output => output.Value).OfType<T>();

    /// <summary>
    /// What the analyzer reports, in the order of the source; with the emitted files in the project unless told otherwise.
    /// </summary>
    public Task<ImmutableArray<Diagnostic>> AnalyzeAsync(bool withEmittedFiles = true) => AnalyzeAsync(withEmittedFiles ? Output : _input);

    /// <summary>What the analyzer reports of a project as it is, in the order of the source; without what it only says.</summary>
    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(CSharpCompilation project) =>
        [.. (await AnalyzeAllAsync(project)).Where(diagnostic => diagnostic.DefaultSeverity >= DiagnosticSeverity.Warning)];

    /// <summary>The same with what is no warning.</summary>
    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAllAsync(CSharpCompilation project)
    {
        ImmutableArray<Diagnostic> diagnostics = await project
            .WithAnalyzers([new GruModelAnalyzer()])
            .GetAnalyzerDiagnosticsAsync();
        return [.. diagnostics.OrderBy(diagnostic => (diagnostic.Location.SourceSpan, diagnostic.Id))];
    }

    /// <summary>Compiles the project with the emitted files, without a warning, and loads it.</summary>
    public Assembly Emit()
    {
        using MemoryStream image = EmitImage();
        return new AssemblyLoadContext(Output.AssemblyName, isCollectible: true).LoadFromStream(image);
    }

    /// <summary>The compiled project, for another one to refer to.</summary>
    public MetadataReference EmitReference()
    {
        using MemoryStream image = EmitImage();
        return MetadataReference.CreateFromStream(image);
    }

    private static ImmutableArray<Diagnostic> Problems(ImmutableArray<Diagnostic> diagnostics) =>
        [.. diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];

    private static bool IsSkeleton(GeneratedSourceResult source) => source.HintName.EndsWith(".refused.g.cs", StringComparison.Ordinal);

    private static string NameOf(object value) => value switch
    {
        EquatableArray<DeclaredModel> drawer => string.Join(", ", drawer.Select(declared => NameOf((object?)declared.Model ?? declared.Refused!))),
        RefusedSpec refused => refused.MetadataName,
        ModelSpec model => model.Name,
        KernelSpec kernel => $"{kernel.Shape.Name} of {kernel.Owner}",
        ModelCatalog => "Catalog",
        _ => value.ToString() ?? "",
    };

    private MemoryStream EmitImage()
    {
        var image = new MemoryStream();
        ImmutableArray<Diagnostic> problems = Problems(Output.Emit(image).Diagnostics);
        if (!problems.IsEmpty)
        {
            throw new InvalidOperationException($"The project does not compile:\n{string.Join('\n', problems)}");
        }

        image.Position = 0;
        return image;
    }

    private IEnumerable<(object Value, IncrementalStepRunReason Reason)> Outputs(string step) =>
        Result.TrackedSteps.TryGetValue(step, out ImmutableArray<IncrementalGeneratorRunStep> runs)
            ? runs.SelectMany(run => run.Outputs).Where(output => output.Value is not EquatableArray<DeclaredModel> { Count: 0 })
            : [];

    private GeneratorRun Again(CSharpCompilation input) => new(_driver, input);
}
