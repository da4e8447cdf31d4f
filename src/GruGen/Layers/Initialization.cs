#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>
/// How the values are drawn that parameters start with. Biases of a LayerNorm are 0, its weights 1.
/// </summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum Initialization
{
    /// <summary>PyTorch's: a GRU's tensors U(±1/√H), a Dense layer's U(±1/√inputs), an embedding's N(0, 1).</summary>
    PyTorch,

    /// <summary>
    /// Keras': input weights and Dense layers Glorot uniform, hidden weights orthogonal, biases 0, an embedding's U(±0.05).
    /// </summary>
    Keras,
}
