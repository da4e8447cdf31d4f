using GruGen;

namespace Regression;

/// <summary>
/// Reads 10 features a step and gives a number. (PyTorch: <c>GRU(10, 20, batch_first=True)</c>, then <c>Linear(20, 1)</c> of the last
/// step's output.)
/// </summary>
[GruModel(inputSize: 10)]
[Gru(20)]
[Dense(1)]
public sealed partial class Regressor;
