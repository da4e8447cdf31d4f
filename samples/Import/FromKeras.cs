// Written by grugen from movements.keras (Keras 3.8.0).
// SHA-256 aff9aee24851e88bbcb2eacc1248df5d51d90fdbbb9d20ee127f56e96aacdc9c
using GruGen;

namespace Import;

[GruModel(inputSize: 3)]
[Gru(16)]
[Dense(4, Activation.Softmax)]
internal sealed partial class FromKeras;
