#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>What a model with an output for every step outputs at those that only fill a sequence.</summary>
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
    /// The output of the step before, as Keras' recurrent layers do, and zeros before the first. Of a recurrent layer that reads from the
    /// end, and of that direction of a bidirectional one, it is the output of the step after.
    /// </summary>
    Repeat,
}
