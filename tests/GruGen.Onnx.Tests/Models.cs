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

[GruModel(inputSize: 5), Gru(8), BatchNorm, Pool(Pooling.Max), Dense(3)]
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

[GruModel(inputSize: 2), Gru(5, ResetAfter = false, Bias = false)]
internal sealed partial class NodeDefaults;

[GruModel(inputSize: 3), Gru(3, ResetAfter = false)]
internal sealed partial class NodeBias;

[GruModel(inputSize: 3), Gru(5, ResetAfter = false)]
internal sealed partial class NodeSteps;

[GruModel(inputSize: 2), Gru(6, ResetAfter = false, Bias = false, Output = SequenceOutput.EveryStep)]
internal sealed partial class NodeBatchwise;

[GruModel(inputSize: 2), Gru(5, ResetAfter = false, Bias = false, Reverse = true, Output = SequenceOutput.EveryStep)]
internal sealed partial class NodeReverse;

[GruModel(inputSize: 2), Gru(5, ResetAfter = false, Bias = false, Bidirectional = true, Output = SequenceOutput.EveryStep)]
internal sealed partial class NodeBidirectional;

[GruModel(inputSize: 3), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class NodeAfter;

[GruModel(inputSize: 2)]
[Gru(2, ResetAfter = false, GateActivation = GateActivation.Tanh, Activation = Activation.Sigmoid, Output = SequenceOutput.EveryStep)]
internal sealed partial class NodeTanhGates;

[GruModel(inputSize: 2)]
[Gru(32, Bidirectional = true, ResetAfter = false, GateActivation = GateActivation.LeakyRelu, GateActivationAlpha = 0.5,
    ReverseGateActivation = GateActivation.Sigmoid, ReverseActivation = Activation.ScaledTanh, ReverseActivationAlpha = 2,
    ReverseActivationBeta = 2, Output = SequenceOutput.EveryStep)]
internal sealed partial class NodeAlphaBeta;

[GruModel(inputSize: 3), Gru(3, ResetAfter = false, Clip = 2.88)]
internal sealed partial class NodeClip;

[GruModel(inputSize: 3)]
[Gru(3, Clip = 2.88, GateActivation = GateActivation.HardSigmoid, GateActivationAlpha = 1.8345, GateActivationBeta = 3.05,
    Activation = Activation.HardSigmoid, ActivationAlpha = 1.8345, ActivationBeta = 3.05)]
internal sealed partial class NodeHardSigmoid;

[GruModel(inputSize: 5), Gru(5, ResetAfter = false, Residual = true, Output = SequenceOutput.EveryStep), LayerNorm]
[Dense(2, Name = "logits", IsOutput = true), Dense(5, Activation.Tanh, Bias = false, Name = "features_of_steps", From = ["layernorm1"])]
internal sealed partial class TwoHeads;

[GruModel(inputSize: 9)]
[Dense(6, Activation.Tanh, Name = "input_dense")]
[Gru(6, Name = "vad_gru", Output = SequenceOutput.EveryStep)]
[Gru(10, Name = "noise_gru", From = ["input_dense", "vad_gru", "input"], Output = SequenceOutput.EveryStep)]
[Gru(12, Name = "denoise_gru", From = ["vad_gru", "noise_gru", "input"], Output = SequenceOutput.EveryStep)]
[Dense(4, Activation.Sigmoid, Name = "gains", IsOutput = true)]
[Dense(1, Activation.Sigmoid, Name = "vad", From = ["vad_gru"])]
internal sealed partial class Rnnoise;

/// <summary>The same in another order, and with other names.</summary>
[GruModel(inputSize: 9)]
[Dense(6, Activation.Tanh, Name = "first")]
[Gru(6, Name = "speech", Output = SequenceOutput.EveryStep)]
[Dense(1, Activation.Sigmoid, Name = "voice", IsOutput = true)]
[Dropout(0.1, From = ["speech"])]
[Gru(10, Name = "noise", From = ["first", "dropout1", "input"], Output = SequenceOutput.EveryStep)]
[Gru(12, From = ["speech", "noise", "input"], Output = SequenceOutput.EveryStep)]
[Dense(4, Activation.Sigmoid)]
internal sealed partial class OtherRnnoise;

[GruModel(inputSize: 5), BatchNorm, Conv1D(7, 3, Padding = ConvPadding.Valid, Stride = 2, Activation = Activation.Relu)]
[Gru(8, Output = SequenceOutput.EveryStep), Dense(3)]
internal sealed partial class StridedConv;
