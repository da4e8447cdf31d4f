using System.ComponentModel;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GruGen.Kernels;

/// <summary>The vector widths of this process, as the number of floats in a vector: 16, 8, 4, or 1 for the scalar twin.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Simd
{
    /// <summary>The lanes of the widest vector that the processor has.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Whether the processor has fused multiply-add.</summary>
    internal static bool Fuses => Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>Every choice that runs here, widest first, the scalar twin last.</summary>
    public static IReadOnlyList<int> Choices =>
        Vector512.IsHardwareAccelerated ? [16, 8, 4, 1] : Vector256.IsHardwareAccelerated ? [8, 4, 1] : [4, 1];
}
