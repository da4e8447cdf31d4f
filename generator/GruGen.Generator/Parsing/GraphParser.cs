using System.Collections.Immutable;
using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using GruGen.Generator.Models;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>Reads what layers are called and what they read.</summary>
internal static class GraphParser
{
    /// <summary>The graph of some layers. Where a rule is broken, which is reported, a layer reads the one before it.</summary>
    public static LayerGraph Parse(ImmutableArray<AttributeData> attributes, Findings findings)
    {
        string[] names = NamesOf(attributes, findings);
        bool readsTokens = attributes.Length > 0 && LayerKinds.Of(attributes[0]).ReadsTokens, isWhole = true;
        var inputs = ImmutableArray.CreateBuilder<EquatableArray<int>>(attributes.Length);
        for (int i = 0; i < attributes.Length; i++)
        {
            IReadOnlyList<string> from = AttributeArguments.Texts(attributes[i], "From");
            ImmutableArray<int> own = [.. from.Select(name => PlaceOf(name, names, i))];
            bool isRight = true;
            if (from.Count > 0 && Fault(from, own, names, i, readsTokens, LayerKinds.Of(attributes[i]).ReadsTokens) is var (name, why))
            {
                findings.AddAt(attributes[i], Rules.WrongSource, ValueRules.Number(i + 1), name, why);
                isWhole = isRight = false;
            }

            if (own.Length < 2 && AttributeArguments.IsGiven(attributes[i], "Combine"))
            {
                const string Where = "which reads one layer alone", Way = "name several in 'From' or remove it";
                findings.AddAt(attributes[i], Rules.WithoutEffect, "Combine", $" on layer {ValueRules.Number(i + 1)}", Where, Way);
            }

            inputs.Add(from.Count > 0 && isRight ? own : ImmutableArray.Create(i));
        }

        ImmutableArray<bool> isOutput =
        [
            .. attributes.Select((attribute, i) =>
                i == attributes.Length - 1 || AttributeArguments.Property(attribute, "IsOutput", otherwise: false)),
        ];
        var graph = new LayerGraph(
            inputs.ToImmutable(),
            Enumerable.Range(1, attributes.Length).Where(value => isOutput[value - 1]).ToImmutableArray(),
            attributes.Select(attribute => AttributeArguments.Property(attribute, "Combine", Combine.Concat)).ToImmutableArray());
        for (int i = 0; isWhole && i < attributes.Length; i++)
        {
            if (!isOutput[i] && !graph.ReadersOf(i + 1).Any())
            {
                findings.AddAt(attributes[i], Rules.UnreadLayer, ValueRules.Number(i + 1), names[i]);
            }
        }

        return graph;
    }

    /// <summary>The names of the layers: given ones, or that of the kind with its number.</summary>
    public static string[] NamesOf(ImmutableArray<AttributeData> attributes, Findings findings)
    {
        Dictionary<string, int> counts = [];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        string[] names = new string[attributes.Length];
        for (int i = 0; i < attributes.Length; i++)
        {
            LayerReader kind = LayerKinds.Of(attributes[i]);
            int number = counts[kind.Name] = counts.TryGetValue(kind.Name, out int count) ? count + 1 : 1;
            string given = NameGiven(attributes[i]);
            names[i] = given.Length > 0 ? given : kind.NameOf(number);
            string? why = given.Length > 0 && !LayerNames.IsWellFormed(given) ? $"but a name has up to 64 {LayerNames.Rule}"
                : LayerNames.IsReserved(given) ? "which means something else in code or in files; choose another one"
                : !kind.ReadsTokens && places.TryGetValue(LayerNames.Pascal(names[i]), out int other)
                ? $"as layer {ValueRules.Number(other + 1)} is called; choose another one"
                : null;
            if (why is not null)
            {
                findings.AddAt(attributes[i], Rules.WrongLayerName, ValueRules.Number(i + 1), names[i], why);
            }

            places[LayerNames.Pascal(names[i])] = i; // tuples of outputs have names without underscores
        }

        return names;
    }

    /// <summary>The name that an attribute gives; "" if it gives none.</summary>
    public static string NameGiven(AttributeData attribute) =>
        AttributeArguments.Texts(attribute, "Name") is { Count: 1 } names ? names[0] : "";

    /// <summary>The value of a name, of those that a layer can read; −1 if it is none of them.</summary>
    private static int PlaceOf(string name, string[] names, int layer) =>
        name == LayerNames.Input ? 0 : Array.IndexOf(names, name, 0, layer) is >= 0 and var place ? place + 1 : -1;

    /// <summary>What of the names that a layer reads is wrong, and why.</summary>
    private static (string Name, string Why)? Fault(
        IReadOnlyList<string> from, ImmutableArray<int> places, string[] names, int layer, bool readsTokens, bool isEmbedding)
    {
        for (int i = 0; i < from.Count; i++)
        {
            string? why = places[i] >= 0
                ? places.IndexOf(places[i]) < i ? "which it reads already; name it once"
                : isEmbedding ? places[i] == 0 ? null : "but an embedding reads the input; remove 'From'"
                : places[i] == 0 && readsTokens ? "which is tokens; read the embedding instead"
                : null
                : from[i] == names[layer] ? "which is the layer itself; a layer reads those before it"
                : names.Contains(from[i]) ? "which stands after it; a layer reads those before it, so move it up"
                : $"but no layer is called that; before it are {string.Join(", ", names.Take(layer).Prepend(LayerNames.Input))}";
            if (why is not null)
            {
                return (from[i], why);
            }
        }

        return null;
    }
}
