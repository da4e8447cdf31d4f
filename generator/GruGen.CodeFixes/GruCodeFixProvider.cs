using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.CodeFixes;

/// <summary>Mends a declaration that breaks a rule, where there is a mechanical way to do so.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(GruCodeFixProvider))]
[Shared]
public sealed class GruCodeFixProvider : CodeFixProvider
{
    /// <summary>The fixes of each rule, the likeliest first; one that does not fit a case gives null.</summary>
    private static readonly ImmutableDictionary<string, Func<Reported, Fix?>[]> s_fixes = new Dictionary<string, Func<Reported, Fix?>[]>
    {
        ["GRU001"] = [TypeFixes.MakePartial],
        ["GRU002"] = [TypeFixes.MakeContainerPartial],
        ["GRU003"] = [TypeFixes.RemoveModifier],
        ["GRU004"] = [TypeFixes.MakeClass],
        ["GRU005"] = [TypeFixes.MakeInternal],
        ["GRU006"] = [TypeFixes.RemoveBaseClass],
        ["GRU008"] = [TypeFixes.RemoveRequired],
        ["GRU010"] = [TypeFixes.RemoveConstructor],
        ["GRU011"] = [TypeFixes.ChainConstructors],
        ["GRU012"] = [LayerFixes.MoveTogether],
        ["GRU013"] = [LayerFixes.AddFirst],
        ["GRU015"] = [LayerFixes.MoveEmbeddingFirst],
        ["GRU016"] = [ArgumentFixes.AddInputSize],
        ["GRU017"] = [ArgumentFixes.RemoveInputSize],
        ["GRU019"] = [ArgumentFixes.Remove("Output")],
        ["GRU024"] = [LayerFixes.AddModel],
        ["GRU026"] = [ArgumentFixes.Remove("Reverse"), ArgumentFixes.Remove("Bidirectional")],
        ["GRU027"] = [ArgumentFixes.Remove("Residual")],
        ["GRU029"] = [ArgumentFixes.UseTanh],
        ["GRU030"] = [ArgumentFixes.RemoveNamed],
        ["GRU031"] = [ArgumentFixes.OutputEveryStep, ArgumentFixes.Remove("Residual")],
        ["GRU036"] = [ArgumentFixes.UseLargerSize, ArgumentFixes.UseSmallerSize],
        ["GRU037"] = [ArgumentFixes.UseSigmoid],
        ["GRU039"] = [LayerFixes.Remove],
        ["GRU040"] = [LayerFixes.Remove],
        ["GRU042"] = [LayerFixes.Remove],
        ["GRU043"] = [LayerFixes.Remove],
        ["GRU044"] = [LayerFixes.Remove],
        ["GRU045"] = [LayerFixes.RemovePool],
        ["GRU046"] = [LayerFixes.RemovePool],
    }.ToImmutableDictionary();

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [.. s_fixes.Keys.OrderBy(id => id, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        SyntaxNode? node = root?.FindNode(context.Span);
        if (node?.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || model?.GetDeclaredSymbol(declaration, context.CancellationToken) is not INamedTypeSymbol type)
        {
            return;
        }

        var offers =
            from diagnostic in context.Diagnostics
            let reported = new Reported(diagnostic, model, node, type)
            from fix in s_fixes[diagnostic.Id].Select((make, i) => (Offer: make(reported), Key: $"{diagnostic.Id}.{i}"))
            where fix.Offer is { Edits.IsEmpty: false }
            group (fix.Offer, diagnostic) by (fix.Key, fix.Offer.Title); // a rule that is broken twice in one place may have one fix
        Solution solution = context.Document.Project.Solution;
        foreach (var offer in offers)
        {
            Fix fix = offer.First().Offer;
            CodeAction action = CodeAction.Create(fix.Title, cancellation => fix.ApplyAsync(solution, cancellation), offer.Key.Key);
            context.RegisterCodeFix(action, offer.Select(each => each.diagnostic));
        }
    }
}
