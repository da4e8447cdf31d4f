using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GruGen.Kernels;

/// <summary>
/// Reductions across a row in one fixed shape: element i belongs to partial result i mod 16, and the sixteen are added as a tree. Neither the
/// width of the vectors nor the machine shows in the result.
/// </summary>
internal static class Reduce
{
    private const int Partials = 16;

    /// <summary>The largest element; NaN if there is one, −∞ of nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Max(ref float x, int count)
    {
        Span<float> rest = stackalloc float[Partials];
        Vector256<float> a = Vector256.Create(float.NegativeInfinity), b = a;
        for (int i = 0; i < count; i += Partials)
        {
            ref float block = ref Block(ref x, i, count, rest, float.NegativeInfinity);
            a = Vector256.Max(a, Vector256.LoadUnsafe(ref block));
            b = Vector256.Max(b, Vector256.LoadUnsafe(ref block, 8));
        }

        a = Vector256.Max(a, b);
        Vector128<float> four = Vector128.Max(a.GetLower(), a.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[2]), MathF.Max(four[1], four[3]));
    }

    /// <summary>Σ x</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(ref float x, int count)
    {
        Span<float> rest = stackalloc float[Partials];
        Vector256<float> a = Vector256<float>.Zero, b = a;
        for (int i = 0; i < count; i += Partials)
        {
            ref float block = ref Block(ref x, i, count, rest);
            a += Vector256.LoadUnsafe(ref block);
            b += Vector256.LoadUnsafe(ref block, 8);
        }

        return Tree(a + b);
    }

    /// <summary>Σ x·y</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ref float x, ref float y, int count)
    {
        Span<float> restX = stackalloc float[Partials], restY = stackalloc float[Partials];
        Vector256<float> a = Vector256<float>.Zero, b = a;
        for (int i = 0; i < count; i += Partials)
        {
            ref float blockX = ref Block(ref x, i, count, restX);
            ref float blockY = ref Block(ref y, i, count, restY);
            a = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref blockX), Vector256.LoadUnsafe(ref blockY), a);
            b = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref blockX, 8), Vector256.LoadUnsafe(ref blockY, 8), b);
        }

        return Tree(a + b);
    }

    /// <summary>Σ x in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Total(ref float x, int count)
    {
        Span<float> rest = stackalloc float[Partials];
        Vector256<double> a = Vector256<double>.Zero, b = a, c = a, d = a;
        for (int i = 0; i < count; i += Partials)
        {
            ref float block = ref Block(ref x, i, count, rest);
            (Vector256<double> x0, Vector256<double> x1) = Vector256.Widen(Vector256.LoadUnsafe(ref block));
            (Vector256<double> x2, Vector256<double> x3) = Vector256.Widen(Vector256.LoadUnsafe(ref block, 8));
            a += x0;
            b += x1;
            c += x2;
            d += x3;
        }

        return Tree((a + c) + (b + d));
    }

    /// <summary>Σ x² in double precision, in which the square of a float is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquares(ref float x, int count)
    {
        Span<float> rest = stackalloc float[Partials];
        Vector256<double> a = Vector256<double>.Zero, b = a, c = a, d = a;
        for (int i = 0; i < count; i += Partials)
        {
            ref float block = ref Block(ref x, i, count, rest);
            (Vector256<double> x0, Vector256<double> x1) = Vector256.Widen(Vector256.LoadUnsafe(ref block));
            (Vector256<double> x2, Vector256<double> x3) = Vector256.Widen(Vector256.LoadUnsafe(ref block, 8));
            a += x0 * x0;
            b += x1 * x1;
            c += x2 * x2;
            d += x3 * x3;
        }

        return Tree((a + c) + (b + d));
    }

    /// <summary>Σ x² in double precision, in which the square of a float is exact.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> x) => SumOfSquares(ref MemoryMarshal.GetReference(x), x.Length);

    /// <summary>Sixteen elements from <paramref name="from"/> on: in their place, or, at the end, a copy with <paramref name="filling"/> after them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float Block(ref float x, int from, int count, Span<float> rest, float filling = 0)
    {
        ref float at = ref Unsafe.Add(ref x, from);
        if (count - from >= Partials)
        {
            return ref at;
        }

        rest.Fill(filling);
        MemoryMarshal.CreateReadOnlySpan(ref at, count - from).CopyTo(rest);
        return ref MemoryMarshal.GetReference(rest);
    }

    private static float Tree(Vector256<float> eight)
    {
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    private static double Tree(Vector256<double> four) => (four[0] + four[2]) + (four[1] + four[3]);
}
