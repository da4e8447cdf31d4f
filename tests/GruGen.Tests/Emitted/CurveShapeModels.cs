namespace GruGen.Tests.Emitted;

// The models of CurveShapes.

[GruModel(inputSize: 5), Dense(19, Activation.Silu), Gru(6), Dense(17, Activation.Silu), Dense(3, Activation.Silu)]
internal sealed partial class WithSilu;

[GruModel(inputSize: 9)]
[Dense(9, Activation.Silu, Residual = true)]
[Gru(9)]
[Dense(9, Activation.Silu, Residual = true)]
[Gru(4, Output = SequenceOutput.EveryStep)]
[Dense(2, Activation.Silu)]
internal sealed partial class WithSiluEveryStep;

[GruModel(inputSize: 5), Dense(18, Activation.Gelu), Gru(6), Dense(6, Activation.Gelu, Residual = true), Dense(3, Activation.Gelu)]
internal sealed partial class WithGelu;

[GruModel(inputSize: 5)]
[Dense(18, Activation.Tanh, Bias = false)]
[Gru(6)]
[Dense(6, Residual = true, Bias = false)]
[Dense(3, Bias = false)]
internal sealed partial class WithDenseWithoutBias;

[GruModel(inputSize: 5), PReLU, Gru(17), PReLU, Gru(6), PReLU, Dense(3)]
internal sealed partial class WithPReLU;

[GruModel, Embedding(9, 5), Dense(8), PReLU, Gru(8, Output = SequenceOutput.EveryStep, Residual = true), PReLU]
internal sealed partial class WithPReLUEveryStep;

[GruModel, Embedding(9, 4, PaddingToken = 0), PReLU, Dropout(0.3), Gru(5, Bidirectional = true, Output = SequenceOutput.EveryStep), PReLU, Dense(2)]
internal sealed partial class WithPReLUAndPadding;

[GruModel(inputSize: 4), Dense(7, Activation.Elu), Gru(5, Output = SequenceOutput.EveryStep, Activation = Activation.Elu), Dense(3, Activation.Elu)]
internal sealed partial class WithElu;

[GruModel(inputSize: 4), Gru(5, ResetAfter = false, Activation = Activation.Elu)]
internal sealed partial class WithEluResetBefore;

[GruModel(inputSize: 4)]
[Dense(7, Activation.LeakyRelu)]
[Gru(5, Output = SequenceOutput.EveryStep, Activation = Activation.LeakyRelu)]
[Dense(3, Activation.LeakyRelu)]
internal sealed partial class WithLeakyRelu;

[GruModel(inputSize: 4), Gru(5, ResetAfter = false, Activation = Activation.LeakyRelu)]
internal sealed partial class WithLeakyReluResetBefore;
