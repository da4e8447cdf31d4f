namespace GruGen.Tests.Emitted;

// The convolutions that PyTorch computed the cases with, and two of RTNeural.

[GruModel(inputSize: 5), Conv1D(8, 3)]
internal sealed partial class TorchConv;

[GruModel(inputSize: 4), Conv1D(9, 3, Dilation = 4)]
internal sealed partial class TorchConvDilated;

[GruModel(inputSize: 4), Conv1D(6, 3, Activation = Activation.Tanh)]
internal sealed partial class TorchConvLengths;

[GruModel(inputSize: 3), Conv1D(7, 5, Activation = Activation.Tanh)]
internal sealed partial class TorchConvTanh;

[GruModel(inputSize: 6), Conv1D(16, 1, Padding = ConvPadding.Valid, Bias = false)]
internal sealed partial class TorchConvNoBias;

[GruModel(inputSize: 3), Conv1D(4, 7, Activation = Activation.Tanh)]
internal sealed partial class TorchConvLonger;

[GruModel(inputSize: 3), Conv1D(5, 4, Padding = ConvPadding.Same)]
internal sealed partial class TorchConvSame;

[GruModel(inputSize: 6), Conv1D(12, 3, Activation = Activation.Relu), Gru(16), Dense(3)]
internal sealed partial class TorchConvGruDense;

[GruModel(inputSize: 5), Conv1D(8, 5, Dilation = 2, Activation = Activation.Tanh), Gru(10, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class TorchConvGruDenseEvery;

[GruModel(inputSize: 4), Conv1D(5, 2, Dilation = 2, Stride = 3, Activation = Activation.Relu)]
internal sealed partial class TorchConvStride;

[GruModel(inputSize: 5), Conv1D(8, 3, Padding = ConvPadding.Valid)]
internal sealed partial class TorchConvValid;

[GruModel(inputSize: 4), Conv1D(6, 3, Padding = ConvPadding.Valid, Stride = 2)]
internal sealed partial class TorchConvValidStride;

[GruModel(inputSize: 4), Conv1D(6, 4, Padding = ConvPadding.Valid, Stride = 2, Activation = Activation.Relu)]
internal sealed partial class TorchConvValidReluStride;

[GruModel(inputSize: 5), Conv1D(8, 4, Padding = ConvPadding.Valid, Stride = 2, Activation = Activation.Relu), Gru(10), Dense(2)]
internal sealed partial class TorchConvGruDenseStride;

[GruModel(inputSize: 1), Conv1D(12, 5)]
internal sealed partial class NeuralConv;

[GruModel(inputSize: 1), Conv1D(12, 5, Padding = ConvPadding.Valid, Stride = 3)]
internal sealed partial class NeuralConvStride;

[GruModel(inputSize: 1), Dense(8, Activation.Tanh), Conv1D(4, 3, Activation = Activation.Tanh), Gru(8, Output = SequenceOutput.EveryStep), Dense(1)]
internal sealed partial class NeuralFullModel;

// Convolutions that differ in nothing but an option.

[GruModel(inputSize: 3), Conv1D(4, 3), Gru(5)]
internal sealed partial class ConvolvedLayers;

[GruModel(inputSize: 3), Conv1D(4, 3, Dilation = 2), Gru(5)]
internal sealed partial class DilatedLayers;

[GruModel(inputSize: 3), Conv1D(4, 3, Padding = ConvPadding.Same), Gru(5)]
internal sealed partial class LayersConvolvedBothSides;

[GruModel(inputSize: 3), Conv1D(4, 3, Activation = Activation.Relu), Gru(5)]
internal sealed partial class ReluLayers;
