#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>Where the zeros stand that a convolution reads beyond a sequence.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum ConvPadding
{
    /// <summary>
    /// Before the sequence, as many as the first tap lies before the last one, so that no output depends on later steps (Keras'
    /// <c>padding="causal"</c>).
    /// </summary>
    Causal,

    /// <summary>
    /// On both sides, the odd one after the sequence (PyTorch's and Keras' <c>padding="same"</c>): an output also depends on later steps.
    /// </summary>
    Same,

    /// <summary>
    /// Nowhere: an output is made of steps of the sequence alone (PyTorch's <c>padding=0</c>, Keras' <c>padding="valid"</c>), so that there
    /// are (kernel size − 1) · dilation fewer outputs than steps, and none of a sequence that is shorter than that.
    /// </summary>
    Valid,
}

/// <summary>The largest size of a convolution.</summary>
internal static class ConvLimits
{
    /// <summary>The most numbers of a history, (kernel size − 1) · dilation · inputs.</summary>
    public const int History = 1 << 24;
}
