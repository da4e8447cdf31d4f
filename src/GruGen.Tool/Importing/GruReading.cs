namespace GruGen.Tool;

/// <summary>The options of a GRU out of words, and the same for a textbook.</summary>
internal sealed class GruReading(LayerWords words)
{
    /// <summary>The options.</summary>
    /// <param name="isBoth">Whether there are weights of two directions.</param>
    /// <param name="hasBias">Whether there are biases.</param>
    /// <param name="resetsBefore">Whether the tensors tell that it resets before the product.</param>
    /// <param name="learnsState">Whether there is an initial state.</param>
    public GruOptions Options(bool isBoth, bool hasBias, bool resetsBefore, bool learnsState)
    {
        string direction = words.Word(
            "direction", isBoth ? "both" : "forward", ("forward", "forward"), ("reverse", "reverse"), ("both", "both"));
        if ((direction == "both") != isBoth)
        {
            throw new InvalidDataException(
                $"'direction' is '{direction}', but the tensors are those of {(isBoth ? "both directions" : "one direction")}.");
        }

        (Activation Activation, double? Alpha, double? Beta) current = words.NewGate("") ?? (Activation.Tanh, null, null);
        (GateActivation Activation, double? Alpha, double? Beta) gates = words.Gates("") ?? (GateActivation.Sigmoid, null, null);
        (Activation Activation, double? Alpha, double? Beta)? reverse = words.NewGate("reverse_");
        (GateActivation Activation, double? Alpha, double? Beta)? reverseGates = words.Gates("reverse_");
        return new GruOptions
        {
            Bidirectional = isBoth,
            Reverse = direction == "reverse",
            Merge = words.Word(
                "merge",
                Merge.Concat,
                ("concat", Merge.Concat), ("sum", Merge.Sum), ("multiply", Merge.Multiply), ("average", Merge.Average)),
            ResetAfter = words.Word("reset", !resetsBefore, ("after", true), ("before", false)),
            UpdateGate = words.Word("update", UpdateGate.Keep, ("keep", UpdateGate.Keep), ("replace", UpdateGate.Replace)),
            Bias = hasBias,
            Activation = current.Activation,
            ActivationAlpha = current.Alpha,
            ActivationBeta = current.Beta,
            GateActivation = gates.Activation,
            GateActivationAlpha = gates.Alpha,
            GateActivationBeta = gates.Beta,
            ReverseActivation = reverse?.Activation,
            ReverseActivationAlpha = reverse?.Alpha,
            ReverseActivationBeta = reverse?.Beta,
            ReverseGateActivation = reverseGates?.Activation,
            ReverseGateActivationAlpha = reverseGates?.Alpha,
            ReverseGateActivationBeta = reverseGates?.Beta,
            Clip = words.Number("clip") ?? 0,
            Residual = words.Truth("residual"),
            InitialState = learnsState ? InitialState.Learned : InitialState.Zero,
        };
    }

    /// <summary>The weights of a direction with what is computed with them.</summary>
    public static GruCell Complete(GruCell cell, GruOptions options, bool reverse)
    {
        bool own = reverse && options.ReverseActivation is not null, ownGates = reverse && options.ReverseGateActivation is not null;
        double? alpha = (reverse ? options.ReverseActivationAlpha : null) ?? (own ? null : options.ActivationAlpha);
        double? beta = (reverse ? options.ReverseActivationBeta : null) ?? (own ? null : options.ActivationBeta);
        double? gateAlpha = (reverse ? options.ReverseGateActivationAlpha : null) ?? (ownGates ? null : options.GateActivationAlpha);
        double? gateBeta = (reverse ? options.ReverseGateActivationBeta : null) ?? (ownGates ? null : options.GateActivationBeta);
        return cell with
        {
            ResetAfter = options.ResetAfter,
            Replaces = options.UpdateGate == UpdateGate.Replace,
            Activation = TextbookFunctions.Of(own ? options.ReverseActivation!.Value : options.Activation, alpha, beta),
            Gate = TextbookFunctions.Of(ownGates ? options.ReverseGateActivation!.Value : options.GateActivation, gateAlpha, gateBeta),
            Clip = options.Clip > 0 ? options.Clip : double.PositiveInfinity,
        };
    }
}
