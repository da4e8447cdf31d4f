namespace GruGen.Tests.Emitted;

// RNNoise's graph: voice activity, and the gains of frequency bands; small ones, and that of version 0.1.

[GruModel(inputSize: 7)]
[Dense(5, Activation.Tanh, Name = "input_dense")]
[Gru(5, Name = "vad_gru", Output = SequenceOutput.EveryStep)]
[Dense(1, Activation.Sigmoid, Name = "vad_output", IsOutput = true)]
[Gru(9, Name = "noise_gru", From = ["input_dense", "vad_gru", "input"], Activation = Activation.Relu)]
[Gru(12, Name = "denoise_gru", From = ["vad_gru", "noise_gru", "input"], Output = SequenceOutput.EveryStep)]
[Dense(4, Activation.Sigmoid, Name = "denoise_output")]
internal sealed partial class SmallNoise;

[GruModel(inputSize: 7)]
[Dense(5, Activation.Tanh, Name = "input_dense")]
[Gru(5, Name = "vad_gru", ResetAfter = false, Output = SequenceOutput.EveryStep)]
[Dense(1, Activation.Sigmoid, Name = "vad_output", IsOutput = true)]
[Gru(9, Name = "noise_gru", From = ["input_dense", "vad_gru", "input"], ResetAfter = false, Activation = Activation.Relu)]
[Gru(12, Name = "denoise_gru", From = ["vad_gru", "noise_gru", "input"], ResetAfter = false, Output = SequenceOutput.EveryStep)]
[Dense(4, Activation.Sigmoid, Name = "denoise_output")]
internal sealed partial class SmallNoiseBefore;

[GruModel(inputSize: 42)]
[Dense(24, Activation.Tanh, Name = "input_dense")]
[Gru(24, Name = "vad_gru", ResetAfter = false, Activation = Activation.Relu, Output = SequenceOutput.EveryStep)]
[Dense(1, Activation.Sigmoid, Name = "vad_output", IsOutput = true)]
[Gru(48, Name = "noise_gru", From = ["input_dense", "vad_gru", "input"], ResetAfter = false, Activation = Activation.Relu)]
[Gru(96, Name = "denoise_gru", From = ["vad_gru", "noise_gru", "input"], ResetAfter = false, Activation = Activation.Relu,
    Output = SequenceOutput.EveryStep)]
[Dense(22, Activation.Sigmoid, Name = "denoise_output")]
internal sealed partial class RnNoise;

// A guitar amplifier of FunBox, which adds its input to what the network makes of it.
[GruModel(inputSize: 1)]
[Gru(9, Output = SequenceOutput.EveryStep)]
[Dense(1, Name = "dense1")]
[Join(From = ["dense1", "input"], Combine = Combine.Sum)]
internal sealed partial class Amplifier;
