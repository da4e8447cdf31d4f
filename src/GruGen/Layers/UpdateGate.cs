#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>
/// What the update gate z stands for. Where the activation of the gates is symmetric, <c>σ(−x) = 1 − σ(x)</c>, a layer of one form is a
/// layer of the other with the weights and biases of z negated.
/// </summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum UpdateGate
{
    /// <summary>The part of the state that is kept, <c>h' = (1 − z) ∘ n + z ∘ h</c>: PyTorch, Keras, ONNX, cuDNN.</summary>
    Keep,

    /// <summary>The part of the state that is replaced, <c>h' = (1 − z) ∘ h + z ∘ n</c>: Chung et al. 2014 and many tutorials.</summary>
    Replace,
}
