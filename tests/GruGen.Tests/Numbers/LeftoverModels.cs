namespace GruGen.Tests.Numbers;

// One unit, input or column more than whole vectors, one less, and none too much, in every kind of kernel.

[GruModel(inputSize: 17), Gru(33, Output = SequenceOutput.EveryStep), Dense(17)]
internal sealed partial class LeftoverEveryStep;

[GruModel(inputSize: 5), Gru(17), Dense(33, Activation.Tanh), Dense(49, Activation.Softsign), Dense(1)]
internal sealed partial class LeftoverHeads;

[GruModel(inputSize: 3, Initialization = Initialization.Keras), Dense(65, Activation.Relu), Gru(18, Output = SequenceOutput.EveryStep), Dense(31)]
internal sealed partial class LeftoverBelow;

[GruModel, Embedding(13, 9), Gru(34, Output = SequenceOutput.EveryStep), Dense(13)]
internal sealed partial class LeftoverTokens;

[GruModel(inputSize: 16), Gru(15, ResetAfter = false), Gru(33, ResetAfter = false, Output = SequenceOutput.EveryStep), Dense(15)]
internal sealed partial class LeftoverResetBefore;

[GruModel(inputSize: 4)]
[Gru(17, Bidirectional = true)]
[Gru(19, Reverse = true, UpdateGate = UpdateGate.Replace, Output = SequenceOutput.EveryStep)]
[Dense(18, Activation.Tanh)]
internal sealed partial class LeftoverBothWays;

[GruModel(inputSize: 65), Gru(81), Dense(97)]
internal sealed partial class LeftoverWide;
