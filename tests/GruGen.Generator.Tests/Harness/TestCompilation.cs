using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace GruGen.Generator.Tests.Harness;

/// <summary>
/// A user's project: nullable, warnings as errors, documentation checked, on the framework that the tests run on and the runtime of GruGen.
/// </summary>
internal static class TestCompilation
{
    private static readonly ImmutableArray<MetadataReference> s_framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static MetadataReference Runtime { get; } = MetadataReference.CreateFromFile(typeof(GruModelAttribute).Assembly.Location);

    /// <summary>What a project references.</summary>
    public static IEnumerable<MetadataReference> References => [.. s_framework, Runtime];

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp13, DocumentationMode.Diagnose);

    /// <summary>Without files; projects made from it share the symbols of the framework.</summary>
    private static CSharpCompilation Empty { get; } = CSharpCompilation.Create(
        "Models",
        [],
        References,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            generalDiagnosticOption: ReportDiagnostic.Error,
            nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>Files named <c>File0.cs</c>, <c>File1.cs</c>, … of an assembly named <c>Models</c>.</summary>
    public static CSharpCompilation Of(params string[] sources) => Of(ParseOptions, sources);

    public static CSharpCompilation Of(CSharpParseOptions parseOptions, params string[] sources) =>
        Empty.AddSyntaxTrees([.. sources.Select((source, number) => Parse(source, number, parseOptions))]); // an array, because it is enumerated twice

    /// <summary>One more file.</summary>
    public static SyntaxTree Parse(string source, int number, CSharpParseOptions? parseOptions = null) =>
        CSharpSyntaxTree.ParseText(source, parseOptions ?? ParseOptions, $"File{number}.cs");
}
