#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>The activation of a layer.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum Activation
{
    /// <summary><c>y = x</c></summary>
    Linear,

    /// <summary><c>y = 1 / (1 + e^−x)</c></summary>
    Sigmoid,

    /// <summary><c>y = tanh(x)</c></summary>
    Tanh,

    /// <summary><c>y = max(x, 0)</c></summary>
    Relu,

    /// <summary><c>y_i = e^x_i / Σ_j e^x_j</c> over the units of the layer</summary>
    Softmax,

    /// <summary><c>y = x / (1 + |x|)</c></summary>
    Softsign,

    /// <summary><c>y = x · σ(x)</c> (also called swish)</summary>
    Silu,

    /// <summary><c>y = x</c> above 0, <c>α·(e^x − 1)</c> elsewhere; α is 1 unless a recurrent layer sets another</summary>
    Elu,

    /// <summary><c>y = x</c> above 0, <c>α·x</c> elsewhere; α is 0.01 unless a recurrent layer sets another</summary>
    LeakyRelu,

    /// <summary><c>y = x · Φ(x)</c> with the standard normal distribution <c>Φ(x) = (1 + erf(x/√2))/2</c></summary>
    Gelu,

    /// <summary><c>y = α·tanh(β·x)</c>, only for recurrent layers; α is 1.7159 and β ⅔ unless set (LeCun et al. 1998)</summary>
    ScaledTanh,

    /// <summary><c>y = α·x + β</c>, only for recurrent layers; α is 1 and β is 0 unless set</summary>
    Affine,

    /// <summary>
    /// <c>y = max(0, min(1, α·x + β))</c>, only for recurrent layers; α is 1/6 and β ½ unless set, as in PyTorch and Keras 3
    /// </summary>
    HardSigmoid,
}

/// <summary>What a layer has to know of its activation.</summary>
internal static class ActivationTraits
{
    /// <summary>
    /// Whether its derivative is computed from its argument, because its value does not tell the derivative: some value is that of two
    /// arguments. Of all others the value is enough.
    /// </summary>
    public static bool NeedsArgument(this Activation activation) => activation is Activation.Silu or Activation.Gelu;
}
