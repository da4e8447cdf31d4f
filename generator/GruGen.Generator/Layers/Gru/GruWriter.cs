using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Layers;

/// <summary>Writes what a recurrent layer is, and how the parameters of its directions lie.</summary>
internal sealed class GruWriter(GruLayerPlan layer) : LayerWriter
{
    private readonly GruPlan _kernel = layer.Kernel;

    /// <inheritdoc/>
    public override string Schema =>
        $"Gru({Literal(_kernel.HiddenSize)}, global::GruGen.Steps.{(layer.Spec.EveryStep ? "Every" : "Last")}{Options(layer.Spec)})";

    /// <inheritdoc/>
    public override string Summary
    {
        get
        {
            GruSpec gru = layer.Spec;
            string[] words =
            [
                gru.EveryStep ? "every step" : "final state",
                gru.Direction switch
                {
                    Direction.Both => $"bidirectional ({gru.Merge.ToString().ToLowerInvariant()})",
                    Direction.Reverse => "reverse",
                    _ => "",
                },
                gru.ResetAfter ? "" : "reset before",
                gru.UpdateReplaces ? "z replaces" : "",
                gru.Activation == Curve.Tanh ? "" : gru.Activation.ToString().ToLowerInvariant(),
                gru.GateActivation == GateCurve.Sigmoid ? "" : gru.GateActivation == GateCurve.HardSigmoid ? "hard sigmoid" : "hard sigmoid of Keras 2",
                gru.Bias ? "" : "no bias",
                gru.LearnedInitialState ? "learned initial state" : "",
                gru.Dropout > 0 ? $"dropout {Real(gru.Dropout)}" : "",
                gru.RecurrentDropout > 0 ? $"recurrent dropout {Real(gru.RecurrentDropout)}" : "",
                gru.Residual ? "residual" : "",
            ];
            return string.Join(", ", words.Where(word => word.Length > 0));
        }
    }

    /// <summary>What the update gate's weights are multiplied by.</summary>
    private string Update => layer.Spec.UpdateReplaces ? "-1f" : "1f";

    private string Sizes => $"{_kernel.InputSize}, {_kernel.HiddenSize}";

    /// <inheritdoc/>
    public override IEnumerable<string> Pack()
    {
        string method = $"{Kernels}GruLayout.Pack{(layer.Spec.ResetAfter ? "" : "ResetBefore")}<TVector>";
        foreach (GruDirectionPlan direction in layer.Directions)
        {
            string packed = $"{At("packed", direction.Start.Packed)}, {At("packed", direction.BiasOffset)}";
            yield return $"{method}({Parameters(direction, "parameters")}, {Update}, {Sizes}, {packed});";
            if (direction.OffsetOf(GruTensor.InitialState) is { } initial)
            {
                yield return $"{Kernels}Packing.Copy({At("parameters", initial)}, {At("packed", direction.InitialStateOffset)}, {_kernel.HiddenSize});";
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> PackBackward() => layer.Directions.Select(direction =>
    {
        string weights = $"{At("parameters", direction.OffsetOf(GruTensor.WeightIh)!.Value)}, "
            + At("parameters", direction.OffsetOf(GruTensor.WeightHh)!.Value);
        return $"{Kernels}GruLayout.PackBackward({weights}, {Update}, {Sizes}, {At("packed", direction.Start.Backward)});";
    });

    /// <inheritdoc/>
    public override IEnumerable<string> Prepare()
    {
        foreach (GruDirectionPlan direction in layer.Directions)
        {
            string prepared = At("prepared", direction.Start.Prepared), weights = At("packed", direction.Start.Packed);
            if (_kernel.Variant.Pairs)
            {
                yield return $"{Kernels}GruLayout.PackPairs<TVector>({weights}, {Sizes}, {prepared});";
            }

            if (layer.Table is { Kernel: var table })
            {
                string tokens = $"ref table, {table.Size}, {prepared}, {Literal(table.Vocabulary)}";
                yield return Kernel(layer, "Project") + $"({tokens}, {weights}, {At("packed", direction.BiasOffset)});";
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> StoreGradients()
    {
        foreach (GruDirectionPlan direction in layer.Directions)
        {
            string tensors = $"{Parameters(direction, "gradients")}{(layer.Spec.ResetAfter ? "" : ", ref NoTensor")}";
            yield return $"{Kernels}GruLayout.StoreGradients({GradientSums(direction.Start.Gradients)}, {Update}, {Sizes}, {tensors});";
            if (direction.OffsetOf(GruTensor.InitialState) is { } initial)
            {
                yield return Stored(direction.InitialStateGradientOffset, _kernel.HiddenSize, initial, 1, _kernel.HiddenSize);
            }
        }
    }

    /// <summary>The weights and biases of a direction; what the layer does without is a null reference.</summary>
    private static string Parameters(GruDirectionPlan direction, string buffer)
    {
        GruTensor[] tensors = direction.Layer.Spec.ResetAfter
            ? [GruTensor.WeightIh, GruTensor.WeightHh, GruTensor.BiasIh, GruTensor.BiasHh]
            : [GruTensor.WeightIh, GruTensor.WeightHh, GruTensor.BiasIh];
        return string.Join(", ", tensors.Select(tensor => direction.OffsetOf(tensor) is { } offset ? At(buffer, offset) : "ref NoTensor"));
    }

    /// <summary>What a recurrent layer is beyond its sizes; nothing for the plain one.</summary>
    private static string Options(GruSpec gru)
    {
        string[] options =
        [
            .. new (bool Given, string Text)[]
            {
                (gru.Direction == Direction.Both, "Bidirectional = true"),
                (gru.Merge != Merge.Concat, $"Merge = global::GruGen.Merge.{gru.Merge}"),
                (gru.Direction == Direction.Reverse, "Reverse = true"),
                (!gru.ResetAfter, "ResetAfter = false"),
                (gru.UpdateReplaces, "UpdateGate = global::GruGen.UpdateGate.Replace"),
                (!gru.Bias, "Bias = false"),
                (gru.Activation != Curve.Tanh, $"Activation = global::GruGen.Activation.{gru.Activation}"),
                (gru.GateActivation != GateCurve.Sigmoid, $"GateActivation = global::GruGen.GateActivation.{gru.GateActivation}"),
                (gru.LearnedInitialState, "InitialState = global::GruGen.InitialState.Learned"),
                (gru.Dropout > 0, $"Dropout = {Real(gru.Dropout)}"),
                (gru.RecurrentDropout > 0, $"RecurrentDropout = {Real(gru.RecurrentDropout)}"),
                (gru.Residual, "Residual = true"),
            }.Where(option => option.Given).Select(option => option.Text),
        ];
        return options.Length == 0 ? "" : $",\n    new global::GruGen.GruOptions {{ {string.Join(", ", options)} }}";
    }
}
