namespace GruGen.Mpi.Worker;

// What is trained: what a model can be made of, in few of them.

[GruModel(inputSize: 6)]
[Gru(20, Dropout = 0.2, RecurrentDropout = 0.1)]
[Gru(9, Bidirectional = true)]
[Dropout(0.1)]
[Dense(3, Activation.Softmax)]
internal sealed partial class Movement;

[GruModel, Embedding(300, 8), Gru(17), Dense(1, Activation.Sigmoid)]
internal sealed partial class Opinion;

[GruModel(inputSize: 4)]
[Gru(12, Name = "speech", Output = SequenceOutput.EveryStep)]
[Dense(1, Activation.Sigmoid, Name = "voice", IsOutput = true)]
[Gru(9, Name = "noise", From = ["speech", "input"], Output = SequenceOutput.EveryStep)]
[Dense(2, Activation.Sigmoid, Name = "gains")]
internal sealed partial class Enhancer;

[GruModel, Embedding(12, 6), Gru(16, Output = SequenceOutput.EveryStep), Dense(12, Activation.Softmax)]
internal sealed partial class Writer;
