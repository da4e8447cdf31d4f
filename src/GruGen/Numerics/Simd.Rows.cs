#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen.Kernels;
#endif

/// <content>How rows of floats lie in the memory of kernels.</content>
#if GRUGEN_GENERATOR
internal static class Simd
#else
public static partial class Simd
#endif
{
    /// <summary>Memory of kernels is padded to this many floats in a row: the lanes of the widest vector.</summary>
    public const int MaxLanes = 16;

    /// <summary>The most rows of any tile: so far a product may read past the last row.</summary>
    internal const int TileRows = 8;

    /// <summary>
    /// From one row to the next of weights that products walk in strips of a few columns: padded, and a cache line apart from a multiple
    /// of 64, or the lines of a strip would meet in a few sets of the cache.
    /// </summary>
    public static int WeightStride(int size) => Padded(size) % 64 == 0 ? checked(Padded(size) + MaxLanes) : Padded(size);

    /// <summary><paramref name="size"/> rounded up to whole rows of <see cref="MaxLanes"/>.</summary>
    public static int Padded(int size) => checked((size + MaxLanes - 1) / MaxLanes * MaxLanes);
}
