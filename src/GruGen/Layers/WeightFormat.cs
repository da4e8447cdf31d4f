#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>
/// The format in which predictions and streams read the weights of recurrent layers. Training and files always use float32.
/// </summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum WeightFormat
{
    /// <summary>Single precision, as they are trained.</summary>
    Float32,

    /// <summary>
    /// Rounded to bfloat16, 8 significant bits, a relative error of at most 1/512; biases and other layers are not rounded. The single
    /// steps of a stream read half the bytes, which makes them faster where a layer's weights do not fit into the L1 cache. A layer with
    /// <c>ResetAfter = false</c> reads the rounded weights as float32 and gains no speed.
    /// </summary>
    BFloat16,
}
