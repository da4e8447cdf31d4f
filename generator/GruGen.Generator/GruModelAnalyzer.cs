using System.Collections.Immutable;
using GruGen.Generator.Attributes;
using GruGen.Generator.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GruGen.Generator;

/// <summary>
/// Says at the attribute why a declaration does not become code or is likely not what is meant, and at a call what a model cannot do.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GruModelAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = Rules.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        // a model without code must say so, also where a tool wrote its declaration
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            // a project without the runtime has nothing to look at
            if (!start.Compilation.GetTypesByMetadataName(ModelAttributes.MetadataName).IsEmpty)
            {
                start.RegisterSymbolAction(AnalyzeType, SymbolKind.NamedType);
                start.RegisterOperationAction(AnalyzeUse, OperationKind.Invocation, OperationKind.MethodReference);
            }
        });
    }

    private static void AnalyzeType(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        ModelAttributes attributes = ModelAttributes.Of(type);
        if (attributes.AreNone)
        {
            return;
        }

        foreach (Diagnostic diagnostic in Found(type, attributes, context.Compilation, context.CancellationToken))
        {
            context.ReportDiagnostic(diagnostic);
        }
    }

    private static void AnalyzeUse(OperationAnalysisContext context)
    {
        if (StreamUses.Check(context.Operation) is { } diagnostic)
        {
            context.ReportDiagnostic(diagnostic);
        }
    }

    private static IEnumerable<Diagnostic> Found(
        INamedTypeSymbol type, ModelAttributes attributes, Compilation compilation, CancellationToken cancellationToken)
    {
        if (attributes.Models.IsEmpty)
        {
            return attributes.Layers.Select(layer => LayerWithoutModel(type, layer));
        }

        ParsedModel parsed = ModelParser.Parse(type, attributes, compilation, cancellationToken);
        return parsed.Model is { } model ? parsed.Diagnostics.Concat(LayerHints.Of(model, attributes.Layers)) : parsed.Diagnostics;
    }

    private static Diagnostic LayerWithoutModel(INamedTypeSymbol type, AttributeData layer) =>
        Diagnostic.Create(Rules.LayerWithoutModel, AttributeSource.LocationOf(layer), type.Name, AttributeSource.NameOf(layer));
}
