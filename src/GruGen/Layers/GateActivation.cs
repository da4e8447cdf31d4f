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

    /// <summary><c>max(0, min(1, α·x + β))</c>; α is 1/6 and β ½ unless set, as in PyTorch and Keras 3</summary>
    HardSigmoid,

    /// <summary><c>max(0, min(1, α·x + β))</c>; α is 0.2 and β ½ unless set, as in Keras 2 and ONNX</summary>
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
