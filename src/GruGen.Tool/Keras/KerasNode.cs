using System.Text.Json;

namespace GruGen.Tool;

/// <summary>A layer of a Keras model, as its configuration has it.</summary>
/// <param name="Class">Its class, such as <c>GRU</c>.</param>
/// <param name="Name">The name that a user gave it.</param>
/// <param name="Config">Its options.</param>
/// <param name="Inputs">The names of the layers that it reads; empty for the input.</param>
/// <param name="Source">The file, for messages.</param>
internal sealed record KerasNode(string Class, string Name, JsonElement Config, IReadOnlyList<string> Inputs, string Source)
{
    /// <summary>How many features a step of the input has, if the layer says so; otherwise 0.</summary>
    public int Features =>
        (Config.Find("batch_shape") ?? Config.Find("batch_input_shape")) is { ValueKind: JsonValueKind.Array } shape
            && shape.EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Number } last
            && last.TryGetInt32(out int size) ? size : 0;

    /// <summary>An option that is a whole number.</summary>
    public int Whole(string option) => Config.Find(option).Whole($"'{option}' of '{Name}'", Source);

    /// <summary>An option that is a whole number, or an array of one.</summary>
    public int One(string option, int otherwise) => Config.Find(option).One(otherwise, $"'{option}' of '{Name}'", Source);

    /// <summary>An option that is a number.</summary>
    public double Number(string option, double otherwise) =>
        Config.Find(option) is { } value ? ((JsonElement?)value).Number($"'{option}' of '{Name}'", Source) : otherwise;

    /// <summary>An option that is true or false.</summary>
    public bool Truth(string option, bool otherwise) => Config.Find(option)?.ValueKind switch
    {
        null => otherwise,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new InvalidDataException($"'{option}' of '{Name}' in {Source} is neither true nor false."),
    };

    /// <summary>An option that is a text.</summary>
    public string Text(string option, string otherwise) =>
        Config.Find(option) is { } value ? ((JsonElement?)value).Text($"'{option}' of '{Name}'", Source) : otherwise;

    /// <summary>The layer inside this one.</summary>
    public KerasNode? Inner(string option) => Config.Find(option) is { } inner ? Of(inner, [], Source) : null;

    /// <summary>What is not read.</summary>
    public NotSupportedException Unsupported(string what) => new($"'{Name}' in {Source}, a {Class}, {what}.");

    /// <summary>A layer out of its configuration.</summary>
    public static KerasNode Of(JsonElement element, IReadOnlyList<string> inputs, string source)
    {
        string type = element.Find("class_name").Text("The class of a layer", source);
        JsonElement config = element.Find("config") ?? throw new InvalidDataException($"A layer {type} of {source} has no configuration.");
        string module = (element.Find("module") ?? default).ValueKind == JsonValueKind.String ? element.GetProperty("module").GetString()!
            : "keras";
        return module.Split('.')[0] is "keras" or "tf_keras" or "tensorflow"
            ? new KerasNode(type, config.Find("name").Text($"The name of a layer {type}", source), config, inputs, source)
            : throw new InvalidDataException($"{source} has a layer {module}.{type}, which is none of Keras; nothing of it is run.");
    }
}
