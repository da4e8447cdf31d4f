using System.Collections.Immutable;
using System.Text.Json;

namespace GruGen.Tool;

/// <summary>
/// JSON of RTNeural: the layers of a Keras model with their weights in Keras' shapes. Arrays by names are a state dictionary of PyTorch.
/// </summary>
internal static class RTNeuralFile
{
    /// <summary>Reads a file.</summary>
    public static WeightFile Read(byte[] bytes, string source) => JsonReading.Guarded(source, () => ReadRoot(bytes, source));

    private static WeightFile ReadRoot(byte[] bytes, string source)
    {
        JsonElement root = JsonReading.Parse(bytes, source);
        if (root.Find("layers") is not { } list)
        {
            StoredTensor[] named = root.ValueKind == JsonValueKind.Object
                ? [.. root.EnumerateObject().Select(property => property.Value.Tensor(property.Name, source))]
                : throw new InvalidDataException($"{source} is no model of RTNeural.");
            CheckNames(named, source);
            return new WeightFile(
                "JSON of a state dictionary", named, [], options =>
                    new StateDictionary(named, s_nothing, isOrdered: true, source).Import(options));
        }

        RTNeuralLayer[] layers =
        [
            .. ((JsonElement?)list).Items("The list of layers", source).Select((layer, number) => RTNeuralLayer.Of(layer, number, source)),
        ];
        int inputs = Last(root.Find("in_shape"), source);
        return new WeightFile(
            "RTNeural", [.. layers.SelectMany(layer => layer.Weights)], [], options =>
                ModelDraft.Read(source, draft => Import(layers, inputs, options, draft)));
    }

    private static ImportedModel Import(RTNeuralLayer[] layers, int inputs, ImportOptions options, ModelDraft draft)
    {
        options.NoteVain(draft.Notes);
        int size = inputs;
        foreach (RTNeuralLayer layer in layers)
        {
            DraftLayer read = layer.Read(size, draft.Notes);
            draft.Layers.Add(read);
            size = read.Schema.OutputSize is > 0 and int own ? own : size;
            if (layer.Size != size)
            {
                throw new InvalidDataException(
                    $"Layer {layer.Number} of {layer.Source} gives {size} numbers, but its shape says {layer.Size}.");
            }
        }

        return draft.Build(options.Name, inputs);
    }

    /// <summary>The last size of a shape.</summary>
    public static int Last(JsonElement? shape, string source) => shape.Items("A shape", source) is { Count: > 0 } sizes
        ? ((JsonElement?)sizes[^1]).Whole("The last size of a shape", source)
        : throw new InvalidDataException($"A shape of {source} is empty.");

    private static void CheckNames(StoredTensor[] tensors, string source)
    {
        if (tensors.GroupBy(tensor => tensor.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"{source} has two tensors '{twice.Key}'.");
        }
    }

    private static readonly ImmutableDictionary<string, string> s_nothing = ImmutableDictionary<string, string>.Empty;
}
