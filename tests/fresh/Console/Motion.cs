using GruGen;

namespace Fresh;

[GruModel(inputSize: 3)]
[Gru(20, Bidirectional = true)]
[LayerNorm]
[Gru(12)]
[Dense(2, Activation.Softmax)]
internal sealed partial class Sentence;

[GruModel(inputSize: 3)]
[Conv1D(8, kernelSize: 3)]
[Gru(24, RecurrentDropout = 0.1)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class Motion;
