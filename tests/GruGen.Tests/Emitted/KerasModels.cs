namespace GruGen.Tests.Emitted;

// The plain models among those that Keras computed the cases with.

[GruModel(inputSize: 6), Gru(11, Output = SequenceOutput.EveryStep)]
internal sealed partial class KerasDefault;

[GruModel(inputSize: 5), Gru(12), Gru(7), Dense(4, Activation.Softmax)]
internal sealed partial class KerasStacked;

[GruModel, Embedding(200, 32), Gru(32), Dense(1, Activation.Sigmoid)]
internal sealed partial class KerasReviews;
