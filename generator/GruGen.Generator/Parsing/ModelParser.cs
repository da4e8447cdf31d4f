using System.Collections.Immutable;
using GruGen.Generator.Attributes;
using GruGen.Generator.Models;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>Reads a declaration: the only place where the symbols of a compilation become specs.</summary>
internal static class ModelParser
{
    /// <summary>Reads the model that <paramref name="type"/> declares, which has [GruModel].</summary>
    public static ParsedModel Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken) =>
        Parse(type, ModelAttributes.Of(type), compilation, cancellationToken);

    /// <summary>The same of a type whose attributes have been looked at.</summary>
    public static ParsedModel Parse(
        INamedTypeSymbol type, ModelAttributes attributes, Compilation compilation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (attributes.Models.Length != 1 || !TypeNames.AreComplete(type))
        {
            return ParsedModel.Nothing;
        }

        AttributeData modelAttribute = attributes.Models[0];
        var findings = new Findings(type, modelAttribute);
        ProjectRules.Check(type, modelAttribute, compilation, findings);
        TypeRules.Check(new UserParts(type), findings);
        ParsedLayers layers = LayerParser.Parse(modelAttribute, attributes.Layers, findings);
        if (findings.PreventCode)
        {
            MetadataReference? runtime = compilation.GetMetadataReference(modelAttribute.AttributeClass!.ContainingAssembly);
            RefusedSpec? refused = findings.HasErrors ? RefusedParser.Parse(type, attributes, findings, runtime) : null;
            return new ParsedModel(null, refused, findings.Diagnostics);
        }

        string metadataName = TypeNames.Metadata(type);
        return new ParsedModel(
            new ModelSpec(
                type.Name,
                metadataName,
                HintNames.Of(metadataName),
                TypeNames.Namespace(type),
                TypeNames.Containers(type).Select(container => new ContainerSpec(TypeNames.Declaration(container))).ToImmutableArray(),
                TypeNames.Declaration(type),
                TypeNames.WithTypeParameters(type),
                TypeNames.Identifier(type.Name),
                layers.InputSize,
                layers.Initialization,
                layers.WeightFormat,
                layers.Layers)
            {
                MaskValue = layers.MaskValue,
                MaskedOutput = layers.MaskedOutput,
                Graph = layers.Graph,
            },
            null,
            findings.Diagnostics);
    }
}

/// <summary>
/// What the parser found: a model, perhaps with warnings, or what is wrong with it; neither, if the compiler reports what is wrong.
/// </summary>
/// <param name="Model">The model.</param>
/// <param name="Refused">What is known of it all the same, if it breaks a rule.</param>
/// <param name="Diagnostics">What to report, and where.</param>
internal sealed record ParsedModel(ModelSpec? Model, RefusedSpec? Refused, ImmutableArray<Diagnostic> Diagnostics)
{
    public static ParsedModel Nothing { get; } = new(null, null, []);

    /// <summary>What the generator goes on with: nothing of it has a place.</summary>
    public DeclaredModel? WithoutPlaces => Model is null && Refused is null ? null : new(Model, Refused);
}
