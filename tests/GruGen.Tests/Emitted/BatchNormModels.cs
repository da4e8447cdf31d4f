namespace GruGen.Tests.Emitted;

// The models of BatchNormShapes.

[GruModel(inputSize: 5), BatchNorm, Gru(17), BatchNorm(Epsilon = 1e-3), Gru(6), BatchNorm, Dense(3)]
internal sealed partial class WithBatchNorm;

[GruModel, Embedding(9, 16), BatchNorm, Gru(16, Output = SequenceOutput.EveryStep, Residual = true), BatchNorm(Epsilon = 0.5)]
internal sealed partial class WithBatchNormOfTokens;

[GruModel(inputSize: 3), Conv1D(33, 3), BatchNorm, Gru(4), BatchNorm, Pool(Pooling.Max), Dense(2)]
internal sealed partial class WithBatchNormConvolved;

[GruModel, Embedding(9, 4, PaddingToken = 0)]
[BatchNorm, Dropout(0.3), Gru(5, Bidirectional = true, Output = SequenceOutput.EveryStep), BatchNorm, Dense(2)]
internal sealed partial class WithBatchNormAndPadding;

// A normalisation below something that learns, with PyTorch's case of each size.

[GruModel(inputSize: 7), BatchNorm, Conv1D(7, 1)]
internal sealed partial class TorchBatchNorm;

[GruModel(inputSize: 6), BatchNorm(Epsilon = 1e-3), Conv1D(6, 1)]
internal sealed partial class KerasBatchNorm;

[GruModel(inputSize: 5), BatchNorm, Conv1D(5, 1)]
internal sealed partial class TorchBatchNormOfFive;

[GruModel(inputSize: 9), BatchNorm, Conv1D(9, 1)]
internal sealed partial class TorchBatchNormOfNine;
