using System.Text.Json;

namespace GruGen.Tool;

/// <summary>The layers of a Keras model, and which reads which.</summary>
/// <param name="Nodes">The layers, each after those that it reads.</param>
/// <param name="Outputs">The names of those that are outputs; empty if it is the last one.</param>
/// <param name="Listed">The layers in the order of the file.</param>
internal sealed record KerasConfig(IReadOnlyList<KerasNode> Nodes, IReadOnlyList<string> Outputs, IReadOnlyList<KerasNode> Listed)
{
    private const int MaximumLayers = 1_000;

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">It is none of one input whose layers follow each other.</exception>
    public static KerasConfig Of(JsonElement root, string source) => JsonReading.Guarded(source, () => Read(root, source));

    private static KerasConfig Read(JsonElement root, string source)
    {
        string type = root.Find("class_name").Text("The class of the model", source);
        JsonElement config = root.Find("config") ?? throw new InvalidDataException($"The model of {source} has no configuration.");
        bool isList = config.ValueKind == JsonValueKind.Array; // as Keras 2.1 wrote a Sequential
        IReadOnlyList<JsonElement> layers = (isList ? config : config.Find("layers")).Items("The list of layers", source);
        return type switch
        {
            _ when layers.Count > MaximumLayers =>
                throw new NotSupportedException($"{source} has {layers.Count} layers; up to {MaximumLayers} are read."),
            "Sequential" => Sequential(layers, source),
            "Functional" or "Model" => Functional(layers, config, source),
            _ => throw new NotSupportedException($"{source} is a {type}; Sequential and Functional models are read."),
        };
    }

    private static KerasConfig Sequential(IReadOnlyList<JsonElement> layers, string source)
    {
        var nodes = new List<KerasNode>();
        foreach (JsonElement layer in layers)
        {
            nodes.Add(KerasNode.Of(layer, nodes.Count > 0 ? [nodes[^1].Name] : [], source));
        }

        return new KerasConfig(Distinct(nodes, source), [], nodes);
    }

    private static KerasConfig Functional(IReadOnlyList<JsonElement> layers, JsonElement config, string source)
    {
        List<KerasNode> listed = Distinct([.. layers.Select(layer => KerasNode.Of(layer, Inbound(layer, source), source))], source);
        List<KerasNode> left = [.. listed];
        var ordered = new List<KerasNode>();
        while (left.Count > 0)
        {
            KerasNode next = left.Find(node => node.Inputs.All(input => ordered.Exists(before => before.Name == input)))
                ?? throw new InvalidDataException(
                    $"{source} has layers that read what is not there, or each other: "
                        + $"{string.Join(", ", left.Select(node => node.Name).Take(8))}.");
            left.Remove(next);
            ordered.Add(next);
        }

        IReadOnlyList<JsonElement> outputs = config.Find("output_layers").Items("The list of outputs", source);
        bool isOne = outputs.Count > 0 && outputs[0].ValueKind == JsonValueKind.String; // ["dense", 0, 0] instead of a list of such
        string[] names = isOne ? [((JsonElement?)outputs[0]).Text("An output", source)]
            : [.. outputs.Select(
                output => First(output).Text("An output", source))];
        return names.All(name => ordered.Exists(node => node.Name == name))
            ? new KerasConfig(ordered, names, listed)
            : throw new InvalidDataException($"{source} has the outputs {string.Join(", ", names)}, which are not all layers.");
    }

    /// <summary>The names of what a layer reads, in Keras 2 <c>[[["name", 0, 0, {}], …]]</c>, in Keras 3 tensors with a history.</summary>
    private static List<string> Inbound(JsonElement layer, string source)
    {
        var names = new List<string>();
        IReadOnlyList<JsonElement> nodes = layer.Find("inbound_nodes").Items("What a layer reads", source);
        if (nodes.Count > 1)
        {
            throw new NotSupportedException($"{source} has a layer that is applied {nodes.Count} times.");
        }

        foreach (JsonElement node in nodes)
        {
            Add(node, 0);
        }

        return names;

        void Add(JsonElement element, int depth)
        {
            if (depth > 6)
            {
                throw new InvalidDataException($"What a layer of {source} reads lies too deep.");
            }

            if (element.ValueKind == JsonValueKind.Object)
            {
                if (element.Find("config")?.Find("keras_history") is { } history)
                {
                    Name(history);
                }
                else if (element.Find("args") is { } arguments)
                {
                    Add(arguments, depth + 1);
                }
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                if (element.GetArrayLength() >= 3 && element[0].ValueKind == JsonValueKind.String)
                {
                    Name(element);
                    return;
                }

                foreach (JsonElement part in element.EnumerateArray())
                {
                    Add(part, depth + 1);
                }
            }
        }

        void Name(JsonElement history)
        {
            IReadOnlyList<JsonElement> parts = ((JsonElement?)history).Items("What a layer reads", source);
            names.Add((parts.Count > 0 ? parts[0] : (JsonElement?)null).Text("What a layer reads", source));
            if (parts.Count > 2 && parts[2].ValueKind == JsonValueKind.Number && parts[2].TryGetInt32(out int tensor) && tensor != 0)
            {
                throw new NotSupportedException(
                    $"{source} has a layer that reads the state of '{names[^1]}', which no layer here gives to others.");
            }
        }
    }

    private static JsonElement? First(JsonElement array) =>
        array.ValueKind == JsonValueKind.Array && array.GetArrayLength() > 0 ? array[0] : null;

    private static List<KerasNode> Distinct(List<KerasNode> nodes, string source) =>
        nodes.Count > 0 && nodes.DistinctBy(node => node.Name).Count() == nodes.Count ? nodes
        : throw new InvalidDataException($"{source} has no layers, or two of one name.");
}
