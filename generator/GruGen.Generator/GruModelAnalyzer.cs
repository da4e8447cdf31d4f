using System.Collections.Immutable;
using GruGen.Generator.Attributes;
using GruGen.Generator.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GruGen.Generator;

/// <summary>Says at the attribute why a declaration does not become code, and at a call what a model cannot do.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GruModelAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Rules.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        // a model without code must say so, also where a tool wrote its declaration
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(AnalyzeType, SymbolKind.NamedType);
        context.RegisterOperationAction(AnalyzeUse, OperationKind.Invocation, OperationKind.MethodReference);
    }

    private static void AnalyzeType(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        ModelAttributes attributes = ModelAttributes.Of(type);
        ImmutableArray<Diagnostic> diagnostics = attributes.Models.IsEmpty
            ? [.. attributes.Layers.Select(layer => LayerWithoutModel(type, layer))]
            : ModelParser.Parse(type, context.Compilation, context.CancellationToken).Diagnostics;
        foreach (Diagnostic diagnostic in diagnostics)
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

    private static Diagnostic LayerWithoutModel(INamedTypeSymbol type, AttributeData layer) =>
        Diagnostic.Create(Rules.LayerWithoutModel, AttributeSource.LocationOf(layer), type.Name, AttributeSource.NameOf(layer));
}
