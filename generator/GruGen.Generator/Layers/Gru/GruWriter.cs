using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Layers;

/// <summary>Writes what a recurrent layer is, and how the parameters of its directions lie.</summary>
internal sealed class GruWriter(GruLayerPlan layer) : LayerWriter
{
    private readonly GruPlan _kernel = layer.Kernel;

    /// <inheritdoc/>
    public override string Schema => $"Gru({Literal(_kernel.HiddenSize)}, {Output}{Options(layer.Spec.Options)})";

    /// <inheritdoc/>
    public override string Summary
    {
        get
        {
            GruOptions options = layer.Spec.Options;
            string[] words =
            [
                layer.Spec.EveryStep ? "every step" : "final state",
                options.Bidirectional ? $"bidirectional ({options.Merge.ToString().ToLowerInvariant()})" : options.Reverse ? "reverse" : "",
                options.ResetAfter ? "" : "reset before",
                options.UpdateGate == UpdateGate.Keep ? "" : "z replaces",
                .. Curves(GruActivations.Of(options)),
                options.Bidirectional && GruActivations.OfReverse(options) != GruActivations.Of(options)
                    ? $"reverse {string.Join(", ", Curves(GruActivations.OfReverse(options)).DefaultIfEmpty("tanh"))}"
                    : "",
                options.Clip > 0 ? $"clip {Real(options.Clip)}" : "",
                options.Bias ? "" : "no bias",
                options.InitialState == InitialState.Zero ? "" : "learned initial state",
                options.Dropout > 0 ? $"dropout {Real(options.Dropout)}" : "",
                options.RecurrentDropout > 0 ? $"recurrent dropout {Real(options.RecurrentDropout)}" : "",
                options.Residual ? "residual" : "",
            ];
            return string.Join(", ", words.Where(word => word.Length > 0));
        }
    }

    /// <summary>The activations, where they are not tanh and the sigmoid.</summary>
    private static IEnumerable<string> Curves(GruActivations activations)
    {
        if (activations.New != Activation.Tanh)
        {
            yield return Words(activations.New.ToString(), activations.NewParameters);
        }

        if (activations.Gates != GateActivation.Sigmoid)
        {
            bool isOwn = activations.GateParameters == ActivationParameters.Of(activations.Gates);
            yield return activations.Gates switch
            {
                GateActivation.HardSigmoid when isOwn => "hard sigmoid",
                GateActivation.HardSigmoidKeras2 when isOwn => "hard sigmoid of Keras 2",
                _ => "gates " + Words(activations.Gates.ToString(), activations.GateParameters),
            };
        }

        static string Words(string name, ActivationParameters numbers)
        {
            IEnumerable<string> given = new[] { numbers.Alpha, numbers.Beta }.OfType<double>().Select(Real);
            return name.ToLowerInvariant() + (numbers.Alpha is null ? "" : $"({string.Join(", ", given)})");
        }
    }

    private string Output => layer.Spec.EveryStep ? "global::GruGen.SequenceOutput.EveryStep" : "global::GruGen.SequenceOutput.Final";

    /// <summary>What the update gate's weights are multiplied by.</summary>
    private static string Update(GruDirectionPlan direction) =>
        direction.Layer.Spec.Options.UpdateGate == UpdateGate.Replace && !direction.Kernel.Variant.Replaces ? "-1f" : "1f";

    private string Sizes => $"{_kernel.InputSize}, {_kernel.HiddenSize}";

    /// <inheritdoc/>
    public override IEnumerable<string> Pack()
    {
        string method = $"{Kernels}GruLayout.Pack{(layer.Spec.Options.ResetAfter ? "" : "ResetBefore")}<TVector>";
        foreach (GruDirectionPlan direction in layer.Directions)
        {
            string packed = $"{Weights(direction)}, {Biases(direction)}";
            yield return $"{method}({Parameters(direction, "parameters")}, {Update(direction)}, {Sizes}, {packed});";
            if (direction.OffsetOf(GruTensor.InitialState) is { } initial)
            {
                string name = direction.NameOf(GruTensor.InitialState);
                string copy = $"{At("parameters", initial, name)}, {At("packed", direction.InitialStateOffset, name)}";
                yield return $"{Kernels}Packing.Copy({copy}, {_kernel.HiddenSize});";
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> PackBackward() => layer.Directions.Select(direction =>
    {
        string inputs = Parameter(direction, GruTensor.WeightIh, "parameters"),
            states = Parameter(direction, GruTensor.WeightHh, "parameters");
        string rows = At("packed", direction.Start.Backward, direction.Label + " weights");
        return $"{Kernels}GruLayout.PackBackward({inputs}, {states}, {Update(direction)}, {Sizes}, {rows});";
    });

    /// <inheritdoc/>
    public override IEnumerable<string> Prepare()
    {
        foreach (GruDirectionPlan direction in layer.Directions)
        {
            string weights = Weights(direction);
            if (_kernel.Variant.Pairs)
            {
                yield return $"{Kernels}GruLayout.PackPairs<TVector>({weights}, {Sizes}, {Prepared(direction, "pairs")});";
            }

            if (layer.Table is { Kernel: var table })
            {
                string tokens = $"ref table, {table.Size}, {Prepared(direction, "biases of tokens")}, {Literal(table.Vocabulary)}";
                yield return Kernel(layer, "Project") + $"({tokens}, {weights}, {Biases(direction)});";
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> StoreGradients()
    {
        foreach (GruDirectionPlan direction in layer.Directions)
        {
            string tensors = $"{Parameters(direction, "gradients")}{(layer.Spec.Options.ResetAfter ? "" : ", ref NoTensor")}";
            string sums = GradientSums(direction.Start.Gradients, direction.Label);
            yield return $"{Kernels}GruLayout.StoreGradients({sums}, {Update(direction)}, {Sizes}, {tensors});";
            if (direction.OffsetOf(GruTensor.InitialState) is { } initial)
            {
                string name = direction.NameOf(GruTensor.InitialState);
                yield return Stored(name, direction.InitialStateGradientOffset, _kernel.HiddenSize, initial, 1, _kernel.HiddenSize);
            }
        }
    }

    /// <summary>The weights and biases of a direction; what the layer does without is a null reference.</summary>
    private static string Parameters(GruDirectionPlan direction, string buffer)
    {
        GruTensor[] tensors = direction.Layer.Spec.Options.ResetAfter
            ? [GruTensor.WeightIh, GruTensor.WeightHh, GruTensor.BiasIh, GruTensor.BiasHh]
            : [GruTensor.WeightIh, GruTensor.WeightHh, GruTensor.BiasIh];
        return string.Join(", ", tensors.Select(tensor => Parameter(direction, tensor, buffer)));
    }

    private static string Parameter(GruDirectionPlan direction, GruTensor tensor, string buffer) =>
        direction.OffsetOf(tensor) is { } offset ? At(buffer, offset, direction.NameOf(tensor)) : "ref NoTensor";

    private static string Weights(GruDirectionPlan direction) => At("packed", direction.Start.Packed, direction.Label + " weights");

    private static string Biases(GruDirectionPlan direction) => At("packed", direction.BiasOffset, direction.Label + " biases");

    private static string Prepared(GruDirectionPlan direction, string what) =>
        At("prepared", direction.Start.Prepared, $"{direction.Label} {what}");

    /// <summary>What a recurrent layer is beyond its sizes; nothing for the plain one.</summary>
    private static string Options(GruOptions options)
    {
        string[] given = [.. OptionText.Given(options, GruOptions.Default)];
        return given.Length == 0 ? "" : $",\n    new global::GruGen.GruOptions {{ {string.Join(", ", given)} }}";
    }
}
