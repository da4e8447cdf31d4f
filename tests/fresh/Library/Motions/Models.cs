using GruGen;

namespace Motions;

/// <summary>What all may use.</summary>
[GruModel(inputSize: 3)]
[Gru(16)]
[Dense(1, Activation.Sigmoid)]
public sealed partial class Gesture;

/// <summary>What friends may use.</summary>
[GruModel(inputSize: 3)]
[Gru(16)]
[Dense(2)]
internal sealed partial class Draft;
