#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>The state that a sequence starts from.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum InitialState
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>A parameter of the model, <c>initial_state_l0</c>, which starts as zeros.</summary>
    Learned,
}
