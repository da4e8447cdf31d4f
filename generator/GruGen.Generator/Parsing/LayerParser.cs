using System.Collections.Immutable;
using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using GruGen.Generator.Models;
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
            ImmutableArray<LayerSpec> some = ParseLayers(inputSize, attributes, findings, out LayerGraph part);
            return new ParsedLayers(0, default, default, some) { Graph = part };
        }

        WeightFormat format = AttributeArguments.Property(modelAttribute, "WeightFormat", otherwise: WeightFormat.Float32);
        ImmutableArray<LayerSpec> layers = ParseLayers(inputSize, attributes, findings, out LayerGraph graph);
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
                format == WeightFormat.BFloat16 ? [.. layers.Select(layer => layer.InBFloat16())] : layers)
            {
                Graph = graph,
            });
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

    private static ImmutableArray<LayerSpec> ParseLayers(
        int inputSize, ImmutableArray<AttributeData> attributes, Findings findings, out LayerGraph graph)
    {
        graph = GraphParser.Parse(attributes, findings);
        var layers = ImmutableArray.CreateBuilder<LayerSpec>(attributes.Length);
        ImmutableArray<LayerInPlace> places = [.. InPlace(inputSize, attributes, graph)];
        foreach (LayerInPlace place in places)
        {
            AttributeData attribute = place.Attribute;
            LayerReader kind = LayerKinds.Of(attribute);
            if (!AttributeArguments.AreComplete(attribute))
            {
                Findings all = findings.Anew();
                kind.Check(place.Layer, new LayerRules(attribute, place.At with { InputSize = 0 }, all));
                findings.AddOfValues(all, AttributeArguments.Known(attribute));
                findings.LeaveToCompiler();
                continue;
            }

            JoinRules.Check(place, attributes, graph, findings);
            kind.Check(place.Layer, new LayerRules(attribute, place.At, findings));
            layers.Add(place.Layer);
        }

        JoinRules.CheckOutputs(places, graph, findings);
        ClockRules.Check(places, attributes, graph, findings);
        return layers.ToImmutable();
    }

    /// <summary>
    /// The layers in their places, as far as they are known: with what they read, and whether layers above need every step.
    /// </summary>
    public static IEnumerable<LayerInPlace> InPlace(int inputSize, ImmutableArray<AttributeData> attributes, LayerGraph graph)
    {
        bool[] needsSteps = new bool[attributes.Length]; // of what each layer gives
        for (int i = attributes.Length - 1; i >= 0; i--)
        {
            needsSteps[i] = graph.ReadersOf(i + 1).Any(reader => LayerKinds.Of(attributes[reader]).ReadsSequences || needsSteps[reader]);
        }

        List<int> sizes = [inputSize];
        List<bool> steps = [true];
        for (int i = 0; i < attributes.Length; i++)
        {
            LayerReader kind = LayerKinds.Of(attributes[i]);
            bool isTop = kind.ReadsSequences && !needsSteps[i];
            LayerSpec layer = kind.Read(attributes[i], isTop) with { GivenName = GraphParser.NameGiven(attributes[i]) };
            steps.Add(layer.EveryStepOn(steps[graph.Inputs[i][0]]));
            bool isComplete = AttributeArguments.AreComplete(attributes[i]);
            int[] read = [.. graph.Inputs[i].Select(value => sizes[value])];
            int size = read.Any(each => each <= 0) ? 0 : graph.SizeOf(i, sizes);
            yield return new LayerInPlace(attributes[i], layer, new LayerPlace(i + 1, size, isTop))
            {
                Sizes = read.ToImmutableArray(),
                Steps = graph.Inputs[i].Select(value => steps[value]).ToImmutableArray(),
                EveryStep = steps[i + 1],
            };
            sizes.Add(isComplete ? layer.OutputSizeOn(size) : 0);
        }
    }

    private static bool ReadsTokens(AttributeData attribute) => LayerKinds.Of(attribute).ReadsTokens;

    /// <summary>The declaration that an attribute stands on: attribute, its list, the declaration.</summary>
    private static SyntaxNode DeclarationOf(AttributeData attribute) => attribute.ApplicationSyntaxReference!.GetSyntax().Parent!.Parent!;
}

/// <summary>A layer in its place.</summary>
/// <param name="Attribute">Its attribute.</param>
/// <param name="Layer">What that says.</param>
/// <param name="At">Where it stands.</param>
internal sealed record LayerInPlace(AttributeData Attribute, LayerSpec Layer, LayerPlace At)
{
    /// <summary>The sizes of all that it reads; not above 0 where one is not known.</summary>
    public EquatableArray<int> Sizes { get; init; }

    /// <summary>Whether each of it is there for every step.</summary>
    public EquatableArray<bool> Steps { get; init; }

    /// <summary>Whether it outputs every step.</summary>
    public bool EveryStep { get; init; }
}

/// <summary>What the attributes declare.</summary>
/// <param name="InputSize">The number of features a step; 0 if the first layer is an embedding.</param>
/// <param name="Initialization">How the values are drawn that the parameters start with.</param>
/// <param name="WeightFormat">How predictions read the weights of recurrent layers.</param>
/// <param name="Layers">The layers, the lowest first.</param>
internal sealed record ParsedLayers(
    int InputSize, Initialization Initialization, WeightFormat WeightFormat, EquatableArray<LayerSpec> Layers)
{
    /// <summary>What the layers read.</summary>
    public LayerGraph Graph { get; init; } = LayerGraph.Chain(Layers.Count);

    /// <summary>The number that all features of a step have which only fills its sequence; null if there is none.</summary>
    public double? MaskValue { get; init; }

    /// <summary>What is output at such steps.</summary>
    public MaskedOutput MaskedOutput { get; init; }

    public static ParsedLayers None { get; } = new(0, default, default, default);
}
