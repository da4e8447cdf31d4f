using System.Text.Json;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Schedules;

/// <summary>A case of <c>schedules.json</c>: what PyTorch's schedulers, or the equations of others, give for 200 steps.</summary>
internal sealed class ScheduleCase
{
    private readonly JsonElement _case;

    private ScheduleCase(JsonElement element) => _case = element;

    public static ScheduleCase[] All => [.. JsonCases.Of("schedules").Select(element => new ScheduleCase(element))];

    public string Name => _case.GetProperty("name").GetString()!;

    /// <summary>The learning rate of the optimiser.</summary>
    public double Base => _case.GetProperty("base").GetDouble();

    public static ScheduleCase ByName(string name) => All.Single(other => other.Name == name);

    public bool Has(string values) => _case.TryGetProperty(values, out _);

    public double[] Values(string values) => [.. _case.GetProperty(values).EnumerateArray().Select(JsonCases.Number)];
}
