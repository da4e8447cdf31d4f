namespace GruGen.Tests.Emitted;

// The models of GraphShapes.cs, as a user declares them; some are of no use but to be compared.
#pragma warning disable GRU039, GRU042, GRU045, GRU046

[GruModel(inputSize: 5)]
[Dense(4, Activation.Tanh)]
[Gru(3, Output = SequenceOutput.EveryStep, ResetAfter = false, Activation = Activation.Relu, Name = "vad")]
[Dense(1, Activation.Sigmoid, Name = "voice", IsOutput = true)]
[Gru(6, Output = SequenceOutput.EveryStep, ResetAfter = false, Activation = Activation.Relu, Name = "noise", From = ["dense1", "vad", "input"])]
[Gru(17, Output = SequenceOutput.EveryStep, From = ["vad", "noise", "input"])]
[Dense(3, Activation.Sigmoid, Name = "gains")]
internal sealed partial class GraphNoise;

[GruModel(inputSize: 3)]
[Gru(5, Output = SequenceOutput.EveryStep, Name = "a")]
[Gru(5, Output = SequenceOutput.EveryStep, Name = "b", From = ["input"])]
[Dense(3, From = ["a", "b"], Combine = Combine.Sum)]
internal sealed partial class GraphSum;

[GruModel(inputSize: 5)]
[Gru(5, Output = SequenceOutput.EveryStep, Name = "a")]
[Dense(5, Activation.Tanh, Name = "b", From = ["input"])]
[Join(From = ["a", "input", "b"], Combine = Combine.Sum)]
internal sealed partial class GraphSumOfThreeWithTheInput;

[GruModel(inputSize: 3)]
[Gru(6, Name = "last")]
[Gru(4, Output = SequenceOutput.EveryStep, Name = "row", From = ["input"])]
[Pool(Pooling.Max, Name = "pooled")]
[Dense(3, Activation.Softmax, From = ["last", "pooled"])]
internal sealed partial class GraphFinalStateAndPool;

[GruModel(inputSize: 2)]
[Gru(5, Name = "one")]
[Gru(17, Reverse = true, Name = "two", From = ["input"])]
[Dense(4, Activation.Tanh, From = ["two"])]
[Dense(2, From = ["one", "dense1", "two"])]
internal sealed partial class GraphFinalStates;

[GruModel]
[Embedding(9, 4)]
[Gru(5, Output = SequenceOutput.EveryStep, Name = "up")]
[Gru(4, Output = SequenceOutput.EveryStep, Reverse = true, Name = "down", From = ["embedding"])]
[Dense(2, From = ["up", "down", "embedding"])]
internal sealed partial class GraphTokens;

[GruModel]
[Embedding(9, 4)]
[Gru(5, Output = SequenceOutput.EveryStep)]
[Gru(6, Output = SequenceOutput.EveryStep, Name = "more")]
[Dense(3, Activation.Softmax, From = ["gru1", "more"])]
internal sealed partial class GraphTokensOneReader;

[GruModel(inputSize: 3)]
[Gru(6, Name = "memory")]
[Dense(1, Activation.Sigmoid, Name = "moving", IsOutput = true)]
[Dense(17, Activation.Softmax, From = ["memory"])]
internal sealed partial class GraphTwoOutputsOfOneState;

[GruModel(inputSize: 3)]
[Gru(6, Output = SequenceOutput.EveryStep, Name = "memory")]
[Dense(1, Activation.Sigmoid, Name = "moving", IsOutput = true)]
[Dense(3, Activation.Silu, From = ["memory"])]
internal sealed partial class GraphTwoOutputsOfOneRow;

[GruModel(inputSize: 4)]
[Dense(3, Activation.Tanh, Name = "first", IsOutput = true)]
[Gru(5, Output = SequenceOutput.EveryStep)]
[Dense(2, Activation.Softmax, From = ["gru1", "first"])]
internal sealed partial class GraphAnOutputThatIsRead;

[GruModel(inputSize: 3)]
[Gru(4, Output = SequenceOutput.EveryStep, Name = "state", IsOutput = true)]
[Gru(17, Output = SequenceOutput.EveryStep, IsOutput = true)]
[Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class GraphStatesAsOutputs;

[GruModel(inputSize: 3), Gru(4, Name = "state", IsOutput = true), Gru(5, From = ["input"])]
internal sealed partial class GraphFinalStatesAsOutputs;

[GruModel(inputSize: 5)]
[Gru(5, Output = SequenceOutput.EveryStep, Residual = true, Name = "a")]
[Dense(5, Activation.Relu, Residual = true, Name = "b")]
[Gru(4, Output = SequenceOutput.EveryStep, From = ["a", "b", "input"])]
[Dense(2)]
internal sealed partial class GraphResidual;

[GruModel(inputSize: 3)]
[Gru(6, Output = SequenceOutput.EveryStep, Name = "a")]
[Dropout(0.3, Name = "dropped")]
[Gru(5, Output = SequenceOutput.EveryStep, Dropout = 0.2, RecurrentDropout = 0.1, From = ["dropped", "a"])]
[LayerNorm(Epsilon = 0.1)]
[Dense(2, From = ["layernorm1", "dropped"])]
internal sealed partial class GraphDropout;

[GruModel(inputSize: 3)]
[Conv1D(4, 3, Activation = Activation.Tanh, Name = "near")]
[Conv1D(5, 2, Dilation = 3, Name = "far", From = ["input"])]
[Gru(6, Output = SequenceOutput.EveryStep, Bidirectional = true, From = ["near", "far"])]
[Dense(2)]
internal sealed partial class GraphConvolved;

[GruModel(inputSize: 1)]
[Gru(9, Output = SequenceOutput.EveryStep)]
[Dense(1, Name = "wet")]
[Join(From = ["wet", "input"], Combine = Combine.Sum)]
internal sealed partial class GraphInputAddedToTheOutput;

[GruModel(inputSize: 3, MaskValue = 0)]
[Gru(4, Output = SequenceOutput.EveryStep, Name = "a")]
[Gru(5, Output = SequenceOutput.EveryStep, From = ["a", "input"])]
[Dense(2, Activation.Sigmoid)]
internal sealed partial class GraphMasked;

[GruModel(inputSize: 3)]
[Gru(4, Output = SequenceOutput.EveryStep, InitialState = InitialState.Learned, Name = "a")]
[Gru(5, InitialState = InitialState.Learned, From = ["a", "input"])]
[Dense(2)]
internal sealed partial class GraphLearnedStates;

[GruModel(inputSize: 5), Dense(17, Activation.Tanh), Dense(3)]
internal sealed partial class RowsDenseAlone;

[GruModel(inputSize: 5), Dense(3, Activation.Softmax)]
internal sealed partial class RowsOneDenseLayer;

[GruModel(inputSize: 3), Conv1D(5, 3, Activation = Activation.Relu), Dense(2, Activation.Sigmoid)]
internal sealed partial class RowsConvolutionAndDense;

[GruModel, Embedding(7, 4), Dense(3, Activation.Softmax)]
internal sealed partial class RowsTokens;

[GruModel(inputSize: 4), Dense(5, Activation.Relu), Pool(Pooling.Mean), Dense(2)]
internal sealed partial class RowsPooled;

[GruModel(inputSize: 3)]
[Gru(8, Output = SequenceOutput.EveryStep, Name = "a")]
[Pool(Pooling.Mean, Name = "mean")]
[Pool(Pooling.Max, Name = "most", From = ["a"])]
[Pool(Pooling.Last, Name = "end", From = ["a"])]
[Dense(1, From = ["mean", "most", "end"])]
internal sealed partial class GraphTwoPools;

[GruModel(inputSize: 3)]
[Gru(8, Name = "a")]
[Pool(Pooling.Mean, Name = "p", From = ["input"])]
[Dense(1, From = ["a", "p"])]
internal sealed partial class GraphPooledInput;

[GruModel(inputSize: 3), Gru(5, Output = SequenceOutput.EveryStep, Name = "a", IsOutput = true), Dense(2, From = ["input"])]
internal sealed partial class GraphAnOutputOfTheInput;

[GruModel(inputSize: 3)]
[BatchNorm(Name = "own")]
[Gru(4, Output = SequenceOutput.EveryStep)]
[Dense(2, From = ["gru1", "own"])]
internal sealed partial class GraphNormalised;

[GruModel(inputSize: 5)]
[Dense(16, Activation.Tanh, Name = "a")]
[Dense(32, Activation.Softmax, Name = "b", From = ["input"])]
[Gru(17, Output = SequenceOutput.EveryStep, From = ["a", "b", "input"])]
[Dense(2)]
internal sealed partial class GraphInPlace;

[GruModel(inputSize: 3)]
[Dense(16, Activation.Sigmoid, Name = "a")]
[Gru(16, Output = SequenceOutput.EveryStep, Name = "hidden", From = ["input"])]
[Dense(5, Activation.Relu, Name = "b", From = ["input"])]
[Dense(3, Activation.Softmax, From = ["a", "hidden", "b"])]
internal sealed partial class GraphInPlaceTheLastWithPadding;

[GruModel(inputSize: 4)]
[Dense(32, Name = "a")]
[Dense(7, Activation.Elu, Name = "b", From = ["input"])]
[Gru(6, Output = SequenceOutput.EveryStep, Bidirectional = true, From = ["a", "b"])]
[Dropout(0.2)]
[Dense(2)]
internal sealed partial class GraphInPlaceOfBothDirections;

[GruModel(inputSize: 3)]
[Gru(6, Name = "end")]
[Dense(16, Activation.Tanh, Name = "up")]
[Dense(9, Activation.Softmax, Name = "down", From = ["end"])]
[Join(From = ["up", "down"], IsOutput = true)]
[Dense(2, Activation.Silu)]
internal sealed partial class GraphInPlaceOneRowASequence;

[GruModel(inputSize: 3)]
[Dense(16, Activation.Tanh, Name = "a")]
[Dense(16, Activation.Tanh, Name = "b", From = ["input"])]
[Conv1D(5, 3, Name = "near", From = ["a", "b"])]
[Dense(16, Activation.LeakyRelu, Name = "c", From = ["b"])]
[Gru(4, Output = SequenceOutput.EveryStep, From = ["c", "near"])]
[Dense(2)]
internal sealed partial class GraphInPlaceOfAConvolutionAndOfTwoReaders;
