using GruGen;

/// <summary>Tells movements apart by an accelerometer, which gives three numbers a step.</summary>
[GruModel(inputSize: 3)]
[Gru(32)]
[Dense(3, Activation.Softmax)]
internal sealed partial class Gesture;
