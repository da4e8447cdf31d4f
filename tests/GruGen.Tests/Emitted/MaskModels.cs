namespace GruGen.Tests.Emitted;

// The models of the shapes with masks.

[GruModel(inputSize: 3, MaskValue = 0), Gru(6), Dense(2)]
internal sealed partial class Masked;

[GruModel(inputSize: 3, MaskValue = -0.5), Gru(9, Output = SequenceOutput.EveryStep), Dense(7, Activation.Softmax)]
internal sealed partial class MaskedEveryStep;

[GruModel(inputSize: 1, MaskValue = 0.25)]
[Gru(5, Bidirectional = true)]
[Dense(4, Activation.Tanh)]
[Gru(3, Output = SequenceOutput.EveryStep, Reverse = true)]
[Dense(2)]
internal sealed partial class MaskedBothWays;

[GruModel(inputSize: 4, MaskValue = 0), Gru(5), Pool(Pooling.Mean), Dense(2)]
internal sealed partial class MaskedPooled;

[GruModel(inputSize: 4, MaskValue = 0), Gru(4, Residual = true), Gru(5, ResetAfter = false, InitialState = InitialState.Learned)]
internal sealed partial class MaskedLearnedStates;

[GruModel(inputSize: 3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat), Gru(9, Output = SequenceOutput.EveryStep)]
internal sealed partial class Repeating;

[GruModel(inputSize: 3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat)]
[Gru(9, Bidirectional = true)]
[LayerNorm]
[Gru(5, Output = SequenceOutput.EveryStep)]
[Dense(4, Activation.Softmax)]
internal sealed partial class RepeatingDense;

[GruModel(inputSize: 3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat), Gru(9, Output = SequenceOutput.EveryStep, Reverse = true), Dense(2)]
internal sealed partial class RepeatingBackwards;

[GruModel(inputSize: 3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat), Gru(9, Output = SequenceOutput.EveryStep, Bidirectional = true)]
internal sealed partial class RepeatingBothWays;

[GruModel(inputSize: 3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat), Gru(9, Output = SequenceOutput.EveryStep, Bidirectional = true), Join]
internal sealed partial class RepeatingBothWaysJoined;

[GruModel(MaskedOutput = MaskedOutput.Repeat), Embedding(7, 3, PaddingToken = 3), Gru(9, Output = SequenceOutput.EveryStep), Dense(7, Activation.Softmax)]
internal sealed partial class RepeatingPadding;

[GruModel(MaskedOutput = MaskedOutput.Repeat), Embedding(7, 3, PaddingToken = 0), Gru(5), Gru(4, Output = SequenceOutput.EveryStep, Bidirectional = true)]
internal sealed partial class RepeatingPaddingBothWays;

// Those of the cases of Keras.

[GruModel(inputSize: 4, MaskValue = -1, MaskedOutput = MaskedOutput.Repeat), Gru(6, Output = SequenceOutput.EveryStep)]
internal sealed partial class KerasRepeating;

[GruModel(inputSize: 4, MaskValue = -1, MaskedOutput = MaskedOutput.Repeat), Gru(6, Output = SequenceOutput.EveryStep, Bidirectional = true)]
internal sealed partial class KerasRepeatingBothWays;

[GruModel(inputSize: 4, MaskValue = -1), Gru(6, Output = SequenceOutput.EveryStep, ResetAfter = false)]
internal sealed partial class KerasZeroing;

[GruModel(inputSize: 3, MaskValue = -1, MaskedOutput = MaskedOutput.Repeat), Gru(2, Output = SequenceOutput.EveryStep)]
internal sealed partial class KerasMaskingOfItsTests;
