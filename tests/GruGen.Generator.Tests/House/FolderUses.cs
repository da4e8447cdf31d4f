using System.Xml.Linq;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Tests.House;

/// <summary>Which folder of a project uses which, as the compiler understands every name that stands in its files.</summary>
internal sealed class FolderUses
{
    private const string Usings =
        """
        global using System; global using System.IO; global using System.Linq; global using System.Threading;
        global using System.Threading.Tasks; global using System.Collections.Generic;
        """;

    private static readonly IReadOnlyList<MetadataReference> s_assemblies =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("GruGen", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly Dictionary<(string From, string To), string> _uses = []; // with one place as an example

    private FolderUses(CSharpCompilation compilation)
    {
        Errors = [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                if (node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax or ConstructorInitializerSyntax)
                {
                    Add(node, model.GetSymbolInfo(node).Symbol);
                }
            }
        }
    }

    /// <summary>What did not compile, so that its names say nothing.</summary>
    public IReadOnlyList<Diagnostic> Errors { get; }

    /// <summary>The folders that use another one or are used.</summary>
    public IEnumerable<string> Folders => _uses.Keys.SelectMany(use => new[] { use.From, use.To }).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The uses of a project's files.</summary>
    /// <param name="project">The path of the project's folder from that of the solution.</param>
    /// <param name="symbol">What its files are compiled with, if with anything.</param>
    public static FolderUses Of(string project, string symbol)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview, preprocessorSymbols: symbol.Length > 0 ? [symbol] : []);
        IEnumerable<SyntaxTree> trees = Files(project).Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path));
        return new FolderUses(CSharpCompilation.Create(
            "House",
            [CSharpSyntaxTree.ParseText(Usings, options), .. trees],
            s_assemblies,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)));
    }

    /// <summary>The files of a project: those below its folder, and those that it links from elsewhere.</summary>
    public static IEnumerable<string> Files(string project)
    {
        string root = Path.Combine(RepositoryRoot.Path, project);
        string file = Directory.EnumerateFiles(root, "*.csproj").Single();
        IEnumerable<string> linked = XDocument.Load(file).Descendants("Compile")
            .Select(compile => (string?)compile.Attribute("Include"))
            .OfType<string>()
            .SelectMany(include => include.Split(';'))
            .Select(include => Path.GetFullPath(Path.Combine(root, include)))
            .SelectMany(path => Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path)));
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Concat(linked)
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Folders that use each other, directly or around others: one circle for each folder that is in one.</summary>
    public IEnumerable<string> Circles() => Folders.Select(Circle).OfType<string>();

    /// <summary>The shortest way from a folder back to itself; null if there is none.</summary>
    private string? Circle(string folder)
    {
        Dictionary<string, string> cameFrom = [];
        Queue<string> open = new([folder]);
        while (open.TryDequeue(out string? at))
        {
            foreach ((string from, string to) in _uses.Keys.Where(use => use.From == at))
            {
                if (to == folder)
                {
                    string way = Use(from, to);
                    for (; from != folder && cameFrom.TryGetValue(at, out string? before); at = before)
                    {
                        way = $"{Use(before, at)}, {way}";
                    }

                    return way;
                }

                if (cameFrom.TryAdd(to, from))
                {
                    open.Enqueue(to);
                }
            }
        }

        return null;

        string Use(string from, string to) => $"{from} → {to} ({_uses[(from, to)]})";
    }

    private void Add(SyntaxNode node, ISymbol? symbol)
    {
        symbol = symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol;
        if (symbol is null or ITypeParameterSymbol or ILocalSymbol or IParameterSymbol or IRangeVariableSymbol or INamespaceSymbol)
        {
            return;
        }

        symbol = symbol.OriginalDefinition;
        symbol = symbol.IsImplicitlyDeclared ? symbol.ContainingType ?? symbol : symbol;
        string from = FolderOf(node.SyntaxTree);
        string[] folders = [.. symbol.DeclaringSyntaxReferences.Select(part => part.SyntaxTree).Where(tree => tree.FilePath.Length > 0).Select(FolderOf)];
        if (folders.Length > 0 && !folders.Contains(from))
        {
            _uses.TryAdd((from, folders[0]), $"{Path.GetFileName(node.SyntaxTree.FilePath)}: {symbol.Name}");
        }
    }

    private static string FolderOf(SyntaxTree tree) =>
        Path.GetRelativePath(RepositoryRoot.Path, Path.GetDirectoryName(tree.FilePath)!).Replace('\\', '/');
}
