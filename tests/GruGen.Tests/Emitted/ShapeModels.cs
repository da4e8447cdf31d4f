namespace GruGen.Tests.Emitted;

// The models of Shapes.cs, where their sizes are explained, as a user declares them.

[GruModel(inputSize: 1), Gru(1, Output = SequenceOutput.EveryStep)]
internal sealed partial class From1To1;

[GruModel(inputSize: 3), Gru(1, Output = SequenceOutput.EveryStep)]
internal sealed partial class From3To1;

[GruModel(inputSize: 1), Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class From1To3;

[GruModel(inputSize: 5), Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class From5To3;

[GruModel(inputSize: 17), Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class From17To5;

[GruModel(inputSize: 5), Gru(17, Output = SequenceOutput.EveryStep)]
internal sealed partial class From5To17;

[GruModel(inputSize: 33), Gru(17, Output = SequenceOutput.EveryStep)]
internal sealed partial class From33To17;

[GruModel(inputSize: 17), Gru(33, Output = SequenceOutput.EveryStep)]
internal sealed partial class From17To33;

[GruModel(inputSize: 33), Gru(33, Output = SequenceOutput.EveryStep)]
internal sealed partial class From33To33;

[GruModel(inputSize: 8), Gru(8, Output = SequenceOutput.EveryStep)]
internal sealed partial class From8To8;

[GruModel(inputSize: 48), Gru(64, Output = SequenceOutput.EveryStep)]
internal sealed partial class From48To64;

[GruModel(inputSize: 5), Gru(91, Output = SequenceOutput.EveryStep)]
internal sealed partial class From5To91;

[GruModel(inputSize: 3), Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class From3To5;

[GruModel(inputSize: 3), Gru(5), Dense(2)]
internal sealed partial class NoStep;

[GruModel(inputSize: 5), Gru(17), Dense(3)]
internal sealed partial class FinalStateBelowDense;

[GruModel(inputSize: 4), Gru(6)]
internal sealed partial class FinalState;

[GruModel(inputSize: 5), Gru(17), Gru(3), Gru(33, Output = SequenceOutput.EveryStep)]
internal sealed partial class Stack;

[GruModel(inputSize: 5), Gru(17), Gru(33), Dense(1)]
internal sealed partial class StackToFinalState;

[GruModel(inputSize: 2), Gru(3), Gru(4), Dense(2)]
internal sealed partial class SmallStack;

[GruModel, Embedding(11, 5), Gru(17), Dense(1, Activation.Sigmoid)]
internal sealed partial class Tokens;

[GruModel, Embedding(7, 3), Gru(9, Output = SequenceOutput.EveryStep), Dense(7, Activation.Softmax)]
internal sealed partial class TokensEveryStep;

[GruModel, Embedding(30, 16), Gru(20), Dense(5, Activation.Softmax)]
internal sealed partial class TokensToClasses;

[GruModel, Embedding(9, 5), Dense(7, Activation.Tanh), Gru(6, Output = SequenceOutput.EveryStep), Dense(3)]
internal sealed partial class DenseBelow;

[GruModel(inputSize: 5), Dense(19, Activation.Relu), Gru(18), Dense(2)]
internal sealed partial class DenseFirst;

[GruModel(inputSize: 5), Gru(6), Dense(33, Activation.Sigmoid), Gru(7, Output = SequenceOutput.EveryStep), Dense(3)]
internal sealed partial class DenseBetween;

[GruModel(inputSize: 5), Gru(6), Dense(17, Activation.Relu), Dense(9, Activation.Tanh), Dense(3)]
internal sealed partial class DenseAbove;

[GruModel(inputSize: 5), Gru(6, Output = SequenceOutput.EveryStep), Dense(17, Activation.Softmax), Dense(2, Activation.Tanh)]
internal sealed partial class DenseAboveEveryStep;

[GruModel(inputSize: 4), Gru(5), Dense(6, Activation.Softmax), Gru(3), Dense(2)]
internal sealed partial class SoftmaxBetween;

[GruModel(inputSize: 4), Gru(5), Dense(6, Activation.Relu)]
internal sealed partial class ReluOutput;

[GruModel(inputSize: 3), Gru(5, Output = SequenceOutput.EveryStep), Dense(300, Activation.Softmax)]
internal sealed partial class WideOutput;

[GruModel(inputSize: 3), Gru(9), Dense(6, Activation.Tanh), Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class ManyRows;

[GruModel(inputSize: 2), Gru(4, Output = SequenceOutput.EveryStep), Dense(1)]
internal sealed partial class OneLongSequence;

[GruModel(inputSize: 2), Gru(3), Dense(1)]
internal sealed partial class LargeBatch;
