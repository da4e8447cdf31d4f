using GruGen.Generator.Attributes;
using GruGen.Generator.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.CodeFixes;

/// <summary>What was reported, and where.</summary>
internal sealed class Reported(Diagnostic diagnostic, SemanticModel model, SyntaxNode node, INamedTypeSymbol type)
{
    private static readonly SymbolDisplayFormat s_short =
        SymbolDisplayFormat.MinimallyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.RemoveAttributeSuffix);

    public Diagnostic Diagnostic => diagnostic;

    public Compilation Compilation => model.Compilation;

    /// <summary>The class that is declared.</summary>
    public INamedTypeSymbol Type => type;

    public ModelAttributes Attributes { get; } = ModelAttributes.Of(type);

    /// <summary>The attribute that the report points at.</summary>
    public AttributeSyntax? Attribute { get; } = node.FirstAncestorOrSelf<AttributeSyntax>();

    /// <summary>The assembly that the attributes are from.</summary>
    private IAssemblySymbol Runtime => Attributes.Models.Concat(Attributes.Layers).First().AttributeClass!.ContainingAssembly;

    /// <summary>What the message has at <c>{number}</c>.</summary>
    public string Detail(int number) => diagnostic.Properties[Findings.DetailName(number)]!;

    /// <summary>The name of one of GruGen's types, as short as the file allows: <c>Gru</c>.</summary>
    public string NameOf(string type) =>
        Runtime.GetTypeByMetadataName($"GruGen.{type}")!.ToMinimalDisplayString(model, node.SpanStart, s_short);
}
