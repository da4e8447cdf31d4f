using System.Collections.Immutable;

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
        KerasInitialization: schema.Initialization == Initialization.Keras,
        BFloat16: schema.WeightFormat == WeightFormat.BFloat16,
        Layers: schema.Layers.Select(layer => Layer(layer, schema.WeightFormat == WeightFormat.BFloat16)).ToImmutableArray());

    private static LayerSpec Layer(LayerSchema layer, bool halves) => layer.Kind switch
    {
        LayerKind.Embedding => new EmbeddingSpec(layer.InputSize, layer.OutputSize) { PaddingToken = layer.PaddingToken },
        LayerKind.Gru => Gru(layer, layer.Options!) with { BFloat16 = halves },
        LayerKind.Dropout => new DropoutSpec(layer.Rate),
        LayerKind.LayerNorm => new LayerNormSpec(layer.Epsilon),
        LayerKind.Pool => new PoolSpec((Layers.Pooling)layer.Pooling),
        _ => new DenseSpec(layer.OutputSize, (Curve)layer.Activation) { Residual = layer.Residual },
    };

    private static GruSpec Gru(LayerSchema layer, GruOptions options) => new(layer.HiddenSize, layer.Output == Steps.Every)
    {
        Direction = options.Bidirectional ? Direction.Both : options.Reverse ? Direction.Reverse : Direction.Forward,
        Merge = (Layers.Merge)options.Merge,
        ResetAfter = options.ResetAfter,
        UpdateReplaces = options.UpdateGate == UpdateGate.Replace,
        Bias = options.Bias,
        Activation = (Curve)options.Activation,
        GateActivation = (GateCurve)options.GateActivation,
        LearnedInitialState = options.InitialState == InitialState.Learned,
        Dropout = options.Dropout,
        RecurrentDropout = options.RecurrentDropout,
        Residual = options.Residual,
    };
}
