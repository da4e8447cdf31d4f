namespace GruGen.Tests.Threads;

// Models that are large enough for several threads to have something to do.

[GruModel(inputSize: 5), Gru(20), Gru(17), Dense(3)]
internal sealed partial class Stacked;

[GruModel, Embedding(300, 12), Gru(24, Output = SequenceOutput.EveryStep), Dense(300, Activation.Softmax)]
internal sealed partial class Vocabulary;

[GruModel(inputSize: 6), Gru(18, Bidirectional = true), Dense(9, Activation.Tanh), Gru(8, Bidirectional = true, InitialState = InitialState.Learned), Dense(3)]
internal sealed partial class TwoWays;

[GruModel(inputSize: 6), Gru(18, ResetAfter = false, RecurrentDropout = 0.2), Gru(9, ResetAfter = false), Dense(3)]
internal sealed partial class Before;

[GruModel(inputSize: 6), Dropout(0.1), Gru(18, Dropout = 0.2, RecurrentDropout = 0.3), LayerNorm, Dropout(0.4), Gru(7), Dense(3)]
internal sealed partial class Dropping;

[GruModel(inputSize: 6), Conv1D(18, 5, Activation = Activation.Tanh), Conv1D(9, 3, Dilation = 3), Gru(8), Dense(3)]
internal sealed partial class Convolving;

[GruModel(inputSize: 6), Gru(18), Gru(18, Residual = true), Pool(Pooling.Mean), Dense(3)]
internal sealed partial class Pooled;

[GruModel(inputSize: 6), Dense(20, Activation.Gelu), Gru(18), PReLU, Dense(9, Activation.Silu, Bias = false), Gru(7), PReLU, Dense(3, Activation.Gelu)]
internal sealed partial class Curved;

[GruModel(inputSize: 6)]
[Gru(18, Name = "one")]
[Gru(18, Name = "two", From = ["input"], Reverse = true)]
[Gru(7, From = ["one", "two"], Combine = Combine.Sum)]
[Dense(3)]
internal sealed partial class Meeting;

[GruModel(inputSize: 6)]
[Gru(18, Name = "memory", Output = SequenceOutput.EveryStep)]
[Dense(4, Activation.Softmax, Name = "kind", IsOutput = true)]
[Dense(2, Name = "level", From = ["memory"])]
internal sealed partial class Parting;
