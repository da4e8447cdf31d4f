namespace GruGen.Tests.Emitted;

// The models of WindowShapes.

[GruModel(inputSize: 3), Conv1D(5, 3, Stride = 2)]
internal sealed partial class StridedConv;

[GruModel(inputSize: 4), Conv1D(17, 3, Activation = Activation.Tanh, Dilation = 2, Stride = 3), Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class StridedDilated;

[GruModel(inputSize: 3), Conv1D(4, 1, Stride = 2), Gru(5), Dense(2)]
internal sealed partial class StridedOneTap;

[GruModel(inputSize: 5), Conv1D(8, 3, Padding = ConvPadding.Valid), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class ValidConv;

[GruModel(inputSize: 3)]
[Conv1D(33, 2, Activation = Activation.Sigmoid, Dilation = 3, Padding = ConvPadding.Valid, Bias = false), Gru(4), Dense(2)]
internal sealed partial class ValidDilated;

[GruModel(inputSize: 5), Conv1D(33, 4, Padding = ConvPadding.Valid, Stride = 2, Activation = Activation.Relu), Gru(10), Dense(2)]
internal sealed partial class ValidStrided;

[GruModel(inputSize: 3), Conv1D(4, 12, Padding = ConvPadding.Valid), Gru(3, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class ValidLonger;

[GruModel(inputSize: 3), Conv1D(5, 3, Stride = 2), Gru(6), Conv1D(4, 2, Padding = ConvPadding.Valid, Stride = 2), Dense(3, Activation.Softmax)]
internal sealed partial class StridedTwice;

[GruModel(inputSize: 3), Gru(17), Pool(Pooling.Last, Window = 2), Dense(2)]
internal sealed partial class WindowsToLast;

[GruModel(inputSize: 18), Pool(Pooling.Last, Window = 3, Stride = 1), Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class OverlappingWindowsToLast;

[GruModel(inputSize: 3), Conv1D(7, 3), Pool(Pooling.Last, Window = 2, Stride = 3), Gru(4)]
internal sealed partial class WindowsApartToLast;

[GruModel(inputSize: 3), Gru(5), Pool(Pooling.Max, Window = 2), Pool(Pooling.Last), Dense(2)]
internal sealed partial class WindowsThenPooledToLast;

[GruModel(inputSize: 3), Gru(17), Pool(Pooling.Mean, Window = 2), Dense(2)]
internal sealed partial class WindowsToMean;

[GruModel(inputSize: 18), Pool(Pooling.Mean, Window = 3, Stride = 1), Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class OverlappingWindowsToMean;

[GruModel(inputSize: 3), Conv1D(7, 3), Pool(Pooling.Mean, Window = 2, Stride = 3), Gru(4)]
internal sealed partial class WindowsApartToMean;

[GruModel(inputSize: 3), Gru(5), Pool(Pooling.Max, Window = 2), Pool(Pooling.Mean), Dense(2)]
internal sealed partial class WindowsThenPooledToMean;

[GruModel(inputSize: 3), Gru(17), Pool(Pooling.Max, Window = 2), Dense(2)]
internal sealed partial class WindowsToMax;

[GruModel(inputSize: 18), Pool(Pooling.Max, Window = 3, Stride = 1), Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class OverlappingWindowsToMax;

[GruModel(inputSize: 3), Conv1D(7, 3), Pool(Pooling.Max, Window = 2, Stride = 3), Gru(4)]
internal sealed partial class WindowsApartToMax;

[GruModel(inputSize: 3), Gru(5), Pool(Pooling.Max, Window = 2), Pool(Pooling.Max), Dense(2)]
internal sealed partial class WindowsThenPooledToMax;

[GruModel(inputSize: 3), Gru(7, Activation = Activation.Relu), Pool(Pooling.Max, Window = 3, Stride = 2)]
internal sealed partial class WindowsOfEqualMaxima;

[GruModel(inputSize: 3), Gru(4), Pool(Pooling.Mean, Window = 1), Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class WindowsAsTheyAre;

[GruModel(inputSize: 3)]
[Conv1D(9, 3), Pool(Pooling.Max, Window = 2, Stride = 1), BatchNorm, Gru(5, Bidirectional = true), Conv1D(6, 2, Stride = 2), LayerNorm(Epsilon = 0.1)]
[Gru(6, Output = SequenceOutput.EveryStep, Residual = true), PReLU, Dense(6, Activation.Gelu, Residual = true)]
internal sealed partial class WindowsOfEveryKind;

[GruModel(inputSize: 4), Pool(Pooling.Mean, Window = 2), Gru(5, Reverse = true), Gru(4, Reverse = true), Dense(3)]
internal sealed partial class WindowsReversed;

[GruModel(inputSize: 3), Conv1D(5, 2, Stride = 2), Gru(5, ResetAfter = false, InitialState = InitialState.Learned)]
[Gru(4, Bidirectional = true, InitialState = InitialState.Learned)]
internal sealed partial class WindowsResetBefore;

[GruModel(inputSize: 3), Pool(Pooling.Max, Window = 2), Dropout(0.3), Gru(6, Dropout = 0.2, RecurrentDropout = 0.3)]
[Conv1D(4, 2, Padding = ConvPadding.Valid), Dropout(0.2), Gru(4, Dropout = 0.2, RecurrentDropout = 0.3), Dropout(0.5), Dense(2)]
internal sealed partial class WindowsAndDropout;

[GruModel, Embedding(7, 4), Conv1D(5, 3, Stride = 2), Gru(6, Output = SequenceOutput.EveryStep), Dense(7, Activation.Softmax)]
internal sealed partial class WindowsOfTokens;

[GruModel(inputSize: 3), Pool(Pooling.Max, Window = 2), Conv1D(5, 3, Padding = ConvPadding.Same), Conv1D(4, 2, Dilation = 2), Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class WindowsBothSides;

[GruModel(inputSize: 3, MaskValue = 0), Gru(4), Conv1D(5, 3, Stride = 2)]
internal sealed partial class WindowsMasked;

[GruModel, Embedding(9, 4, PaddingToken = 0), Pool(Pooling.Mean, Window = 2), Gru(5), Conv1D(3, 2, Padding = ConvPadding.Valid), Dense(2)]
internal sealed partial class WindowsAndPadding;

[GruModel(inputSize: 3), Conv1D(4, 3, Stride = 2), Gru(4), Dense(2)]
internal sealed partial class WindowsToNoStep;

[GruModel(inputSize: 3), Conv1D(4, 3, Stride = 2), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class WindowsOfNothing;

[GruModel(inputSize: 2), Conv1D(4, 5, Padding = ConvPadding.Valid, Stride = 3, Activation = Activation.Tanh)]
[Pool(Pooling.Mean, Window = 3, Stride = 2), Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class WindowsOfOneSequence;

[GruModel(inputSize: 3), Conv1D(9, 4, Padding = ConvPadding.Valid, Stride = 2), Pool(Pooling.Max, Window = 2), Gru(6, Output = SequenceOutput.EveryStep)]
internal sealed partial class WindowsOfManyRows;
