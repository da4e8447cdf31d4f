using System.Collections.Immutable;
using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>Reads [GruModel] and the layers, and checks what they must keep to.</summary>
internal static class LayerParser
{
    public static ParsedLayers Parse(AttributeData modelAttribute, ImmutableArray<AttributeData> attributes, Findings findings)
    {
        SyntaxNode declaration = DeclarationOf(modelAttribute);
        ImmutableArray<AttributeData> elsewhere = [.. attributes.Where(attribute => DeclarationOf(attribute) != declaration)];
        foreach (AttributeData attribute in elsewhere)
        {
            findings.AddAt(attribute, Rules.SpreadAttributes, AttributeSource.NameOf(attribute));
        }

        if (!elsewhere.IsEmpty)
        {
            return ParsedLayers.None;
        }

        if (attributes.IsEmpty)
        {
            findings.Add(Rules.NoLayers);
            return ParsedLayers.None;
        }

        bool isComplete = AttributeArguments.AreComplete(modelAttribute);
        int inputSize = isComplete || AttributeArguments.Known(modelAttribute).Contains("inputSize")
            ? ParseInputSize(modelAttribute, attributes, findings)
            : 0;
        new ValueRules(modelAttribute, findings).CheckChoices();
        if (!isComplete)
        {
            findings.LeaveToCompiler();
            return new ParsedLayers(0, default, default, ParseLayers(inputSize, attributes, findings));
        }

        WeightFormat format = AttributeArguments.Property(modelAttribute, "WeightFormat", otherwise: WeightFormat.Float32);
        ImmutableArray<LayerSpec> layers = ParseLayers(inputSize, attributes, findings);
        if (format == WeightFormat.BFloat16 && layers.Length == attributes.Length && !layers.Any(layer => layer.GainsFromBFloat16))
        {
            const string Where = "where no [Gru] with 'ResetAfter = true' reads its weights faster";
            findings.Add(Rules.WithoutEffect, "WeightFormat", "", Where, "remove it");
        }

        return MaskRules.Check(
            modelAttribute,
            findings,
            new ParsedLayers(
                inputSize,
                AttributeArguments.Property(modelAttribute, "Initialization", otherwise: Initialization.PyTorch),
                format,
                format == WeightFormat.BFloat16 ? [.. layers.Select(layer => layer.InBFloat16())] : layers));
    }

    private static int ParseInputSize(AttributeData modelAttribute, ImmutableArray<AttributeData> layers, Findings findings)
    {
        int inputSize = AttributeArguments.Argument<int>(modelAttribute, 0);
        if (layers.Any(ReadsTokens))
        {
            if (inputSize != 0 && ReadsTokens(layers[0]))
            {
                findings.Add(Rules.InputSizeContradicted, ValueRules.Number(inputSize));
            }
        }
        else if (inputSize == 0)
        {
            findings.Add(Rules.InputSizeMissing);
        }
        else
        {
            new ValueRules(modelAttribute, findings).CheckSize("inputSize", inputSize);
        }

        return inputSize;
    }

    private static ImmutableArray<LayerSpec> ParseLayers(int inputSize, ImmutableArray<AttributeData> attributes, Findings findings)
    {
        if (!attributes.Any(attribute => LayerKinds.Of(attribute).IsRecurrent))
        {
            findings.Add(Rules.NoGru);
        }

        AttributeData? top = attributes.LastOrDefault(attribute => LayerKinds.Of(attribute).ReadsSequences);
        var layers = ImmutableArray.CreateBuilder<LayerSpec>(attributes.Length);
        int size = inputSize;
        for (int i = 0; i < attributes.Length; i++)
        {
            AttributeData attribute = attributes[i];
            bool isTop = ReferenceEquals(attribute, top);
            LayerReader kind = LayerKinds.Of(attribute);
            LayerSpec layer = kind.Read(attribute, isTop);
            if (!AttributeArguments.AreComplete(attribute))
            {
                Findings all = findings.Anew();
                kind.Check(layer, new LayerRules(attribute, new LayerPlace(i + 1, 0, isTop), all));
                findings.AddOfValues(all, AttributeArguments.Known(attribute));
                findings.LeaveToCompiler();
                size = 0;
                continue;
            }

            kind.Check(layer, new LayerRules(attribute, new LayerPlace(i + 1, size, isTop), findings));
            layers.Add(layer);
            size = layer.OutputSizeOn(size);
        }

        return layers.ToImmutable();
    }

    private static bool ReadsTokens(AttributeData attribute) => LayerKinds.Of(attribute).ReadsTokens;

    /// <summary>The declaration that an attribute stands on: attribute, its list, the declaration.</summary>
    private static SyntaxNode DeclarationOf(AttributeData attribute) => attribute.ApplicationSyntaxReference!.GetSyntax().Parent!.Parent!;
}

/// <summary>What the attributes declare.</summary>
/// <param name="InputSize">The number of features a step; 0 if the first layer is an embedding.</param>
/// <param name="Initialization">How the values are drawn that the parameters start with.</param>
/// <param name="WeightFormat">How predictions read the weights of recurrent layers.</param>
/// <param name="Layers">The layers, the lowest first.</param>
internal sealed record ParsedLayers(
    int InputSize, Initialization Initialization, WeightFormat WeightFormat, EquatableArray<LayerSpec> Layers)
{
    /// <summary>The number that all features of a step have which only fills its sequence; null if there is none.</summary>
    public double? MaskValue { get; init; }

    /// <summary>What is output at such steps.</summary>
    public MaskedOutput MaskedOutput { get; init; }

    public static ParsedLayers None { get; } = new(0, default, default, default);
}
