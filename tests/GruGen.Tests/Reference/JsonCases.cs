using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace GruGen.Tests.Reference;

/// <summary>Cases that are in one JSON file, and its numbers with all digits of a double, of which some are texts.</summary>
internal static class JsonCases
{
    public static JsonElement[] Of(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"There are no cases '{name}'.");
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.Clone().GetProperty("cases").EnumerateArray()];
    }

    /// <summary>A number, or the text <c>inf</c>, <c>-inf</c> or <c>nan</c>.</summary>
    public static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : value.GetString() switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        var text => double.Parse(text!, CultureInfo.InvariantCulture),
    };
}
