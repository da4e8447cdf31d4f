using GruGen;

namespace Models;

[GruModel(inputSize: 2)]
[Gru(8)]
[Dense(1, Activation.Sigmoid)]
public sealed partial class Gesture;
