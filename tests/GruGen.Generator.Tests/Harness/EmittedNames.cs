using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Tests.Harness;

/// <summary>
/// What emitted code calls things, read out of it, and what else C# reads in a special way: names that a project may have as well.
/// </summary>
internal static class EmittedNames
{
    /// <summary>The attributes of models that have all between them that is emitted into any.</summary>
    public static IReadOnlyList<string> Models { get; } =
    [
        .. new[]
        {
            "~GruModel(3), ~Gru(5)",
            "~GruModel, ~Embedding(9, 4), ~Gru(5, Output = ~SequenceOutput.EveryStep), ~Dense(2, ~Activation.Softmax)",
            "~GruModel, ~Embedding(9, 4, PaddingToken = 0), ~Gru(5, RecurrentDropout = 0.5), ~Dense(2, ~Activation.Softmax)",
            "~GruModel, ~Embedding(300_000, 4), ~Gru(5)",
            "~GruModel(3, WeightFormat = ~WeightFormat.BFloat16), ~Gru(5)",
            "~GruModel(3), ~Dense(8), ~Gru(5), ~Dense(6), ~Gru(7), ~Dense(6), ~Dense(1, ~Activation.Sigmoid)",
            "~GruModel(3), ~LayerNorm, ~Gru(5, Bias = false, InitialState = ~InitialState.Learned), ~Dropout(0.5), ~Pool(~Pooling.Last)",
            "~GruModel(3), ~Gru(3, Bidirectional = true, Merge = ~Merge.Sum, ResetAfter = false, Residual = true), ~Pool(~Pooling.Mean), ~Dense(3, Residual = true)",
        }.Select(attributes => $"[{attributes.Replace("~", "global::GruGen.", StringComparison.Ordinal)}]"),
    ];

    /// <summary>Words that are keywords in some places only, or names that the compiler knows.</summary>
    public static IReadOnlyList<string> Contextual { get; } =
    [
        .. SyntaxFacts.GetContextualKeywordKinds().Select(SyntaxFacts.GetText)
            .Union(["_", "args", "dynamic", "nint", "notnull", "nuint", "value", "var"])
            .Where(name => SyntaxFacts.IsValidIdentifier(name))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The types and namespaces that emitted code names or declares, kernels among them.</summary>
    public static IReadOnlyList<string> Mentioned { get; } = Read();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Contextual.Union(Mentioned)];

    private static IReadOnlyList<string> Read()
    {
        GeneratorRun run = GeneratorRun.Of("namespace Named;\n" + string.Concat(Models.Select((attributes, number) => $"{attributes} partial class Model{number};\n")));
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (SyntaxTree tree in run.Output.SyntaxTrees.Skip(1).Where(tree => run.Files.ContainsKey(Path.GetFileName(tree.FilePath))))
        {
            SemanticModel meaning = run.Output.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                switch (node)
                {
                    case SimpleNameSyntax name when TypeOf(meaning.GetSymbolInfo(name).Symbol) is { } symbol:
                        names.UnionWith([name.Identifier.ValueText, symbol.Name]); // of an alias both
                        break;
                    case BaseTypeDeclarationSyntax type when !type.Identifier.ValueText.StartsWith("Model", StringComparison.Ordinal):
                        names.Add(type.Identifier.ValueText);
                        break;
                }
            }
        }

        names.RemoveWhere(name => name is "" or "Named" or ['M', 'o', 'd', 'e', 'l', _]); // the global namespace, and the models themselves
        return [.. names];
    }

    /// <summary>A type or namespace; an attribute's name has its constructor as its meaning.</summary>
    private static ISymbol? TypeOf(ISymbol? symbol) => symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType: var type } => type,
        ITypeSymbol or INamespaceSymbol => symbol,
        _ => null,
    };
}
