namespace GruGen.Tests.Emitted;

// The models of the cases that are more than PyTorch's default: of PyTorch, of Keras, and those that others trained.

[GruModel(inputSize: 7), Gru(33, Output = SequenceOutput.EveryStep, Bias = false)]
internal sealed partial class TorchWithoutBias;

[GruModel(inputSize: 6), Gru(12, Output = SequenceOutput.EveryStep, Bidirectional = true)]
internal sealed partial class TorchBothWays;

[GruModel(inputSize: 5), Gru(10, Output = SequenceOutput.EveryStep, Bidirectional = true)]
internal sealed partial class TorchBothWaysLengths;

[GruModel(inputSize: 4), Gru(9, Bidirectional = true), Gru(9, Bidirectional = true), Gru(9, Output = SequenceOutput.EveryStep, Bidirectional = true)]
internal sealed partial class TorchBothWaysThreeLayers;

[GruModel(inputSize: 6), Gru(11, Output = SequenceOutput.EveryStep, UpdateGate = UpdateGate.Replace)]
internal sealed partial class CellReplace;

[GruModel(inputSize: 6), Gru(16, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.HardSigmoid)]
internal sealed partial class CellHardSigmoid;

[GruModel(inputSize: 6), Gru(11, Output = SequenceOutput.EveryStep, ResetAfter = false, UpdateGate = UpdateGate.Replace)]
internal sealed partial class CellBeforeReplace;

[GruModel(inputSize: 6), Gru(17, Output = SequenceOutput.EveryStep, ResetAfter = false, Bias = false)]
internal sealed partial class CellBeforeWithoutBias;

[GruModel(inputSize: 6), Gru(16, Output = SequenceOutput.EveryStep, ResetAfter = false, Activation = Activation.Relu)]
internal sealed partial class CellBeforeRelu;

[GruModel(inputSize: 6), Gru(11, Output = SequenceOutput.EveryStep, ResetAfter = false)]
internal sealed partial class CellBefore;

[GruModel(inputSize: 5), Gru(6, Output = SequenceOutput.EveryStep, Bidirectional = true)]
internal sealed partial class KerasBothWays;

[GruModel(inputSize: 5), Gru(6, Bidirectional = true, Merge = Merge.Sum)]
internal sealed partial class KerasBothWaysSum;

[GruModel(inputSize: 5), Gru(6, Output = SequenceOutput.EveryStep, Reverse = true)]
internal sealed partial class KerasBackwards;

[GruModel, Embedding(50, 8, PaddingToken = 0), Gru(16), Dense(1, Activation.Sigmoid)]
internal sealed partial class KerasMasked;

[GruModel(inputSize: 5), Gru(6, Bias = false)]
internal sealed partial class KerasWithoutBias;

[GruModel(inputSize: 25), Dense(32, Activation.Tanh), Gru(24, Output = SequenceOutput.EveryStep, ResetAfter = false), Dense(2, Activation.Sigmoid)]
internal sealed partial class Opus;

[GruModel(inputSize: 25), Dense(32, Activation.Tanh), Gru(24, Output = SequenceOutput.EveryStep, ResetAfter = false)]
internal sealed partial class OpusStates;

[GruModel(inputSize: 8), Gru(4, Output = SequenceOutput.EveryStep, Bidirectional = true)]
internal sealed partial class GtcrnBothWays;
