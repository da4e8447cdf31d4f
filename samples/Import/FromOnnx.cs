using GruGen;

namespace Import;

[GruModel(inputSize: 3)]
[Gru(16)]
[Dense(4, Activation.Softmax)]
internal sealed partial class FromOnnx;
