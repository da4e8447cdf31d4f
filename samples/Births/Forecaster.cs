using GruGen;

namespace Births;

/// <summary>Reads four weeks of births, each day with the calendar of the next one, and forecasts the births of the day after the last.</summary>
[GruModel(1 + CalendarFeatures.Count)]
[Gru(32)]
[Dense(1)]
public sealed partial class Forecaster;
