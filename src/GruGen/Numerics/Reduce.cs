using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GruGen.Kernels;

/// <summary>
/// Reductions across a row in one fixed shape: element i belongs to partial result i mod 16, and the sixteen are added as a tree. Neither
/// the width of the vectors nor the machine shows in the result.
/// </summary>
/// <remarks>
/// Each goes through two parts: all whole groups of sixteen in their place, and a copy of the rest with what changes nothing after it.
/// The copy is made before the loop, because partial results that live across a call are kept in memory.
/// </remarks>
internal static class Reduce
{
    private const int Partials = 16;

    /// <summary>The largest element; NaN if there is one, −∞ of nothing.</summary>
    public static float Max(ref float x, int count) => Fold<Larger>(ref x, count);

    /// <summary>The largest |x|; NaN if there is one, 0 of nothing.</summary>
    public static float MaxMagnitude(ref float x, int count) => Fold<LargerMagnitude>(ref x, count);

    /// <summary>Σ x</summary>
    public static float Sum(ref float x, int count) => Fold<Addition>(ref x, count);

    /// <summary>Σ x·y</summary>
    [MethodImpl(Jit.Optimized)]
    public static float Dot(ref float x, ref float y, int count)
    {
        Span<float> copyX = stackalloc float[Partials], copyY = stackalloc float[Partials];
        ref float restX = ref Rest(ref x, count, copyX, 0), restY = ref Rest(ref y, count, copyY, 0);
        Vector256<float> a = Vector256<float>.Zero, b = a;
        for (int part = 0; part < 2; part++)
        {
            ref float fromX = ref Part(part, ref x, ref restX, count, out nuint length);
            ref float fromY = ref Part(part, ref y, ref restY, count, out _);
            for (nuint i = 0; i < length; i += Partials)
            {
                a = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref fromX, i), Vector256.LoadUnsafe(ref fromY, i), a);
                b = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref fromX, i + 8), Vector256.LoadUnsafe(ref fromY, i + 8), b);
            }
        }

        return Tree(a + b);
    }

    /// <summary>Σ x in double precision.</summary>
    [MethodImpl(Jit.Optimized)]
    public static double Total(ref float x, int count)
    {
        if (count == 1)
        {
            return x; // as below, and many models have one output
        }

        Span<float> copy = stackalloc float[Partials];
        ref float rest = ref Rest(ref x, count, copy, 0);
        DoubleSum sum = default;
        for (int part = 0; part < 2; part++)
        {
            ref float from = ref Part(part, ref x, ref rest, count, out nuint length);
            sum.Add<DoubleSum.Number>(ref from, length);
        }

        return sum.Value;
    }

    /// <summary>Σ x² in double precision, in which the square of a float is exact.</summary>
    public static double SumOfSquares(ref float x, int count) =>
        count == 1 ? (double)x * x : SumOfSquares(ref x, count, [0]); // as below, and many models have one output

    /// <summary>Σ x² in double precision, in which the square of a float is exact.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> x) => SumOfSquares(ref MemoryMarshal.GetReference(x), x.Length);

    /// <summary>
    /// Σ x² over some rows of table[…, size], one after another into the same partial results, in double precision.
    /// </summary>
    [MethodImpl(Jit.Optimized)]
    public static double SumOfSquares(ref float table, int size, ReadOnlySpan<int> rows)
    {
        int whole = size & -Partials;
        Span<float> copy = stackalloc float[Partials];
        copy.Clear();
        ref float rest = ref MemoryMarshal.GetReference(copy);
        DoubleSum sum = default;
        foreach (int row in rows)
        {
            ref float x = ref Unsafe.Add(ref table, (nint)row * size);
            for (int i = whole; i < size; i++) // one by one, for the reason above
            {
                Unsafe.Add(ref rest, i - whole) = Unsafe.Add(ref x, i);
            }

            for (int part = 0; part < 2; part++)
            {
                ref float from = ref Part(part, ref x, ref rest, size, out nuint length);
                sum.Add<DoubleSum.Square>(ref from, length);
            }
        }

        return sum.Value;
    }

    /// <summary>A row folded to one number.</summary>
    [MethodImpl(Jit.Optimized)]
    private static float Fold<TFold>(ref float x, int count)
        where TFold : struct, IFold
    {
        Span<float> copy = stackalloc float[Partials];
        ref float rest = ref Rest(ref x, count, copy, TFold.Nothing);
        Vector256<float> a = Vector256.Create(TFold.Nothing), b = a;
        for (int part = 0; part < 2; part++)
        {
            ref float from = ref Part(part, ref x, ref rest, count, out nuint length);
            for (nuint i = 0; i < length; i += Partials)
            {
                a = TFold.Next(a, Vector256.LoadUnsafe(ref from, i));
                b = TFold.Next(b, Vector256.LoadUnsafe(ref from, i + 8));
            }
        }

        return TFold.End(a, b);
    }

    /// <summary>A copy of what is left of a row after its whole groups of sixteen, with <paramref name="filling"/> after it.</summary>
    private static ref float Rest(ref float x, int count, Span<float> copy, float filling)
    {
        int whole = count & -Partials;
        copy.Fill(filling);
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref x, whole), count - whole).CopyTo(copy);
        return ref MemoryMarshal.GetReference(copy);
    }

    /// <summary>Part 0 of a row, its whole groups of sixteen, or part 1, the rest.</summary>
    [MethodImpl(Jit.Inline)]
    private static ref float Part(int part, ref float x, ref float rest, int count, out nuint length)
    {
        int whole = count & -Partials;
        length = part == 0 ? (nuint)whole : whole == count ? 0 : (nuint)Partials;
        return ref part == 0 ? ref x : ref rest;
    }

    private static float Largest(Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> eight = Vector256.Max(a, b);
        Vector128<float> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[2]), MathF.Max(four[1], four[3]));
    }

    internal static float Tree(Vector256<float> eight)
    {
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    internal static double Tree(Vector256<double> four) => (four[0] + four[2]) + (four[1] + four[3]);

    /// <summary>How numbers become one.</summary>
    private interface IFold
    {
        /// <summary>What changes nothing.</summary>
        static abstract float Nothing { get; }

        static abstract Vector256<float> Next(Vector256<float> partial, Vector256<float> x);

        static abstract float End(Vector256<float> a, Vector256<float> b);
    }

    private readonly struct Larger : IFold
    {
        public static float Nothing { [MethodImpl(Jit.Inline)] get => float.NegativeInfinity; }

        [MethodImpl(Jit.Inline)]
        public static Vector256<float> Next(Vector256<float> partial, Vector256<float> x) => Vector256.Max(partial, x);

        [MethodImpl(Jit.Inline)]
        public static float End(Vector256<float> a, Vector256<float> b) => Largest(a, b);
    }

    private readonly struct LargerMagnitude : IFold
    {
        public static float Nothing { [MethodImpl(Jit.Inline)] get => 0; }

        [MethodImpl(Jit.Inline)]
        public static Vector256<float> Next(Vector256<float> partial, Vector256<float> x) => Vector256.Max(partial, Vector256.Abs(x));

        [MethodImpl(Jit.Inline)]
        public static float End(Vector256<float> a, Vector256<float> b) => Largest(a, b);
    }

    private readonly struct Addition : IFold
    {
        public static float Nothing { [MethodImpl(Jit.Inline)] get => 0; }

        [MethodImpl(Jit.Inline)]
        public static Vector256<float> Next(Vector256<float> partial, Vector256<float> x) => partial + x;

        [MethodImpl(Jit.Inline)]
        public static float End(Vector256<float> a, Vector256<float> b) => Tree(a + b);
    }
}
