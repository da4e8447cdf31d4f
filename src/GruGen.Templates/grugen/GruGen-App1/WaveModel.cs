using GruGen;

/// <summary>Reads a wave sample by sample, and says whether it is a sine, a square or a triangle.</summary>
[GruModel(inputSize: 1)]
[Gru(16)]
[Dense(3, Activation.Softmax)]
public sealed partial class WaveModel;
