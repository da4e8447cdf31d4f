using GruGen.Generator.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.CodeFixes;

/// <summary>Fixes of which layers a model has, and of their order.</summary>
internal static class LayerFixes
{
    /// <summary>Those on other declarations become the last ones, in the order that they have.</summary>
    public static Fix MoveTogether(Reported reported)
    {
        AttributeSyntax model = Model(reported);
        ILookup<bool, AttributeSyntax> layers = Layers(reported).ToLookup(layer => layer.Parent!.Parent == model.Parent!.Parent);
        AttributeSyntax last = layers[true].Append(model).OrderBy(attribute => attribute.SpanStart).Last();
        return new(
            "Move all layers to the declaration with [GruModel]",
            [
                AttributeEdits.InsertAfter(last, layers[false].Select(layer => layer.ToString())),
                .. AttributeEdits.Remove(layers[false]),
            ]);
    }

    public static Fix AddFirst(Reported reported)
    {
        string gru = Gru(reported);
        return new($"Add [{gru}]", AttributeEdits.InsertAfter(Model(reported), gru));
    }

    /// <summary>Of two embeddings, which one is to be the first is not known.</summary>
    public static Fix? MoveEmbeddingFirst(Reported reported) =>
        Layers(reported).Count(layer => IsEmbedding(reported, layer)) > 1 ? null : new(
            "Move the embedding to the first place",
            [
                AttributeEdits.InsertBefore(Layers(reported).First(), reported.Attribute!.ToString()),
                .. AttributeEdits.Remove([reported.Attribute]),
                .. ArgumentFixes.WithoutInputSize(Model(reported)),
            ]);

    public static Fix Remove(Reported reported) => new($"Remove [{reported.Attribute!.Name}]", AttributeEdits.Remove([reported.Attribute]));

    /// <summary>The layer below it then outputs its final state by itself, unless it is told otherwise.</summary>
    public static Fix? RemovePool(Reported reported) =>
        reported.Diagnostic.Id == "GRU046" && !reported.Detail(2).StartsWith("remove", StringComparison.Ordinal) ? null : new(
            $"Remove [{reported.Attribute!.Name}]",
            [
                .. ArgumentFixes.Without(Layers(reported).Last(layer => IsRecurrent(reported, layer)), "Output"),
                .. AttributeEdits.Remove([reported.Attribute]),
            ]);

    public static Fix AddModel(Reported reported)
    {
        AttributeSyntax first = Layers(reported).First();
        string model = reported.NameOf("GruModelAttribute") + (IsEmbedding(reported, first) ? "" : $"({ArgumentFixes.SomeInputSize})");
        return new($"Add [{model}] to '{reported.Type.Name}'", AttributeEdits.InsertBefore(first, model));
    }

    private static string Gru(Reported reported) => reported.NameOf("GruAttribute") + "(32)";

    private static AttributeSyntax Model(Reported reported) => Syntax(reported.Attributes.Models[0]);

    private static IEnumerable<AttributeSyntax> Layers(Reported reported) => reported.Attributes.Layers.Select(Syntax);

    private static bool IsEmbedding(Reported reported, AttributeSyntax layer) => reported.Attributes.Layers
        .Any(attribute => LayerKinds.Of(attribute).ReadsTokens && Syntax(attribute) == layer);

    private static bool IsRecurrent(Reported reported, AttributeSyntax layer) => reported.Attributes.Layers
        .Any(attribute => LayerKinds.Of(attribute).IsRecurrent && Syntax(attribute) == layer);

    private static AttributeSyntax Syntax(AttributeData attribute) => (AttributeSyntax)attribute.ApplicationSyntaxReference!.GetSyntax();
}
