using System.Globalization;
using System.Text.Json;

namespace GruGen;

/// <summary>The values of epochs as logs and histories write them.</summary>
internal static class EpochText
{
    /// <summary>The first line of a comma-separated file.</summary>
    public static string CsvHeader(IEnumerable<string> names) => string.Join(',', names.Prepend("epoch").Select(Quoted));

    /// <summary>The line of an epoch.</summary>
    public static string CsvLine(int epoch, params ReadOnlySpan<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"{epoch},{Monitored.Write(values).Replace(' ', ',')}");

    /// <summary>A number, or null where JSON has none.</summary>
    public static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static string Quoted(string name) =>
        name.AsSpan().ContainsAny(",\"\r\n") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
