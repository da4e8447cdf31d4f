using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>How the JIT compiles methods that compute.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Jit
{
    /// <summary>Part of its callers, whatever its size.</summary>
    public const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>
    /// Compiled as well as can be at the first call, and not after many: a kernel is called too seldom to be counted, and runs too long to
    /// wait for that.
    /// </summary>
    public const MethodImplOptions Optimized = MethodImplOptions.AggressiveOptimization;

    /// <summary>The same, as a method of its own, which has all registers of the processor: a tile of a product.</summary>
    public const MethodImplOptions Tile = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
