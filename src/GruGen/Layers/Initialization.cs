#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>
/// How the initial values of parameters are drawn. With either, a LayerNorm starts with weights 1 and biases 0.
/// </summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum Initialization
{
    /// <summary>PyTorch's: with hidden size H, a GRU's tensors U(±1/√H); a Dense layer's U(±1/√inputs); an embedding's N(0, 1).</summary>
    PyTorch,

    /// <summary>
    /// Keras': input weights of a GRU and weights of a Dense layer Glorot uniform, recurrent weights orthogonal, biases 0, an embedding's
    /// U(±0.05).
    /// </summary>
    Keras,
}
