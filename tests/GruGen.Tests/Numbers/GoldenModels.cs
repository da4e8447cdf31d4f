namespace GruGen.Tests.Numbers;

// What GoldenTests trains: each kind of layer, of kernel and of option in few models. None is the shape of another test.

[GruModel(inputSize: 6), Gru(19), Dense(3)]
internal sealed partial class GoldenPlain;

[GruModel, Embedding(23, 7), Gru(33), Dense(1, Activation.Sigmoid)]
internal sealed partial class GoldenTokens;

[GruModel(inputSize: 7)]
[Gru(18, ResetAfter = false, GateActivation = GateActivation.HardSigmoid)]
[Gru(9, ResetAfter = false, UpdateGate = UpdateGate.Replace)]
[Dense(2)]
internal sealed partial class GoldenResetBefore;

[GruModel(inputSize: 3)]
[Gru(10, Bidirectional = true, InitialState = InitialState.Learned)]
[Gru(7, Output = SequenceOutput.EveryStep, Reverse = true)]
[Dense(5, Activation.Softmax)]
internal sealed partial class GoldenBothWays;

[GruModel(inputSize: 8)]
[Dropout(0.1)]
[Gru(20, Dropout = 0.2, RecurrentDropout = 0.3)]
[LayerNorm]
[Gru(20, Residual = true)]
[Pool(Pooling.Mean)]
[Dense(4, Activation.Softmax)]
internal sealed partial class GoldenDropout;

[GruModel(inputSize: 5, WeightFormat = WeightFormat.BFloat16), Gru(17), Gru(34, ResetAfter = false, Output = SequenceOutput.EveryStep), Dense(2, Activation.Tanh)]
internal sealed partial class GoldenHalf;

[GruModel(inputSize: 4, Initialization = Initialization.Keras), Gru(11), Gru(35), Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class GoldenStack;

[GruModel(inputSize: 9), Dense(17, Activation.Relu), Gru(16, Activation = Activation.Softsign), Dense(33, Activation.Softsign), Dense(21, Activation.Softmax)]
internal sealed partial class GoldenDense;

[GruModel, Embedding(40, 16, PaddingToken = 0), Gru(64, Bidirectional = true, Merge = Merge.Sum), Pool(Pooling.Max), Dense(3, Activation.Softmax)]
internal sealed partial class GoldenPadding;

[GruModel(inputSize: 12), Gru(64), Dense(1)]
internal sealed partial class GoldenWide;
