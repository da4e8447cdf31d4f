using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen.Kernels;

/// <summary>
/// Reductions across a row in one fixed shape, eight partial results that are added as a tree, so that neither the width of the vectors nor the
/// machine shows in the result.
/// </summary>
internal static class Reduce
{
    /// <summary>The largest element; NaN if there is one.</summary>
    public static float Max(ref float x, int count)
    {
        float max = float.NegativeInfinity;
        for (int i = 0; i < count; i++)
        {
            max = MathF.Max(max, Unsafe.Add(ref x, i));
        }

        return max;
    }

    /// <summary>Σ x</summary>
    public static float Sum(ref float x, int count)
    {
        Span<float> partial = stackalloc float[8];
        partial.Clear();
        for (int i = 0; i < count; i++)
        {
            partial[i & 7] += Unsafe.Add(ref x, i);
        }

        return Tree(partial);
    }

    /// <summary>Σ x·y</summary>
    public static float Dot(ref float x, ref float y, int count)
    {
        Span<float> partial = stackalloc float[8];
        partial.Clear();
        for (int i = 0; i < count; i++)
        {
            partial[i & 7] = float.MultiplyAddEstimate(Unsafe.Add(ref x, i), Unsafe.Add(ref y, i), partial[i & 7]);
        }

        return Tree(partial);
    }

    /// <summary>Σ x² in double precision.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> x)
    {
        Span<double> partial = stackalloc double[8];
        partial.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            partial[i & 7] += (double)x[i] * x[i];
        }

        return (partial[0] + partial[4]) + (partial[2] + partial[6]) + ((partial[1] + partial[5]) + (partial[3] + partial[7]));
    }

    private static float Tree(ReadOnlySpan<float> p) => (p[0] + p[4]) + (p[2] + p[6]) + ((p[1] + p[5]) + (p[3] + p[7]));
}
