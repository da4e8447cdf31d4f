#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>How predictions and streams read the weights of recurrent layers. Training and files have all parameters as float32.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum WeightFormat
{
    /// <summary>As they are.</summary>
    Float32,

    /// <summary>
    /// Rounded to bfloat16, 8 significant bits: a weight is off by 1/512 of itself at most, biases and other layers stay as they are. The
    /// single steps of a stream read half the bytes, which makes them faster where a layer's weights are larger than the first level of
    /// the cache; layers that reset before the product read the rounded weights as float32.
    /// </summary>
    BFloat16,
}
