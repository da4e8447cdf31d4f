using System.Collections.Immutable;
using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using GruGen.Generator.Models;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>
/// Layers that make one step of several, in models that are more than a stack: once there are fewer steps, those before are gone, so that
/// all that is read has the same ones.
/// </summary>
internal static class ClockRules
{
    public static void Check(
        ImmutableArray<LayerInPlace> layers, ImmutableArray<AttributeData> attributes, LayerGraph graph, Findings findings)
    {
        LayerInPlace? changing = null;
        List<int> changes = [0]; // of each value: how many layers made fewer steps of it
        int most = 0;
        foreach (LayerInPlace place in layers)
        {
            int layer = place.At.Number - 1;
            if (changing is not null && graph.Inputs[layer].Any(value => changes[value] < most))
            {
                string names = string.Join(" and ", AttributeArguments.Texts(attributes[layer], "From"));
                string why = $"but layer {ValueRules.Number(place.At.Number)} reads {names}, and not all of that is of these steps; "
                    + "let layers after it read what it and those after it give";
                findings.AddAt(place.Attribute, Rules.OtherSteps, changing.At.Number, why);
            }

            if (place.Layer.ChangesSteps)
            {
                (changing, most) = (place, most + 1);
            }

            changes.Add(most);
        }

        if (changing is not null && graph.Outputs.Count > 1)
        {
            const string Why = "but there are several outputs, which would then be of different steps; remove 'IsOutput'";
            findings.AddAt(changing.Attribute, Rules.OtherSteps, changing.At.Number, Why);
        }
    }
}
