namespace GruGen.Tool;

/// <summary>A GRU of Keras, in one direction or inside a Bidirectional.</summary>
internal static class KerasGru
{
    /// <summary>What both directions of a layer have to have alike.</summary>
    private static readonly string[] s_sameOptions = ["units", "activation", "recurrent_activation", "use_bias", "reset_after",
        "return_sequences"];

    /// <summary>Reads one.</summary>
    /// <param name="node">A GRU, or a Bidirectional around one.</param>
    /// <param name="tensors">Its weights: kernel, recurrent kernel and bias, of both directions one after the other.</param>
    /// <param name="isKeras2">Whether names mean what they do in Keras 2.</param>
    /// <param name="notes">Takes what cannot be said.</param>
    public static DraftLayer Read(KerasNode node, IReadOnlyList<StoredTensor> tensors, bool isKeras2, List<string> notes)
    {
        bool isBoth = node.Class == "Bidirectional";
        KerasNode gru = isBoth
            ? node.Inner("layer") ?? throw new InvalidDataException($"'{node.Name}' in {node.Source} has no layer inside.") : node;
        if (gru.Class != "GRU" || (isBoth && node.Inner("backward_layer") is { } backward && !IsSame(gru, backward)))
        {
            throw node.Unsupported($"is made of a {gru.Class} that is not read, or of two different ones");
        }

        if (gru.Truth("return_state", false) || gru.Truth("time_major", false) || (isBoth && node.Config.Find("merge_mode") is null))
        {
            throw node.Unsupported("gives its state, both directions apart, or reads time before batch");
        }

        if (isBoth && gru.Truth("go_backwards", false))
        {
            throw node.Unsupported("has a forward direction that reads from the end, and the other one from the start");
        }

        if (gru.Truth("zero_output_for_mask", false) || node.Truth("zero_output_for_mask", false))
        {
            throw node.Unsupported("gives zeros at masked steps ('zero_output_for_mask'), which is not read");
        }

        bool everyStep = gru.Truth("return_sequences", false), reverses = !isBoth && gru.Truth("go_backwards", false);
        if (reverses && everyStep)
        {
            throw node.Unsupported("reads from the end and gives every step in that order; here each output stands at its step");
        }

        if (gru.Truth("stateful", false))
        {
            notes.Add($"'{node.Name}' keeps its state from call to call; here a stream does, and a prediction starts anew.");
        }

        GruOptions options = Options(node, gru, isBoth, reverses, isKeras2);
        int units = gru.Whole("units"), each = options.Bias ? 3 : 2;
        if (tensors.Count != each * options.Directions)
        {
            throw new InvalidDataException(
                $"'{node.Name}' in {node.Source} has {tensors.Count} weights, but {each * options.Directions} are expected.");
        }

        (GruWeights Weights, GruCell Cell) first = Direction(node, [.. tensors.Take(each)], units, options);
        (GruWeights Weights, GruCell Cell)? second = isBoth ? Direction(node, [.. tensors.Skip(each)], units, options) : null;
        return new DraftLayer(
            node.Name,
            LayerSchema.Gru(units, everyStep ? SequenceOutput.EveryStep : SequenceOutput.Final, options),
            new TextbookGru(reverses ? null : first.Cell, reverses ? first.Cell : second?.Cell, options.Merge, everyStep),
            (parameters, name) =>
            {
                parameters.SetGru(name, first.Weights);
                _ = second is { } other ? parameters.SetGru(name, other.Weights, reverse: true) : parameters;
            });
    }

    private static GruOptions Options(KerasNode node, KerasNode gru, bool isBoth, bool reverses, bool isKeras2)
    {
        (Activation activation, double? alpha, double? beta) = KerasActivations.NewGate(gru, isKeras2);
        (GateActivation gates, double? gateAlpha) = KerasActivations.Gates(gru, isKeras2);
        return new GruOptions
        {
            Bidirectional = isBoth,
            Reverse = reverses,
            Merge = !isBoth ? default : node.Text("merge_mode", "concat") switch
            {
                "concat" => Merge.Concat,
                "sum" => Merge.Sum,
                "mul" => Merge.Multiply,
                "ave" => Merge.Average,
                var mode => throw node.Unsupported($"merges its directions by '{mode}'"),
            },
            ResetAfter = gru.Truth("reset_after", !isKeras2),
            Bias = gru.Truth("use_bias", true),
            Activation = activation,
            ActivationAlpha = alpha,
            ActivationBeta = beta,
            GateActivation = gates,
            GateActivationAlpha = gateAlpha,
            Dropout = gru.Number("dropout", 0),
            RecurrentDropout = gru.Number("recurrent_dropout", 0),
        };
    }

    private static (GruWeights Weights, GruCell Cell) Direction(
        KerasNode node, IReadOnlyList<StoredTensor> tensors, int units, GruOptions options)
    {
        int gates = checked(3 * units);
        StoredTensor kernel = KerasLayers.Tensor(node, tensors, 0, "kernel", -1, gates);
        StoredTensor recurrent = KerasLayers.Tensor(node, tensors, 1, "recurrent kernel", units, gates);
        StoredTensor? bias = !options.Bias ? null
            : options.ResetAfter ? KerasLayers.Tensor(node, tensors, 2, "bias", 2, gates)
                : KerasLayers.Tensor(node, tensors, 2, "bias", gates);
        GruCell cell = GruCell.Keras(units, kernel.Values, recurrent.Values, bias?.Values);
        return (GruWeights.FromKeras(kernel.Singles(), recurrent.Singles(), bias?.Singles() ?? []),
            GruReading.Complete(cell, options, reverse: false));
    }

    private static bool IsSame(KerasNode forward, KerasNode backward) => backward.Class == forward.Class
        && s_sameOptions.All(option => forward.Config.Find(option)?.GetRawText() == backward.Config.Find(option)?.GetRawText());
}
