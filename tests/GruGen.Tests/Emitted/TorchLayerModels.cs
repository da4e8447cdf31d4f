namespace GruGen.Tests.Emitted;

// The models of the cases of single layers, each above a recurrent layer that hands its input on.

[GruModel(inputSize: 9)]
[Gru(9, Activation = Activation.Linear, GateActivation = GateActivation.HardSigmoid, Output = SequenceOutput.EveryStep)]
[Dense(5, Bias = false)]
internal sealed partial class TorchDenseWithoutBias;

[GruModel(inputSize: 17)]
[Gru(17, Activation = Activation.Linear, GateActivation = GateActivation.HardSigmoid)]
[Dense(3, Activation.Tanh, Bias = false)]
internal sealed partial class TorchVectorWithoutBias;
