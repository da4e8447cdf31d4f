#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>The activation of the gates r and z.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum GateActivation
{
    /// <summary><c>1 / (1 + e^−x)</c></summary>
    Sigmoid,

    /// <summary><c>x/6 + ½</c>, but no less than 0 and no more than 1: PyTorch, Keras 3.</summary>
    HardSigmoid,

    /// <summary><c>0.2·x + ½</c>, but no less than 0 and no more than 1: Keras 2, ONNX' default.</summary>
    HardSigmoidKeras2,
}
