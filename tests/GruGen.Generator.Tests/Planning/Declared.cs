using System.Collections.Immutable;
using GruGen.Generator.Specs;

namespace GruGen.Generator.Tests.Planning;

/// <summary>What the parser would read from a declaration of these layers, without a compiler.</summary>
internal static class Declared
{
    public static ModelSpec Model(ModelSchema schema) => new(
        Name: schema.Name,
        MetadataName: schema.Name,
        HintName: schema.Name,
        Namespace: "",
        Containers: ImmutableArray<ContainerSpec>.Empty,
        Declaration: $"partial class {schema.Name}",
        TypeName: schema.Name,
        ConstructorName: schema.Name,
        InputSize: schema.ReadsTokens ? 0 : schema.InputSize,
        Layers: schema.Layers.Select(Layer).ToImmutableArray());

    private static LayerSpec Layer(LayerSchema layer) => layer.Kind switch
    {
        LayerKind.Embedding => new EmbeddingSpec(layer.InputSize, layer.OutputSize),
        LayerKind.Gru => new GruSpec(layer.OutputSize, layer.Output == Steps.Every),
        _ => new DenseSpec(layer.OutputSize, (DenseActivation)layer.Activation),
    };
}
