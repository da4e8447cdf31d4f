using System.ComponentModel;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GruGen.Kernels;

/// <summary>The vector widths of this process, as the number of floats in a vector: 16, 8, 4, or 1 for the scalar twin.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Simd
{
    /// <summary>Memory of kernels is padded to this many floats in a row: the lanes of the widest vector.</summary>
    public const int MaxLanes = 16;

    /// <summary>The lanes of the widest vector that the processor has.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Whether the processor has fused multiply-add.</summary>
    internal static bool Fuses => Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>Every choice that runs here, widest first, the scalar twin last.</summary>
    public static IReadOnlyList<int> Choices =>
        Vector512.IsHardwareAccelerated ? [16, 8, 4, 1] : Vector256.IsHardwareAccelerated ? [8, 4, 1] : [4, 1];

    /// <summary>
    /// From one row to the next of weights that products walk in strips of a few columns: padded, and a cache line apart from a multiple
    /// of 64, or the lines of a strip would meet in a few sets of the cache.
    /// </summary>
    public static int WeightStride(int size) => Padded(size) % 64 == 0 ? checked(Padded(size) + MaxLanes) : Padded(size);

    /// <summary><paramref name="size"/> rounded up to whole rows of <see cref="MaxLanes"/>.</summary>
    public static int Padded(int size) => checked((size + MaxLanes - 1) / MaxLanes * MaxLanes);
}
