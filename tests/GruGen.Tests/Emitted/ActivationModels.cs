namespace GruGen.Tests.Emitted;

// The models of the shapes with other activations, and those of the cases of ONNX.

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.Tanh)]
internal sealed partial class TanhGates;

[GruModel(inputSize: 4), Gru(5, GateActivation = GateActivation.Tanh, ResetAfter = false, UpdateGate = UpdateGate.Replace)]
internal sealed partial class TanhGatesReplacingResetBefore;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.Relu)]
internal sealed partial class ReluGates;

[GruModel(inputSize: 4), Gru(17, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.Relu, UpdateGate = UpdateGate.Replace)]
internal sealed partial class ReluGatesReplacing;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.Linear, ResetAfter = false, Clip = 0.6)]
internal sealed partial class LinearGatesClipped;

[GruModel(inputSize: 3), Gru(5, GateActivation = GateActivation.Softsign, UpdateGate = UpdateGate.Replace)]
internal sealed partial class SoftsignGatesReplacing;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.Elu, GateActivationAlpha = 0.5)]
internal sealed partial class EluGates;

[GruModel(inputSize: 4), Gru(5, GateActivation = GateActivation.LeakyRelu, GateActivationAlpha = 0.3, ResetAfter = false)]
internal sealed partial class LeakyGatesResetBefore;

[GruModel(inputSize: 3)]
[Gru(9, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.ScaledTanh, GateActivationAlpha = 0.8,
    GateActivationBeta = 1.25)]
internal sealed partial class ScaledGates;

[GruModel(inputSize: 3)]
[Gru(9, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.Affine, GateActivationAlpha = -0.4, GateActivationBeta = 0.3,
    Clip = 0.7, UpdateGate = UpdateGate.Replace)]
internal sealed partial class FallingGatesClipped;

[GruModel(inputSize: 12)]
[Gru(17, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.HardSigmoid, GateActivationAlpha = 0.9,
    GateActivationBeta = 0.45, UpdateGate = UpdateGate.Replace)]
internal sealed partial class SteepGatesReplacing;

[GruModel(inputSize: 7)]
[Gru(5, GateActivation = GateActivation.HardSigmoidKeras2, GateActivationAlpha = 0.8,
    ResetAfter = false, UpdateGate = UpdateGate.Replace)]
internal sealed partial class SteepGatesResetBefore;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.Elu, ActivationAlpha = 0.7)]
internal sealed partial class EluState;

[GruModel(inputSize: 4), Gru(5, Activation = Activation.Elu, ResetAfter = false)]
internal sealed partial class EluStateResetBefore;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.LeakyRelu)]
internal sealed partial class LeakyState;

[GruModel(inputSize: 4)]
[Gru(17, Output = SequenceOutput.EveryStep, Activation = Activation.LeakyRelu, ActivationAlpha = 0.2,
    ResetAfter = false, Clip = 0.5)]
internal sealed partial class LeakyStateClipped;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.ScaledTanh)]
internal sealed partial class ScaledState;

[GruModel(inputSize: 3)]
[Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.ScaledTanh, ActivationAlpha = -1.2,
    ActivationBeta = 0.9, Clip = 0.6)]
internal sealed partial class FallingStateClipped;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.Affine, ActivationAlpha = 0.5, ActivationBeta = 0.1)]
internal sealed partial class AffineState;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.HardSigmoid)]
internal sealed partial class HardState;

[GruModel(inputSize: 4), Gru(5, Activation = Activation.HardSigmoid, ActivationAlpha = 0.9, ActivationBeta = 0.2, ResetAfter = false)]
internal sealed partial class SteepStateResetBefore;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Clip = 0.5)]
internal sealed partial class Clipped;

[GruModel(inputSize: 4), Gru(5, Clip = 0.4, ResetAfter = false, UpdateGate = UpdateGate.Replace)]
internal sealed partial class ClippedReplacingResetBefore;

[GruModel(inputSize: 3)]
[Gru(9, Output = SequenceOutput.EveryStep, Clip = 0.5, Activation = Activation.Relu,
    GateActivation = GateActivation.HardSigmoid)]
internal sealed partial class ClippedReluState;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Clip = 0.5, Activation = Activation.Linear, ResetAfter = false)]
internal sealed partial class ClippedLinearState;

[GruModel(inputSize: 33)]
[Gru(64, Output = SequenceOutput.EveryStep, Clip = 0.5, Activation = Activation.Elu, ActivationAlpha = 0.5,
    GateActivation = GateActivation.Elu, GateActivationAlpha = 0.25)]
internal sealed partial class ClippedLarge;

[GruModel(inputSize: 33)]
[Gru(64, Output = SequenceOutput.EveryStep, Clip = 0.5, Activation = Activation.LeakyRelu,
    GateActivation = GateActivation.Tanh, ResetAfter = false)]
internal sealed partial class ClippedLargeResetBefore;

[GruModel(inputSize: 3)]
[Gru(9, Output = SequenceOutput.EveryStep, Bidirectional = true, GateActivation = GateActivation.LeakyRelu, GateActivationAlpha = 0.5, ReverseActivation = Activation.ScaledTanh,
    ReverseActivationAlpha = 0.9, ReverseActivationBeta = 1.5, ReverseGateActivation = GateActivation.Sigmoid)]
internal sealed partial class OtherActivationsBackwards;

[GruModel(inputSize: 4)]
[Gru(5, Bidirectional = true, Merge = Merge.Sum, UpdateGate = UpdateGate.Replace,
    ResetAfter = false, ReverseGateActivation = GateActivation.Tanh, Clip = 0.9)]
internal sealed partial class OtherActivationsBackwardsFinal;

[GruModel(inputSize: 4)]
[Gru(5, Output = SequenceOutput.EveryStep, Bidirectional = true, Activation = Activation.Elu, ActivationAlpha = 0.5,
    ReverseActivationAlpha = 0.25, GateActivation = GateActivation.HardSigmoid, ReverseGateActivationBeta = 0.4)]
internal sealed partial class OtherNumbersBackwards;

[GruModel, Embedding(7, 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.Elu, ActivationAlpha = 0.7, Clip = 0.8)]
internal sealed partial class TokensWithNumbers;

[GruModel(inputSize: 5), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.Affine, ActivationAlpha = 0.5, ActivationBeta = 0.1)]
internal sealed partial class OnnxAffine;

[GruModel(inputSize: 5), Gru(9, Output = SequenceOutput.EveryStep, Clip = 0.8)]
internal sealed partial class OnnxClip;

[GruModel(inputSize: 5), Gru(9, Output = SequenceOutput.EveryStep, ResetAfter = false, Clip = 0.5)]
internal sealed partial class OnnxClipBefore;

[GruModel(inputSize: 5), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.Elu, ActivationAlpha = 0.7)]
internal sealed partial class OnnxElu;

[GruModel(inputSize: 5)]
[Gru(9, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.HardSigmoid, GateActivationAlpha = 0.3, GateActivationBeta = 0.45)]
internal sealed partial class OnnxHardSigmoid;

[GruModel(inputSize: 5)]
[Gru(9, Output = SequenceOutput.EveryStep, ResetAfter = false, GateActivation = GateActivation.HardSigmoid, GateActivationAlpha = 0.2, GateActivationBeta = 0.5)]
internal sealed partial class OnnxHardSigmoidDefault;

[GruModel(inputSize: 5), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.LeakyRelu, ActivationAlpha = 0.1)]
internal sealed partial class OnnxLeakyRelu;

[GruModel(inputSize: 4), Gru(7, Output = SequenceOutput.EveryStep, Reverse = true, Activation = Activation.Elu, ActivationAlpha = 1)]
internal sealed partial class OnnxReverseElu;

[GruModel(inputSize: 5), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.ScaledTanh, ActivationAlpha = 1.7159, ActivationBeta = 0.6667)]
internal sealed partial class OnnxScaledTanh;

[GruModel(inputSize: 2), Gru(2, Output = SequenceOutput.EveryStep, ResetAfter = false, GateActivation = GateActivation.Tanh, Activation = Activation.Sigmoid)]
internal sealed partial class OnnxRuntimeActivations;

[GruModel(inputSize: 2)]
[Gru(32, Output = SequenceOutput.EveryStep, Bidirectional = true, ResetAfter = false, GateActivation = GateActivation.LeakyRelu, GateActivationAlpha = 0.5,
    ReverseGateActivation = GateActivation.Sigmoid, ReverseActivation = Activation.ScaledTanh, ReverseActivationAlpha = 2, ReverseActivationBeta = 2)]
internal sealed partial class OnnxRuntimeBothWays;

[GruModel(inputSize: 3), Gru(3, ResetAfter = false, Clip = 2.88)]
internal sealed partial class OpenVinoClip;

[GruModel(inputSize: 3)]
[Gru(3, Clip = 2.88, Activation = Activation.HardSigmoid, ActivationAlpha = 1.8345, ActivationBeta = 3.05, GateActivation = GateActivation.HardSigmoid,
    GateActivationAlpha = 1.8345, GateActivationBeta = 3.05)]
internal sealed partial class OpenVinoHardSigmoid;
