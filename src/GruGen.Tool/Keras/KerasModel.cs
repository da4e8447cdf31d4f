namespace GruGen.Tool;

/// <summary>A whole model of Keras: its configuration says all that is computed.</summary>
internal sealed class KerasModel(KerasConfig config, KerasWeights weights, bool isKeras2, string source)
{
    /// <summary>Layers that do nothing outside training.</summary>
    private static readonly HashSet<string> s_ofTraining = ["SpatialDropout1D", "GaussianDropout", "GaussianNoise",
        "ActivityRegularization", "AlphaDropout"];

    /// <summary>Makes the model.</summary>
    public ImportedModel Import(ImportOptions options) => ModelDraft.Read(source, draft => Import(options, draft));

    private ImportedModel Import(ImportOptions options, ModelDraft draft)
    {
        options.NoteVain(draft.Notes);
        draft.LayersSeeMasks = true;
        weights.CheckAllUsed(config.Listed, source);
        var sizes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (KerasNode node in config.Nodes)
        {
            Add(node, draft, sizes);
        }

        draft.RepeatsOutputs = true;
        return draft.Build(options.Name, draft.Layers[0].Schema.Kind == LayerKind.Embedding ? 0 : InputSize(), config.Outputs);
    }

    private int InputSize()
    {
        KerasNode? first = config.Nodes.FirstOrDefault(
            node => weights.Of(node).Count > 0 && node.Class is "GRU" or "Bidirectional" or "Dense" or "TimeDistributed" or "Conv1D");
        StoredTensor kernel = first is null
            ? throw new NotSupportedException($"{source} has no layer that shows how many features it reads.") : weights.Of(first)[0];
        return kernel.Shape[first.Class == "Conv1D" && kernel.Shape.Length > 1 ? 1 : 0];
    }

    private void Add(KerasNode node, ModelDraft draft, Dictionary<string, int> sizes)
    {
        IReadOnlyList<StoredTensor> tensors = weights.Of(node);
        var layers = new KerasLayers(node, tensors);
        int size = node.Inputs.Count == 0 ? node.Features
            : node.Class == "Concatenate" ? node.Inputs.Sum(input => sizes[input]) : sizes[node.Inputs[0]];
        DraftLayer? layer = node.Class switch
        {
            "InputLayer" => null,
            "Embedding" => layers.Embedding(),
            "GRU" or "Bidirectional" => KerasGru.Read(node, tensors, isKeras2, draft.Notes),
            "Dense" => layers.Dense(ActivationAbove(node)),
            "TimeDistributed" when node.Inner("layer") is { Class: "Dense" } inner =>
                new KerasLayers(inner with { Name = node.Name }, tensors).Dense(ActivationAbove(node)),
            "Conv1D" => layers.Convolution(ActivationAbove(node)),
            "LayerNormalization" => layers.LayerNorm(size),
            "BatchNormalization" => layers.BatchNorm(),
            "MaxPooling1D" or "MaxPool1D" => layers.Pool(Pooling.Max),
            "AveragePooling1D" or "AvgPool1D" => layers.Pool(Pooling.Mean),
            "PReLU" => layers.PRelu(size),
            "LeakyReLU" =>
                KerasLayers.PRelu(node.Name, [.. Enumerable.Repeat(node.Number("negative_slope", node.Number("alpha", 0.3)), size)]),
            "Dropout" => DraftLayer.Plain(node.Name, LayerSchema.Dropout(node.Number("rate", 0)), null),
            "GlobalAveragePooling1D" => Pool(node, Pooling.Mean),
            "GlobalMaxPooling1D" or "GlobalMaxPool1D" => Pool(node, Pooling.Max),
            "Masking" => Mask(node, draft),
            "Activation" or "ReLU" or "Softmax" or "ELU" when IsAbove(node) => null,
            "Concatenate" or "Add" => null,
            _ when s_ofTraining.Contains(node.Class) => null,
            _ => throw node.Unsupported("is not read"),
        };
        if (s_ofTraining.Contains(node.Class))
        {
            draft.Notes.Add($"Left out: '{node.Name}', a {node.Class}, which is at work in training only.");
        }

        if (layer is not null)
        {
            draft.Layers.Add(layer);
        }

        draft.Graph.Add(node.Name, layer is null ? null : draft.Layers.Count - 1, node.Inputs, node.Class == "Add");
        sizes[node.Name] = layer?.Schema.OutputSize is > 0 and int own ? own : size;
    }

    private static DraftLayer Pool(KerasNode node, Pooling pooling) => node.Truth("keepdims", false)
        ? throw node.Unsupported("keeps the axis of the steps")
        : DraftLayer.Plain(node.Name, LayerSchema.Pool(pooling), new TextbookPool(pooling));

    private static DraftLayer? Mask(KerasNode node, ModelDraft draft)
    {
        if (draft.Layers.Count > 0)
        {
            throw node.Unsupported("is not the first layer");
        }

        draft.MaskValue = (float)node.Number("mask_value", 0);
        return null;
    }

    /// <summary>
    /// The activation that a layer of its own applies to what this layer gives and nobody else reads; null if there is none.
    /// </summary>
    private string? ActivationAbove(KerasNode node)
    {
        KerasNode[] readers = [.. config.Nodes.Where(other => other.Inputs.Contains(node.Name))];
        return readers is [var reader] && IsAbove(reader) ? Function(reader) : null;
    }

    /// <summary>Whether a layer is an activation of the linear layer below it.</summary>
    private bool IsAbove(KerasNode node) => Function(node) is not null && node.Inputs is [var input] && !config.Outputs.Contains(input)
        && config.Nodes.Count(other => other.Inputs.Contains(input)) == 1
        && config.Nodes.First(other => other.Name == input) is { Class: "Dense" or "Conv1D" } below
            && KerasActivations.Name(below, "activation") == "linear";

    private static string? Function(KerasNode node) => node.Class switch
    {
        "Activation" => KerasActivations.Name(node, "activation"),
        "Softmax" => "softmax",
        "ELU" when node.Number("alpha", 1) == 1 => "elu",
        "ReLU" when node.Config.Find("max_value") is null && node.Number("negative_slope", 0) == 0
            && node.Number("threshold", 0) == 0 => "relu",
        _ => null,
    };
}
