namespace GruGen.Tests.Emitted;

// The models of FamilyShapes.cs, as a user declares them; some are of no use but to be compared.
#pragma warning disable GRU043, GRU046

[GruModel(inputSize: 5), Gru(17, Output = SequenceOutput.EveryStep, Bidirectional = true)]
internal sealed partial class BothWays;

[GruModel(inputSize: 5), Gru(17, Bidirectional = true), Dense(3)]
internal sealed partial class BothWaysToFinalState;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Bidirectional = true, Merge = Merge.Sum)]
internal sealed partial class BothWaysSum;

[GruModel(inputSize: 3), Gru(9, Bidirectional = true, Merge = Merge.Sum)]
internal sealed partial class BothWaysSumToFinalState;

[GruModel(inputSize: 4), Gru(5, Output = SequenceOutput.EveryStep, Bidirectional = true, Merge = Merge.Multiply)]
internal sealed partial class BothWaysProduct;

[GruModel(inputSize: 4), Gru(5, Bidirectional = true, Merge = Merge.Multiply)]
internal sealed partial class BothWaysProductToFinalState;

[GruModel(inputSize: 2), Gru(8, Output = SequenceOutput.EveryStep, Bidirectional = true, Merge = Merge.Average)]
internal sealed partial class BothWaysMean;

[GruModel(inputSize: 2), Gru(8, Bidirectional = true, Merge = Merge.Average)]
internal sealed partial class BothWaysMeanToFinalState;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true), Dense(2)]
internal sealed partial class BothWaysNoStep;

[GruModel(inputSize: 4), Gru(5, Bidirectional = true), Gru(3, Bidirectional = true), Gru(4, Bidirectional = true)]
internal sealed partial class BothWaysStack;

[GruModel, Embedding(9, 4), Gru(6, Bidirectional = true), Dense(3, Activation.Softmax)]
internal sealed partial class BothWaysTokens;

[GruModel(inputSize: 5), Gru(17, Output = SequenceOutput.EveryStep, Reverse = true)]
internal sealed partial class Backwards;

[GruModel(inputSize: 3), Gru(5, Reverse = true), Dense(2)]
internal sealed partial class BackwardsToFinalState;

[GruModel(inputSize: 3), Gru(4), Gru(5, Reverse = true), Gru(3, Bidirectional = true), Gru(6, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class EachWay;

[GruModel(inputSize: 5), Gru(17, Output = SequenceOutput.EveryStep, ResetAfter = false)]
internal sealed partial class ResetBefore;

[GruModel(inputSize: 6), Gru(3, ResetAfter = false), Gru(9, ResetAfter = false), Dense(2)]
internal sealed partial class ResetBeforeToFinalState;

[GruModel(inputSize: 3), Gru(8, Output = SequenceOutput.EveryStep, ResetAfter = false, Bias = false)]
internal sealed partial class ResetBeforeWithoutBias;

[GruModel(inputSize: 3), Gru(5, Output = SequenceOutput.EveryStep, Bidirectional = true, ResetAfter = false), Dense(2)]
internal sealed partial class ResetBeforeBothWays;

[GruModel(inputSize: 4), Gru(5, Output = SequenceOutput.EveryStep, Bias = false), Dense(2)]
internal sealed partial class WithoutBias;

[GruModel(inputSize: 4), Gru(5, Bidirectional = true, Bias = false)]
internal sealed partial class WithoutBiasBothWays;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, UpdateGate = UpdateGate.Replace)]
internal sealed partial class Replacing;

[GruModel(inputSize: 3), Gru(5, ResetAfter = false, UpdateGate = UpdateGate.Replace)]
internal sealed partial class ReplacingResetBefore;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.Relu), Dense(2)]
internal sealed partial class ReluState;

[GruModel(inputSize: 4), Gru(5, ResetAfter = false, Activation = Activation.Relu)]
internal sealed partial class ReluStateResetBefore;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.Linear), Dense(2)]
internal sealed partial class LinearState;

[GruModel(inputSize: 4), Gru(5, ResetAfter = false, Activation = Activation.Linear)]
internal sealed partial class LinearStateResetBefore;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.Sigmoid), Dense(2)]
internal sealed partial class SigmoidState;

[GruModel(inputSize: 4), Gru(5, ResetAfter = false, Activation = Activation.Sigmoid)]
internal sealed partial class SigmoidStateResetBefore;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, Activation = Activation.Softsign), Dense(2)]
internal sealed partial class SoftsignState;

[GruModel(inputSize: 4), Gru(5, ResetAfter = false, Activation = Activation.Softsign)]
internal sealed partial class SoftsignStateResetBefore;

[GruModel(inputSize: 12), Gru(17, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.HardSigmoid)]
internal sealed partial class HardGates;

[GruModel(inputSize: 7), Gru(5, ResetAfter = false, GateActivation = GateActivation.HardSigmoid)]
internal sealed partial class HardGatesResetBefore;

[GruModel(inputSize: 12), Gru(17, Output = SequenceOutput.EveryStep, GateActivation = GateActivation.HardSigmoidKeras2)]
internal sealed partial class HardGatesOfKeras2;

[GruModel(inputSize: 7), Gru(5, ResetAfter = false, GateActivation = GateActivation.HardSigmoidKeras2)]
internal sealed partial class HardGatesOfKeras2ResetBefore;

[GruModel(inputSize: 9)]
[Gru(9, Output = SequenceOutput.EveryStep, Bidirectional = true, Merge = Merge.Average, ResetAfter = false, UpdateGate = UpdateGate.Replace, Bias = false,
    Activation = Activation.Softsign, GateActivation = GateActivation.HardSigmoidKeras2, InitialState = InitialState.Learned, Residual = true)]
[Dense(2)]
internal sealed partial class AllAtOnce;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep, InitialState = InitialState.Learned)]
internal sealed partial class LearnedState;

[GruModel(inputSize: 3), Gru(4, InitialState = InitialState.Learned), Gru(3), Gru(5, InitialState = InitialState.Learned), Dense(2)]
internal sealed partial class LearnedStatesStack;

[GruModel(inputSize: 3), Gru(5, Bidirectional = true, InitialState = InitialState.Learned)]
internal sealed partial class LearnedStatesBothWays;

[GruModel(inputSize: 3), Gru(5, Output = SequenceOutput.EveryStep, ResetAfter = false, InitialState = InitialState.Learned)]
internal sealed partial class LearnedStateResetBefore;

[GruModel(inputSize: 17), Gru(17, Output = SequenceOutput.EveryStep, Residual = true)]
internal sealed partial class Residual;

[GruModel(inputSize: 3), Gru(6), Gru(6, Residual = true), Gru(6, Output = SequenceOutput.EveryStep, Residual = true), Dense(2)]
internal sealed partial class ResidualStack;

[GruModel(inputSize: 4), Gru(4, Output = SequenceOutput.EveryStep, Reverse = true, Residual = true), Dense(2)]
internal sealed partial class ResidualBackwards;

[GruModel(inputSize: 6), Gru(3, Bidirectional = true, Residual = true), Gru(4)]
internal sealed partial class ResidualBothWays;

[GruModel(inputSize: 4), Gru(4, Output = SequenceOutput.EveryStep, Bidirectional = true, Merge = Merge.Multiply, Residual = true)]
internal sealed partial class ResidualBothWaysProduct;

[GruModel(inputSize: 5), Dense(5, Activation.Tanh, Residual = true), Gru(6), Dense(6, Activation.Sigmoid, Residual = true)]
internal sealed partial class ResidualDense;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep), Dense(9, Activation.Softmax, Residual = true), Dense(2)]
internal sealed partial class ResidualDenseEveryStep;

[GruModel(inputSize: 3), Gru(9, Output = SequenceOutput.EveryStep), Dense(9, Activation.Softsign, Residual = true), Dense(2, Activation.Softsign)]
internal sealed partial class ResidualDenseSoftsign;

[GruModel(inputSize: 7), LayerNorm, Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class NormalisedBelow;

[GruModel(inputSize: 3), Gru(17), LayerNorm(Epsilon = 1e-3), Gru(4), Dense(2)]
internal sealed partial class NormalisedBetween;

[GruModel(inputSize: 3), Gru(5, Output = SequenceOutput.EveryStep), LayerNorm]
internal sealed partial class NormalisedAbove;

[GruModel, Embedding(7, 4), LayerNorm, Gru(5), LayerNorm, Dense(2)]
internal sealed partial class NormalisedFinalState;

[GruModel(inputSize: 4), Gru(5), Dense(6, Activation.Softmax), LayerNorm, Gru(3), Dense(2)]
internal sealed partial class NormalisedSoftmax;

[GruModel(inputSize: 3), Gru(4, Output = SequenceOutput.EveryStep), Dense(1), LayerNorm(Epsilon = 0.1)]
internal sealed partial class NormalisedSingleNumber;

[GruModel(inputSize: 3), Gru(17), Pool(Pooling.Last), Dense(2)]
internal sealed partial class PooledToTheLast;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true), Pool(Pooling.Last)]
internal sealed partial class PooledToTheLastBothWays;

[GruModel(inputSize: 3), Gru(17), Pool(Pooling.Mean), Dense(2)]
internal sealed partial class PooledToTheMean;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true), Pool(Pooling.Mean)]
internal sealed partial class PooledToTheMeanBothWays;

[GruModel(inputSize: 3), Gru(17), Pool(Pooling.Max), Dense(2)]
internal sealed partial class PooledToTheMax;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true), Pool(Pooling.Max)]
internal sealed partial class PooledToTheMaxBothWays;

[GruModel(inputSize: 3), Gru(7, Activation = Activation.Relu), Pool(Pooling.Max)]
internal sealed partial class PooledToTheFirstOfEqualMaxima;

[GruModel(inputSize: 3), Gru(4), Pool(Pooling.Mean), Dense(2)]
internal sealed partial class PooledNoStep;

[GruModel(inputSize: 3), Dropout(0.3), Gru(5), Dropout(0.5), Gru(4), Dense(2)]
internal sealed partial class WithDropout;

[GruModel, Embedding(9, 4, PaddingToken = 0), Gru(6), Dense(2)]
internal sealed partial class Padding;

[GruModel, Embedding(7, 3, PaddingToken = 3), Gru(9, Output = SequenceOutput.EveryStep), Dense(7, Activation.Softmax)]
internal sealed partial class PaddingEveryStep;

[GruModel, Embedding(7, 3, PaddingToken = 6), Gru(5), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class PaddingStates;

[GruModel, Embedding(9, 4, PaddingToken = 1), Gru(5, Bidirectional = true), Dense(4, Activation.Tanh), Gru(3, Output = SequenceOutput.EveryStep, Reverse = true), Dense(2)]
internal sealed partial class PaddingBothWays;

[GruModel, Embedding(9, 4, PaddingToken = 0), Gru(5), Pool(Pooling.Mean), Dense(2)]
internal sealed partial class PaddingPooled;

[GruModel, Embedding(9, 4, PaddingToken = 0), Gru(5, Bidirectional = true), Pool(Pooling.Max), Dense(2)]
internal sealed partial class PaddingPooledToTheMax;

[GruModel, Embedding(9, 4, PaddingToken = 0), Gru(5), Pool(Pooling.Last)]
internal sealed partial class PaddingPooledToTheLast;

[GruModel, Embedding(9, 4, PaddingToken = 0), Gru(5, Bidirectional = true, InitialState = InitialState.Learned), Dense(2)]
internal sealed partial class PaddingLearnedStates;

[GruModel, Embedding(5, 4, PaddingToken = 2), Gru(4, Output = SequenceOutput.EveryStep, Residual = true), LayerNorm, Dense(4, Residual = true)]
internal sealed partial class PaddingResidual;

[GruModel, Embedding(9, 8, PaddingToken = 0)]
[Dropout(0.1)]
[Gru(8, Dropout = 0.2, RecurrentDropout = 0.3, Residual = true)]
[LayerNorm]
[Gru(6, ResetAfter = false, RecurrentDropout = 0.25, InitialState = InitialState.Learned)]
[Dropout(0.5)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class DropoutOfEveryKind;
