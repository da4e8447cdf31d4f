namespace GruGen.Tests.Emitted;

// The models that PyTorch computed the cases with.

[GruModel(inputSize: 8), Gru(16, Output = SequenceOutput.EveryStep)]
internal sealed partial class TorchOneStep;

[GruModel(inputSize: 1), Gru(8, Output = SequenceOutput.EveryStep)]
internal sealed partial class TorchOneFeature;

[GruModel(inputSize: 10), Gru(20, Output = SequenceOutput.EveryStep)]
internal sealed partial class Torch10To20;

[GruModel(inputSize: 16), Gru(16, Output = SequenceOutput.EveryStep)]
internal sealed partial class Torch16To16;

[GruModel(inputSize: 7), Gru(33, Output = SequenceOutput.EveryStep)]
internal sealed partial class TorchZeroBiases;

[GruModel(inputSize: 32), Gru(64, Output = SequenceOutput.EveryStep)]
internal sealed partial class Torch32To64;

[GruModel(inputSize: 64), Gru(128, Output = SequenceOutput.EveryStep)]
internal sealed partial class Torch64To128;

[GruModel(inputSize: 6), Gru(12), Gru(12, Output = SequenceOutput.EveryStep)]
internal sealed partial class TorchTwoLayers;

[GruModel(inputSize: 5), Gru(10, Output = SequenceOutput.EveryStep)]
internal sealed partial class TorchLengths;

[GruModel(inputSize: 10), Gru(20), Dense(1)]
internal sealed partial class TorchRegression;

[GruModel, Embedding(50, 32), Gru(32), Dense(1)]
internal sealed partial class TorchBinaryLogits;

[GruModel, Embedding(50, 32), Gru(32), Dense(1, Activation.Sigmoid)]
internal sealed partial class TorchBinary;

[GruModel, Embedding(30, 16), Gru(24, Output = SequenceOutput.EveryStep), Dense(30)]
internal sealed partial class TorchTextLogits;

[GruModel, Embedding(30, 16), Gru(24, Output = SequenceOutput.EveryStep), Dense(30, Activation.Softmax)]
internal sealed partial class TorchText;

[GruModel(6), Gru(14), Dense(1)]
internal sealed partial class TrainedByRmsProp;

[GruModel(6), Gru(14), Dense(5, Activation.Softmax)]
internal sealed partial class TorchClasses;

[GruModel(10), Gru(20), Gru(20), Dense(5, Activation.Softmax)]
internal sealed partial class TorchClassesOfTwoLayers;

[GruModel, Embedding(24, 8), Gru(14), Dense(1, Activation.Sigmoid)]
internal sealed partial class TorchSmallBinary;
