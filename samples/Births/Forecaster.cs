using GruGen;

namespace Births;

/// <summary>
/// Reads four weeks of births, each day with the calendar of the next one, and forecasts the births of the day after the last.
/// </summary>
[GruModel(1 + CalendarFeatures.Count)]
[Gru(32)]
[Dense(1)]
public sealed partial class Forecaster;

/// <summary>The baseline that sees the same: a number for each feature of each of the four weeks, by which it is multiplied.</summary>
[GruModel(1 + CalendarFeatures.Count)]
[Conv1D(1, kernelSize: 28)]
[Pool(Pooling.Last)]
[Dense(1)]
public sealed partial class LinearForecaster;
