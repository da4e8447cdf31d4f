using System.Collections.Immutable;
using GruGen.Generator.Attributes;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>The attributes of GruGen on one type.</summary>
internal sealed class ModelAttributes
{
    /// <summary>The attribute that makes a class a model.</summary>
    public const string MetadataName = "GruGen.GruModelAttribute";

    private static readonly ModelAttributes s_none = new([], []);

    private ModelAttributes(ImmutableArray<AttributeData> models, ImmutableArray<AttributeData> layers)
    {
        Models = models;
        Layers = layers;
    }

    /// <summary>[GruModel]; more than one is an error that the compiler reports.</summary>
    public ImmutableArray<AttributeData> Models { get; }

    /// <summary>The layers, as they are written on each declaration.</summary>
    public ImmutableArray<AttributeData> Layers { get; }

    /// <summary>Whether there are none, as on nearly all types of a project.</summary>
    public bool AreNone => Models.IsEmpty && Layers.IsEmpty;

    public static ModelAttributes Of(INamedTypeSymbol type)
    {
        ImmutableArray<AttributeData> all = type.GetAttributes();
        return all.Any(IsOurs) ? Of(all) : s_none;
    }

    private static ModelAttributes Of(ImmutableArray<AttributeData> all)
    {
        ImmutableArray<AttributeData> ours = [.. all.Where(IsOurs)];
        return new ModelAttributes(
            [.. ours.Where(attribute => AttributeSource.NameOf(attribute) == "GruModel")],
            [.. ours.Where(attribute => LayerKinds.Find(attribute) is not null).OrderBy(PlaceOf)]);
    }

    /// <summary>
    /// The place in its file. Metadata of a referenced assembly have the order of the source, which one place for all leaves alone.
    /// </summary>
    private static int PlaceOf(AttributeData attribute) => attribute.ApplicationSyntaxReference?.Span.Start ?? 0;

    /// <summary>Whether the attribute comes with the runtime that emitted code derives from, and does not just have its name.</summary>
    private static bool IsOurs(AttributeData attribute) =>
        attribute is { AttributeClass: { ContainingAssembly: { } runtime } type }
        && type.ContainingNamespace is { Name: "GruGen", ContainingNamespace.IsGlobalNamespace: true }
        && runtime.GetTypeByMetadataName("GruGen.SequenceModel`1") is not null;
}
