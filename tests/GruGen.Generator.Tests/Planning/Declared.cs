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
        Initialization: (Values.Initialization)schema.Initialization,
        WeightFormat: (Values.WeightFormat)schema.WeightFormat,
        Layers: schema.Layers.Select((layer, i) => Named(schema, i)).ToImmutableArray())
    {
        MaskValue = schema.MaskValue,
        MaskedOutput = (Values.MaskedOutput)schema.MaskedOutput,
        Graph = new(
            schema.Layers.Select(layer => Sources(schema, layer)).ToImmutableArray(),
            Enumerable.Range(1, schema.Layers.Length).Where(value => schema.Layers[value - 1].IsOutput).ToImmutableArray(),
            schema.Layers.Select(layer => (Values.Combine)layer.Combine).ToImmutableArray()),
    };

    private static Values.EquatableArray<int> Sources(ModelSchema schema, LayerSchema layer) =>
        layer.From.Select(name => name == "input" ? 0 : 1 + schema.Layers.TakeWhile(other => other.Name != name).Count()).ToImmutableArray();

    private static LayerSpec Named(ModelSchema schema, int i)
    {
        LayerSpec layer = Layer(schema.Layers[i], schema.WeightFormat == WeightFormat.BFloat16);
        return schema.Layers[i].Name == GruGen.LayerGraph.UsualName(schema.Layers, i) ? layer : layer with { GivenName = schema.Layers[i].Name };
    }

    private static LayerSpec Layer(LayerSchema layer, bool halves) => layer.Kind switch
    {
        LayerKind.Embedding => new EmbeddingSpec(layer.InputSize, layer.OutputSize) { PaddingToken = layer.PaddingToken },
        LayerKind.Gru => Gru(layer, layer.Options!) with { BFloat16 = halves },
        LayerKind.Dropout => new DropoutSpec(layer.Rate),
        LayerKind.LayerNorm => new LayerNormSpec(layer.Epsilon),
        LayerKind.BatchNorm => new BatchNormSpec(layer.Epsilon),
        LayerKind.PReLU => new PReLUSpec(),
        LayerKind.Join => new JoinSpec(),
        LayerKind.Pool => new PoolSpec((Values.Pooling)layer.Pooling) { Window = layer.Window, Stride = layer.Stride },
        LayerKind.Conv1D => new Conv1DSpec(layer.OutputSize, layer.KernelSize)
        {
            Dilation = layer.Dilation,
            Padding = (Values.ConvPadding)layer.Padding,
            Stride = layer.Stride,
            Activation = (Values.Activation)layer.Activation,
            Bias = layer.Bias,
        },
        _ => new DenseSpec(layer.OutputSize, (Values.Activation)layer.Activation) { Bias = layer.Bias, Residual = layer.Residual },
    };

    private static GruSpec Gru(LayerSchema layer, GruOptions options) => new(layer.HiddenSize, layer.Output == SequenceOutput.EveryStep)
    {
        Options = new Values.GruOptions
        {
            Bidirectional = options.Bidirectional,
            Merge = (Values.Merge)options.Merge,
            Reverse = options.Reverse,
            ResetAfter = options.ResetAfter,
            UpdateGate = (Values.UpdateGate)options.UpdateGate,
            Bias = options.Bias,
            Activation = (Values.Activation)options.Activation,
            GateActivation = (Values.GateActivation)options.GateActivation,
            ActivationAlpha = options.ActivationAlpha,
            ActivationBeta = options.ActivationBeta,
            GateActivationAlpha = options.GateActivationAlpha,
            GateActivationBeta = options.GateActivationBeta,
            ReverseActivation = (Values.Activation?)options.ReverseActivation,
            ReverseActivationAlpha = options.ReverseActivationAlpha,
            ReverseActivationBeta = options.ReverseActivationBeta,
            ReverseGateActivation = (Values.GateActivation?)options.ReverseGateActivation,
            ReverseGateActivationAlpha = options.ReverseGateActivationAlpha,
            ReverseGateActivationBeta = options.ReverseGateActivationBeta,
            Clip = options.Clip,
            InitialState = (Values.InitialState)options.InitialState,
            Dropout = options.Dropout,
            RecurrentDropout = options.RecurrentDropout,
            Residual = options.Residual,
        },
    };
}
