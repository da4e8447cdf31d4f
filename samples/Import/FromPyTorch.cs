// Written by grugen from movements.pt (PyTorch).
// SHA-256 cca7117bc71d7bb036e54beac78b65f8fcedca9751618abfaed2384aa870529a
// - Assumed: the topmost GRU gives its final state; '--output every' gives an output for every step.
using GruGen;

namespace Import;

[GruModel(inputSize: 3)]
[Gru(16)]
[Dense(4, Activation.Softmax)]
internal sealed partial class FromPyTorch;
