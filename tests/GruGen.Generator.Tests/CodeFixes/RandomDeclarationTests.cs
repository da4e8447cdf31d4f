using System.Collections.Immutable;
using GruGen.CodeFixes;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Tests.CodeFixes;

/// <summary>Whatever is wrong with a declaration beside what a fix mends, and however it is written.</summary>
public sealed class RandomDeclarationTests
{
    private static readonly string[] s_modifiers = ["", "public ", "abstract ", "static ", "file ", "sealed "];

    private static readonly string[] s_kinds = ["partial class ", "partial class ", "class ", "partial record ", "record class ", "readonly partial struct "];

    private static readonly string[] s_bodies =
    [
        ";", ";", " : Root;", " : I, Root\n{\n}", "\n{\n    // A size.\n    public Model(int size)\n    {\n    }\n}", " { Model(string x, int seed) { } Model() : base() { } }",
        "\n{\n    public required string Label { get; init; }\n    required public int A, B;\n}", "(int x);",
    ];

    private static readonly string[] s_models =
    [
        "GruModel", "GruModel(3)", "GruModel(inputSize: 4)", "GruModel(0, MaskValue = 0)", "GruModel(MaskedOutput = MaskedOutput.Repeat)", "GruGen.GruModel()",
    ];

    private static readonly string[] s_layers =
    [
        "Gru(4)", "Dense(4, Activation.Affine)", "Embedding(9, 4)", "Dropout(0.5)", "Pool(Pooling.Mean)", "Gru(4, Residual = true)",
        "Gru(4, Merge = Merge.Sum, ActivationAlpha = 1, Output = SequenceOutput.Final)", "GruGen.Gru(5, Bidirectional = true, Reverse = true, Residual = true)",
        "Gru(4, Activation = Activation.Softmax)", "Gru(\n    4,\n    Output = SequenceOutput.Final,\n    Residual = true)", "Conv1D(4, 3, Activation = Activation.Affine)",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Each_fix_ends_what_was_reported_and_leaves_text_that_can_be_read(int seed)
    {
        using var workspace = new AdhocWorkspace();
        Project project = workspace.AddProject("Models", LanguageNames.CSharp)
            .WithMetadataReferences(TestCompilation.References)
            .WithParseOptions(TestCompilation.ParseOptions)
            .WithCompilationOptions(TestCompilation.Of().Options);
        var random = new Random(seed);
        var mended = new HashSet<string>();
        for (int i = 0; i < 60; i++)
        {
            string source = Draw(random);
            Document document = project.AddDocument("File.cs", source);
            ImmutableArray<Diagnostic> reported = await ReportedAsync(document);
            foreach (Diagnostic diagnostic in reported.Where(diagnostic => new GruCodeFixProvider().FixableDiagnosticIds.Contains(diagnostic.Id)))
            {
                foreach (CodeAction fix in await FixesAsync(document, diagnostic))
                {
                    Document after = await ApplyAsync(document, fix);
                    string text = (await after.GetTextAsync()).ToString();
                    SyntaxTree tree = CSharpSyntaxTree.ParseText(text, TestCompilation.ParseOptions);
                    Assert.True(!tree.GetDiagnostics().Any(), $"{fix.Title}\n{source}\n{text}");
                    Assert.True(Count(await ReportedAsync(after)) < Count(reported), $"{fix.Title}\n{source}\n{text}");
                    mended.Add(diagnostic.Id);
                }

                int Count(IEnumerable<Diagnostic> all) => all.Count(other => other.GetMessage(null) == diagnostic.GetMessage(null));
            }
        }

        Assert.True(mended.Count >= 18, string.Join(' ', mended));
    }

    private static string Draw(Random random)
    {
        string[] attributes = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Of(s_layers))];
        attributes = random.Next(8) == 0 ? attributes : random.Next(8) == 0 ? [Of(s_models)] : [Of(s_models), .. attributes];
        (string open, string between, string close) = Of([("[", "]\n[", "]\n"), ("[", "] [", "]\n"), ("[", ", ", "] "), ("[", "] // c\n    [", "] /* d */ ")]);
        int here = random.Next(3) == 0 ? random.Next(attributes.Length) : attributes.Length;
        string declaration = $"{Of(s_modifiers)}{Of(s_kinds)}Model";
        string other = here < attributes.Length ? $"{List(attributes[here..])}{declaration};\n" : "";
        string model = $"{other}/// <summary>A model.</summary>\n{List(attributes[..here])}{declaration}{Of(s_bodies)}";
        string around = Of(["", "", "public class Outer", "file partial struct Outer"]);
        return $"using GruGen;\nclass Root; interface I;\n{(around.Length > 0 ? $"{around}\n{{\n{model}\n}}" : model)}\n";

        T Of<T>(T[] all) => all[random.Next(all.Length)];

        string List(string[] some) => some.Length == 0 ? "" : open + string.Join(between, some) + close;
    }

    private static async Task<ImmutableArray<Diagnostic>> ReportedAsync(Document document) =>
        await GeneratorRun.AnalyzeAsync((CSharpCompilation)(await document.Project.GetCompilationAsync())!);

    private static async Task<IReadOnlyList<CodeAction>> FixesAsync(Document document, Diagnostic diagnostic)
    {
        var fixes = new List<CodeAction>();
        await new GruCodeFixProvider().RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (fix, _) => fixes.Add(fix), CancellationToken.None));
        return fixes;
    }

    private static async Task<Document> ApplyAsync(Document document, CodeAction fix)
    {
        ImmutableArray<CodeActionOperation> operations = await fix.GetOperationsAsync(CancellationToken.None);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
    }
}
