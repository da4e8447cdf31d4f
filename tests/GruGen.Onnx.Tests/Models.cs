#pragma warning disable GRU046 // the files are as they are: the last step of a bidirectional layer
namespace GruGen.Onnx.Tests;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true, Output = SequenceOutput.EveryStep), LayerNorm, Dense(2)]
internal sealed partial class BiEveryNorm;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true, Output = SequenceOutput.EveryStep), LayerNorm, Dense(2, Activation.Softmax)]
internal sealed partial class BiEverySoftmax;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true), Dense(2)]
internal sealed partial class BiFinal;

[GruModel(inputSize: 3), Conv1D(6, 3, Padding = ConvPadding.Same, Activation = Activation.Relu), Gru(4), Dense(1)]
internal sealed partial class ConvGru;

[GruModel, Embedding(10, 3), Gru(4), Dense(2, Activation.Sigmoid)]
internal sealed partial class EmbeddedSigmoid;

[GruModel(inputSize: 3), Gru(4), Dense(2)]
internal sealed partial class Plain;

[GruModel(inputSize: 3), Gru(4), Pool(Pooling.Max), Dense(2)]
internal sealed partial class MaxPooled;

[GruModel(inputSize: 3), Gru(4), Pool(Pooling.Mean), Dense(2)]
internal sealed partial class MeanPooled;

[GruModel(inputSize: 4), Gru(4, Residual = true, Output = SequenceOutput.EveryStep), Dense(1)]
internal sealed partial class ResidualGru;

[GruModel(inputSize: 3), Gru(4), Gru(4, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class StackEvery;

[GruModel(inputSize: 3), Gru(4), Gru(4), Dense(2)]
internal sealed partial class StackFinal;

[GruModel(inputSize: 3), Gru(4, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class Streamed;

[GruModel(inputSize: 10), Gru(20), Dense(1)]
internal sealed partial class TorchGruLinear;

[GruModel, Embedding(30, 16), Gru(24, Output = SequenceOutput.EveryStep), Dense(30)]
internal sealed partial class TorchLanguageModel;

[GruModel, Embedding(500, 32), Gru(32), Dense(1, Activation.Sigmoid)]
internal sealed partial class TorchSentiment;

[GruModel(inputSize: 5), Gru(12, Bidirectional = true), Gru(12, Bidirectional = true), Pool(Pooling.Last), Dense(4, Activation.Softmax)]
internal sealed partial class TorchStackedBidirectional;

[GruModel(inputSize: 5)]
[Gru(8, Bidirectional = true, ResetAfter = false, Activation = Activation.Relu, ReverseActivation = Activation.Elu,
    ReverseActivationAlpha = 0.8, ReverseGateActivation = GateActivation.HardSigmoidKeras2, Output = SequenceOutput.EveryStep)]
internal sealed partial class BidirectionalActivations;

[GruModel(inputSize: 5), Conv1D(7, 3, Activation = Activation.Relu), Gru(8), Dense(3)]
internal sealed partial class CausalConv;

[GruModel(inputSize: 5)]
[Conv1D(7, 3, Dilation = 2, Activation = Activation.Relu)]
[Gru(8, Bidirectional = true)]
[Dense(3, Activation.Softmax)]
internal sealed partial class DilatedConv;

[GruModel(inputSize: 5), Gru(8), Dense(3, Activation.Softmax)]
internal sealed partial class FinalSoftmax;

[GruModel, Embedding(20, 5, PaddingToken = 0), Gru(8), Dense(3, Activation.Sigmoid)]
internal sealed partial class Masked;

[GruModel(inputSize: 5), Gru(8), Dense(3)]
internal sealed partial class Final;

[GruModel(inputSize: 5), Gru(8, Output = SequenceOutput.EveryStep), LayerNorm(Epsilon = 0.001), Dense(3)]
internal sealed partial class NormEvery;

[GruModel(inputSize: 5), Gru(8, Bias = false, Output = SequenceOutput.EveryStep)]
internal sealed partial class NoBias;

[GruModel(inputSize: 5), Gru(8, InitialState = InitialState.Learned), Gru(8, InitialState = InitialState.Learned), Dense(3)]
internal sealed partial class LearnedStates;

[GruModel(inputSize: 5), Gru(8), Dense(8), Pool(Pooling.Max), Dense(3)]
internal sealed partial class ScaledMax;

[GruModel(inputSize: 5), Gru(8), Pool(Pooling.Mean), Dense(3, Activation.Softmax)]
internal sealed partial class MeanSoftmax;

[GruModel(inputSize: 5), Gru(8, Bidirectional = true), Gru(8, Bidirectional = true), Dense(3)]
internal sealed partial class StackBidirectional;

[GruModel(inputSize: 5), Gru(8, ResetAfter = false, Output = SequenceOutput.EveryStep)]
internal sealed partial class ResetBefore;

[GruModel(inputSize: 5)]
[Gru(8, Reverse = true, Clip = 1.5, Activation = Activation.LeakyRelu, ActivationAlpha = 0.05,
    GateActivation = GateActivation.HardSigmoid, GateActivationAlpha = 0.3, GateActivationBeta = 0.45,
    Output = SequenceOutput.EveryStep)]
internal sealed partial class ReverseClip;

[GruModel(inputSize: 5), Gru(8, Bidirectional = true), Gru(8, Bidirectional = true, Output = SequenceOutput.EveryStep), Dense(3)]
internal sealed partial class StackBidirectionalEvery;

[GruModel(inputSize: 5), Gru(8, Output = SequenceOutput.EveryStep), Dense(3)]
internal sealed partial class Every;

[GruModel(inputSize: 4), Gru(9, Bidirectional = true, Merge = Merge.Sum, ResetAfter = false, InitialState = InitialState.Learned),
    Dense(1)]
internal sealed partial class Different;

[GruModel(inputSize: 5), Dropout(0.1), Gru(8, UpdateGate = UpdateGate.Replace, Output = SequenceOutput.EveryStep), Dropout(0.2), Dense(3)]
internal sealed partial class EveryReplaced;
