using System.Collections.Immutable;
using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using GruGen.Generator.Models;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>What layers that are read together must be like, and outputs.</summary>
internal static class JoinRules
{
    /// <summary>What a layer reads is all there for every step or all once for a sequence, of one size if it is added.</summary>
    public static void Check(LayerInPlace place, ImmutableArray<AttributeData> attributes, LayerGraph graph, Findings findings)
    {
        int layer = place.At.Number - 1;
        string names = string.Join(" and ", AttributeArguments.Texts(attributes[layer], "From"));
        bool adds = graph.Combines[layer] == Combine.Sum;
        string sizes = string.Join(" and ", place.Sizes.Select(ValueRules.Number));
        string? why = place.Steps.Distinct().Count() > 1 ? "of which some are given for every step and others once for a sequence; "
                + "give those by 'Output = SequenceOutput.EveryStep' or these by a [Pool]"
            : place.Sizes.Any(size => size <= 0) ? null // which is reported where it comes from
            : adds && place.Sizes.Distinct().Count() > 1 ? $"whose sizes {sizes} are not one, but they are added; make them equal or "
                + "concatenate them"
            : place.Sizes.Sum(size => (long)size) > LayerLimits.Units
            ? $"which are more than {ValueRules.Number(LayerLimits.Units)} numbers"
            : null;
        if (why is not null)
        {
            findings.AddAt(place.Attribute, Rules.UnequalSources, place.At.Number, names, why);
        }
    }

    /// <summary>All outputs are given for every step, or all once for a sequence.</summary>
    public static void CheckOutputs(ImmutableArray<LayerInPlace> layers, LayerGraph graph, Findings findings)
    {
        foreach (int output in graph.Outputs)
        {
            LayerInPlace place = layers[output - 1], last = layers[layers.Length - 1];
            if (place.EveryStep != last.EveryStep)
            {
                string gives = place.EveryStep ? "every step" : "the sequence", other = place.EveryStep ? "the sequence" : "every step";
                findings.AddAt(place.Attribute, Rules.UnequalOutputs, place.At.Number, gives, other);
            }
        }
    }
}
