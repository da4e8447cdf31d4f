#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>What a pooling layer makes of all steps of a sequence.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum Pooling
{
    /// <summary>The last step.</summary>
    Last,

    /// <summary>The mean of each feature over the steps.</summary>
    Mean,

    /// <summary>The maximum of each feature over the steps.</summary>
    Max,
}
