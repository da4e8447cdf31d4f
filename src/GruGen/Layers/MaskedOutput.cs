#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>What a model with an output for every step gives at masked steps, which are padding and no part of the sequence.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum MaskedOutput
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>
    /// The output of the step before, as in Keras' recurrent layers, and zeros before the first. For a recurrent layer that reads from the
    /// end, and for that direction of a bidirectional layer, it is the output of the step after.
    /// </summary>
    Repeat,
}
