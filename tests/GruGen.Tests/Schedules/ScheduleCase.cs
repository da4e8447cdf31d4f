using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace GruGen.Tests.Schedules;

/// <summary>A case of <c>schedules.json</c>: what PyTorch's schedulers, or the equations of others, give for 200 steps.</summary>
internal sealed class ScheduleCase
{
    private static readonly JsonDocument s_file = JsonDocument.Parse(
        Assembly.GetExecutingAssembly().GetManifestResourceStream("schedules") ?? throw new FileNotFoundException("There are no cases of schedules."));

    private readonly JsonElement _case;

    private ScheduleCase(JsonElement element) => _case = element;

    public static ScheduleCase[] All => [.. s_file.RootElement.GetProperty("cases").EnumerateArray().Select(element => new ScheduleCase(element))];

    public string Name => _case.GetProperty("name").GetString()!;

    /// <summary>The learning rate of the optimiser.</summary>
    public double Base => _case.GetProperty("base").GetDouble();

    public static ScheduleCase ByName(string name) => All.Single(other => other.Name == name);

    public bool Has(string values) => _case.TryGetProperty(values, out _);

    public double[] Values(string values) => [.. _case.GetProperty(values).EnumerateArray().Select(Number)];

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble();
}
