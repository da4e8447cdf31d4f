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

    /// <summary><c>α·x + β</c>, but no less than 0 and no more than 1; α is 1/6 and β ½ unless given: PyTorch, Keras 3.</summary>
    HardSigmoid,

    /// <summary><c>α·x + β</c>, but no less than 0 and no more than 1; α is 0.2 and β ½ unless given: Keras 2, ONNX.</summary>
    HardSigmoidKeras2,

    /// <inheritdoc cref="Activation.Linear"/>
    Linear,

    /// <inheritdoc cref="Activation.Tanh"/>
    Tanh,

    /// <inheritdoc cref="Activation.Relu"/>
    Relu,

    /// <inheritdoc cref="Activation.Softsign"/>
    Softsign,

    /// <inheritdoc cref="Activation.Elu"/>
    Elu,

    /// <inheritdoc cref="Activation.LeakyRelu"/>
    LeakyRelu,

    /// <inheritdoc cref="Activation.ScaledTanh"/>
    ScaledTanh,

    /// <inheritdoc cref="Activation.Affine"/>
    Affine,
}
