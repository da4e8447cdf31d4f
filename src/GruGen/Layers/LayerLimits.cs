#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>The largest sizes of layers.</summary>
internal static class LayerLimits
{
    /// <summary>Of anything but a vocabulary and the units of a Dense layer.</summary>
    public const int Size = 65_536;

    /// <summary>The most units of a Dense layer, which may give a probability for each word of a large vocabulary.</summary>
    public const int Units = 1 << 20;

    /// <summary>The most different tokens.</summary>
    public const int Vocabulary = 1 << 24;
}
