namespace GruGen.Tests.Emitted;

// The convolutions of the shapes.

[GruModel(inputSize: 3), Conv1D(5, 3)]
internal sealed partial class Convolved;

[GruModel(inputSize: 5), Conv1D(17, 1, Activation = Activation.Tanh), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class ConvolvedOneTap;

[GruModel(inputSize: 1), Conv1D(1, 2)]
internal sealed partial class ConvolvedOneNumber;

[GruModel(inputSize: 17), Conv1D(33, 4, Activation = Activation.Relu), Gru(5), Dense(2)]
internal sealed partial class ConvolvedBelow;

[GruModel(inputSize: 7), Conv1D(49, 3, Activation = Activation.Sigmoid), Conv1D(65, 2)]
internal sealed partial class ConvolvedManyChannels;

[GruModel(inputSize: 3), Gru(6), Conv1D(4, 3, Activation = Activation.Softsign), Gru(4), Dense(2)]
internal sealed partial class ConvolvedBetween;

[GruModel(inputSize: 4), Gru(5), Conv1D(6, 3, Activation = Activation.Softmax), Conv1D(3, 2)]
internal sealed partial class ConvolvedAbove;

[GruModel(inputSize: 3), Conv1D(4, 9), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class ConvolvedFurther;

[GruModel(inputSize: 4), Conv1D(3, 3, Bias = false), Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class ConvolvedNoBias;

[GruModel(inputSize: 5), Conv1D(9, 3, Activation = Activation.Tanh, Dilation = 2), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class ConvolvedDilated;

[GruModel(inputSize: 2), Conv1D(3, 3, Dilation = 7), Gru(3), Dense(1)]
internal sealed partial class ConvolvedDilatedFurther;

[GruModel(inputSize: 3), Conv1D(4, 4, Dilation = 11), Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class ConvolvedDilatedBeyond;

[GruModel(inputSize: 3), Conv1D(5, 4, Padding = ConvPadding.Same)]
internal sealed partial class ConvolvedSame;

[GruModel(inputSize: 4), Conv1D(17, 2, Activation = Activation.Tanh, Dilation = 3, Padding = ConvPadding.Same), Gru(5, Output = SequenceOutput.EveryStep)]
internal sealed partial class ConvolvedSameDilated;

[GruModel(inputSize: 3), Conv1D(4, 13, Dilation = 2, Padding = ConvPadding.Same), Gru(3), Dense(2)]
internal sealed partial class ConvolvedSameFurther;

[GruModel(inputSize: 3)]
[Conv1D(5, 3, Padding = ConvPadding.Same), Conv1D(4, 2), Gru(3, Bidirectional = true)]
[Conv1D(2, 5, Activation = Activation.Relu, Padding = ConvPadding.Same)]
internal sealed partial class ConvolvedSameStack;

[GruModel(inputSize: 3), Conv1D(5, 1, Padding = ConvPadding.Same), Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class ConvolvedSameOneTap;

[GruModel, Embedding(7, 4), Conv1D(5, 3, Activation = Activation.Tanh), Gru(4), Dense(1)]
internal sealed partial class ConvolvedTokens;

[GruModel(inputSize: 3), Conv1D(4, 3), Conv1D(5, 2, Activation = Activation.Tanh, Dilation = 2)]
[Conv1D(3, 3, Activation = Activation.Relu, Dilation = 4), Gru(4)]
internal sealed partial class ConvolvedStack;

[GruModel(inputSize: 3), Conv1D(7, 3), Gru(4), Conv1D(5, 2), Pool(Pooling.Max), Dense(2)]
internal sealed partial class ConvolvedPooled;

[GruModel(inputSize: 3), Dropout(0.3), Conv1D(7, 3), Dropout(0.2), LayerNorm(Epsilon = 0.1), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class ConvolvedDropout;

[GruModel(inputSize: 3), Conv1D(4, 3), Gru(4), Dense(2)]
internal sealed partial class ConvolvedNoStep;

[GruModel(inputSize: 2), Conv1D(4, 5, Activation = Activation.Tanh), Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class ConvolvedLong;

[GruModel(inputSize: 3), Conv1D(9, 4, Dilation = 3), Conv1D(6, 3)]
internal sealed partial class ConvolvedManyRows;

[GruModel, Embedding(9, 4, PaddingToken = 0), Conv1D(6, 3), Gru(5), Conv1D(3, 3, Padding = ConvPadding.Same)]
internal sealed partial class ConvolvedPadding;

[GruModel(inputSize: 3, MaskValue = 0)]
[Conv1D(5, 3, Dilation = 2)]
[Gru(4, Output = SequenceOutput.EveryStep)]
[Conv1D(3, 2)]
internal sealed partial class ConvolvedMasked;

[GruModel(inputSize: 3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat), Conv1D(5, 3), Conv1D(4, 3, Padding = ConvPadding.Same)]
internal sealed partial class ConvolvedRepeating;
