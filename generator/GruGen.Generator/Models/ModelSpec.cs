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
/// <param name="Layers">The layers, each after those it reads from; at least one is recurrent.</param>
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
internal sealed record LayerGraph(EquatableArray<EquatableArray<int>> Inputs, EquatableArray<int> Outputs)
{
    /// <summary>Each layer reads what the one before outputs, and the model outputs the last.</summary>
    public static LayerGraph Chain(int layers) => new(
        Enumerable.Range(0, layers).Select(value => (EquatableArray<int>)ImmutableArray.Create(value)).ToImmutableArray(),
        ImmutableArray.Create(layers));

    /// <summary>The layers that read a value, from 0.</summary>
    public IEnumerable<int> ReadersOf(int value) => Enumerable.Range(0, Inputs.Count).Where(layer => Inputs[layer].Contains(value));
}

/// <summary>A type around a model.</summary>
/// <param name="Declaration">The head of a further part of it, such as <c>partial record struct Outer&lt;T&gt;</c>.</param>
internal sealed record ContainerSpec(string Declaration);
