// Written by grugen from movements.onnx (ONNX).
// SHA-256 22e7ac6bfc8a38b2f94d23007ac624cab0c4728b434a8c8980fdcd22462d0974
using GruGen;

namespace Import;

[GruModel(inputSize: 3)]
[Gru(16)]
[Dense(4, Activation.Softmax)]
internal sealed partial class FromOnnx;
