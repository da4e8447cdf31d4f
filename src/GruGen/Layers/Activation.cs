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
}
