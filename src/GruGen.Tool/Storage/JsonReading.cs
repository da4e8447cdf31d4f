using System.Text.Json;

namespace GruGen.Tool;

/// <summary>Reads JSON that somebody else wrote.</summary>
internal static class JsonReading
{
    /// <summary>The root of a text.</summary>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> text, string source)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{source} is no valid JSON: {exception.Message}", exception);
        }
    }

    /// <summary>Reads something of a document, whose texts may be no Unicode.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public static T Guarded<T>(string source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException($"{source} has a text that is no valid Unicode.", exception);
        }
    }

    /// <summary>A property; null if there is none, or the element is no object.</summary>
    public static JsonElement? Find(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)
            && value.ValueKind != JsonValueKind.Null
            ? value : null;

    /// <summary>The elements of an array.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static IReadOnlyList<JsonElement> Items(this JsonElement? element, string what, string source) =>
        element is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()]
        : throw new InvalidDataException($"{what} of {source} is no array.");

    /// <summary>A whole number from 0 on.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static int Whole(this JsonElement? element, string what, string source) =>
        element is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value) && value >= 0 ? value
        : throw new InvalidDataException($"{what} of {source} is {element?.GetRawText() ?? "not given"}, but a whole number is expected.");

    /// <summary>A whole number from 0 on, or an array of one; another if there is none.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static int One(this JsonElement? element, int otherwise, string what, string source) => element switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Array } array when array.GetArrayLength() == 1 => ((JsonElement?)array[0]).Whole(what, source),
        _ => element.Whole(what, source),
    };

    /// <summary>A number.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static double Number(this JsonElement? element, string what, string source) =>
        element is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out double value) ? value
        : throw new InvalidDataException($"{what} of {source} is {element?.GetRawText() ?? "not given"}, but a number is expected.");

    /// <summary>A text.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static string Text(this JsonElement? element, string what, string source) =>
        element is { ValueKind: JsonValueKind.String } text ? text.GetString()!
        : throw new InvalidDataException($"{what} of {source} is {element?.GetRawText() ?? "not given"}, but a text is expected.");

    /// <summary>Arrays in arrays as a tensor.</summary>
    /// <exception cref="InvalidDataException">They are not of one length, or not of numbers.</exception>
    public static StoredTensor Tensor(this JsonElement element, string name, string source)
    {
        var shape = new List<int>();
        for (JsonElement first = element; first.ValueKind == JsonValueKind.Array; first = first[0])
        {
            shape.Add(first.GetArrayLength());
            if (shape[^1] == 0)
            {
                break;
            }
        }

        long count = shape.Aggregate(1L, (product, size) => Math.Min(int.MaxValue, product * size));
        double[] values = count <= element.GetRawText().Length ? new double[count]
            : throw new InvalidDataException($"'{name}' of {source} has rows of different lengths."); // each number has a character
        int place = 0;
        Add(element, 0);
        return new StoredTensor(name, "F32", [.. shape], () => values);

        void Add(JsonElement part, int axis)
        {
            if (axis == shape.Count)
            {
                values[place++] = ((JsonElement?)part).Number($"'{name}'", source);
                return;
            }

            if (part.ValueKind != JsonValueKind.Array || part.GetArrayLength() != shape[axis])
            {
                throw new InvalidDataException($"'{name}' of {source} has rows of different lengths.");
            }

            foreach (JsonElement item in part.EnumerateArray())
            {
                Add(item, axis + 1);
            }
        }
    }
}
