using System.Collections.Immutable;
using GruGen.Generator.Layers;
using GruGen.Generator.Values;

namespace GruGen.Generator.Models;

/// <summary>
/// All that the build knows of a model: names to write it with and numbers to plan it from. Equal declarations give equal specs, wherever
/// they stand, so an edit that does not change the model ends here.
/// </summary>
/// <param name="Name">The identifier, without @.</param>
/// <param name="MetadataName">The full metadata name, <c>Namespace.Outer`1+Inner</c>.</param>
/// <param name="HintName">The name of the emitted file, without extension; no other model of the compilation has it in any case.</param>
/// <param name="Namespace">The namespace, "" for the global one; parts that are keywords have their @.</param>
/// <param name="Containers">The types around the model, the outermost first.</param>
/// <param name="Declaration">The head of a further part, such as <c>partial class @class&lt;T&gt;</c>.</param>
/// <param name="TypeName">The type inside its own declaration, <c>@class&lt;T&gt;</c>.</param>
/// <param name="ConstructorName">The name its constructors are declared with, <c>@class</c>.</param>
/// <param name="InputSize">The number of features a step; 0 if the model reads tokens.</param>
/// <param name="Initialization">How the values are drawn that the parameters start with.</param>
/// <param name="WeightFormat">How predictions read the weights of recurrent layers; their specs say it too.</param>
/// <param name="Layers">The layers, each after those it reads from.</param>
internal sealed record ModelSpec(
    string Name,
    string MetadataName,
    string HintName,
    string Namespace,
    EquatableArray<ContainerSpec> Containers,
    string Declaration,
    string TypeName,
    string ConstructorName,
    int InputSize,
    Initialization Initialization,
    WeightFormat WeightFormat,
    EquatableArray<LayerSpec> Layers)
{
    /// <summary>The number that all features of a step have which only fills its sequence; null if there is none.</summary>
    public double? MaskValue { get; init; }

    /// <summary>What is output at such steps.</summary>
    public MaskedOutput MaskedOutput { get; init; }

    /// <summary>What the layers read: each the one before, unless told otherwise.</summary>
    public LayerGraph Graph { get; init; } = LayerGraph.Chain(Layers.Count);
}

/// <summary>How the values of a model hang together: value 0 is its input, value i what layer i outputs, counted from 1.</summary>
/// <param name="Inputs">The values that each layer reads.</param>
/// <param name="Outputs">The values that the model outputs.</param>
/// <param name="Combines">What becomes of the values of each layer that reads several.</param>
internal sealed record LayerGraph(
    EquatableArray<EquatableArray<int>> Inputs, EquatableArray<int> Outputs, EquatableArray<Combine> Combines)
{
    /// <summary>Each layer reads what the one before outputs, and the model outputs the last.</summary>
    public static LayerGraph Chain(int layers) => new(
        Enumerable.Range(0, layers).Select(value => (EquatableArray<int>)ImmutableArray.Create(value)).ToImmutableArray(),
        ImmutableArray.Create(layers),
        Enumerable.Repeat(Combine.Concat, layers).ToImmutableArray());

    /// <summary>Whether each layer reads the one before, and the model outputs the last.</summary>
    public bool IsChain => this == Chain(Inputs.Count);

    /// <summary>The layers that read a value, from 0.</summary>
    public IEnumerable<int> ReadersOf(int value) => Enumerable.Range(0, Inputs.Count).Where(layer => Inputs[layer].Contains(value));

    /// <summary>
    /// The one layer that a layer reads, from 0, which nobody else does; null if that is the model's input, or there are several.
    /// </summary>
    public int? Below(int layer) =>
        Inputs[layer] is { Count: 1 } inputs && inputs[0] > 0 && Above(inputs[0] - 1) == layer ? inputs[0] - 1 : null;

    /// <summary>The one layer that reads a layer and nothing else, from 0; null if there is none, or several, or it is an output.</summary>
    public int? Above(int layer)
    {
        int[] readers = [.. ReadersOf(layer + 1)];
        return readers.Length == 1 && Inputs[readers[0]].Count == 1 && !Outputs.Contains(layer + 1) ? readers[0] : null;
    }

    /// <summary>The size of what a layer reads, from the sizes of all values before it.</summary>
    public int SizeOf(int layer, IReadOnlyList<int> sizes) => Combines[layer] == Combine.Sum
        ? sizes[Inputs[layer][0]]
        : Inputs[layer].Sum(value => sizes[value]);
}

/// <summary>A type around a model.</summary>
/// <param name="Declaration">The head of a further part of it, such as <c>partial record struct Outer&lt;T&gt;</c>.</param>
internal sealed record ContainerSpec(string Declaration);
