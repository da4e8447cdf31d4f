using System.Collections.Immutable;
using System.Globalization;
using GruGen.Generator.Specs;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>Reads the layer attributes and what they must keep to.</summary>
internal static class LayerParser
{
    private const int MaximumSize = 65_536;
    private const int MaximumVocabulary = 1 << 24;

    public static ParsedLayers Parse(AttributeData modelAttribute, ImmutableArray<AttributeData> attributes, Findings findings)
    {
        SyntaxNode declaration = DeclarationOf(modelAttribute);
        ImmutableArray<AttributeData> elsewhere = [.. attributes.Where(attribute => DeclarationOf(attribute) != declaration)];
        foreach (AttributeData attribute in elsewhere)
        {
            findings.AddAt(attribute, Rules.SpreadAttributes, ModelAttributes.NameOf(attribute));
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

        return new ParsedLayers(ParseInputSize(modelAttribute, attributes, findings), ParseLayers(attributes, findings));
    }

    private static int ParseInputSize(AttributeData modelAttribute, ImmutableArray<AttributeData> layers, Findings findings)
    {
        if (!AttributeArguments.AreComplete(modelAttribute))
        {
            findings.LeaveToCompiler();
            return 0;
        }

        int inputSize = AttributeArguments.Int(modelAttribute, 0);
        if (layers.Any(IsEmbedding))
        {
            if (inputSize != 0 && IsEmbedding(layers[0]))
            {
                findings.Add(Rules.InputSizeContradicted, Number(inputSize));
            }
        }
        else if (inputSize == 0)
        {
            findings.Add(Rules.InputSizeMissing);
        }
        else
        {
            CheckRange(modelAttribute, "inputSize", inputSize, MaximumSize, findings);
        }

        return inputSize;
    }

    private static ImmutableArray<LayerSpec> ParseLayers(ImmutableArray<AttributeData> attributes, Findings findings)
    {
        AttributeData? top = attributes.LastOrDefault(IsGru);
        if (top is null)
        {
            findings.Add(Rules.NoGru);
        }

        var layers = ImmutableArray.CreateBuilder<LayerSpec>(attributes.Length);
        for (int i = 0; i < attributes.Length; i++)
        {
            AttributeData attribute = attributes[i];
            if (!AttributeArguments.AreComplete(attribute))
            {
                findings.LeaveToCompiler();
                continue;
            }

            layers.Add(ModelAttributes.NameOf(attribute) switch
            {
                "Embedding" => ParseEmbedding(attribute, i, findings),
                "Gru" => ParseGru(attribute, i, isTop: ReferenceEquals(attribute, top), findings),
                _ => ParseDense(attribute, findings),
            });
        }

        return layers.ToImmutable();
    }

    private static EmbeddingSpec ParseEmbedding(AttributeData attribute, int index, Findings findings)
    {
        if (index > 0)
        {
            findings.AddAt(attribute, Rules.EmbeddingNotFirst, Number(index + 1));
        }

        int vocabulary = AttributeArguments.Int(attribute, 0);
        int size = AttributeArguments.Int(attribute, 1);
        CheckRange(attribute, "vocabulary", vocabulary, MaximumVocabulary, findings);
        CheckRange(attribute, "size", size, MaximumSize, findings);
        return new EmbeddingSpec(vocabulary, size);
    }

    private static GruSpec ParseGru(AttributeData attribute, int index, bool isTop, Findings findings)
    {
        const int Last = 0, Every = 1;
        int hiddenSize = AttributeArguments.Int(attribute, 0);
        CheckRange(attribute, "hiddenSize", hiddenSize, MaximumSize, findings);

        int output = AttributeArguments.NamedInt(attribute, "Output") ?? (isTop ? Last : Every);
        if (output is not (Last or Every))
        {
            findings.AddAt(attribute, Rules.UnknownValue, "Output", Number(output), "Steps");
        }
        else if (output == Last && !isTop)
        {
            findings.AddAt(attribute, Rules.LastBelowGru, Number(index + 1));
        }

        return new GruSpec(hiddenSize, output == Every);
    }

    private static DenseSpec ParseDense(AttributeData attribute, Findings findings)
    {
        int units = AttributeArguments.Int(attribute, 0);
        int activation = AttributeArguments.Int(attribute, 1);
        CheckRange(attribute, "units", units, MaximumSize, findings);
        if (!Enum.IsDefined(typeof(Curve), activation))
        {
            findings.AddAt(attribute, Rules.UnknownValue, "activation", Number(activation), "Activation");
        }

        return new DenseSpec(units, (Curve)activation);
    }

    private static void CheckRange(AttributeData attribute, string name, int value, int maximum, Findings findings)
    {
        if (value < 1 || value > maximum)
        {
            findings.AddAt(attribute, Rules.SizeOutOfRange, name, Number(value), Number(maximum));
        }
    }

    private static bool IsEmbedding(AttributeData attribute) => ModelAttributes.NameOf(attribute) == "Embedding";

    private static bool IsGru(AttributeData attribute) => ModelAttributes.NameOf(attribute) == "Gru";

    /// <summary>The declaration that an attribute stands on: attribute, its list, the declaration.</summary>
    private static SyntaxNode DeclarationOf(AttributeData attribute) => attribute.ApplicationSyntaxReference!.GetSyntax().Parent!.Parent!;

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>What the attributes declare.</summary>
/// <param name="InputSize">The number of features a step; 0 if the first layer is an embedding.</param>
/// <param name="Layers">The layers, the lowest first.</param>
internal sealed record ParsedLayers(int InputSize, EquatableArray<LayerSpec> Layers)
{
    public static ParsedLayers None { get; } = new(0, default);
}
