using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen.Kernels;

/// <summary>
/// Numbers too small to matter, which become +0 before they turn into subnormal ones: on many processors an operation on a subnormal
/// number takes a hundred times as long as any other, and what fades through many steps, a gradient, a state, a moment, ends among them.
/// </summary>
/// <remarks>
/// A threshold is a test of the bits of a float's exponent, which costs less than a comparison and lets NaN and infinities pass.
/// docs/numerics.md says what is flushed where, and why 2^−95: between it and the smallest normal number, 2^−126, there is room for the
/// products that follow.
/// </remarks>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Faint
{
    /// <summary>The exponent has one of these bits from 2^−95 on, about 2.5e-29: the threshold of states, features and gradients.</summary>
    public const int Bits = 0x70000000;

    /// <summary>The exponent has one of these bits from 2^−63 on, so that the square is no subnormal number.</summary>
    public const int SquareBits = 0x60000000;

    /// <summary>The exponent has one of these bits unless the number is zero or subnormal.</summary>
    public const int SubnormalBits = 0x7F800000;

    private const uint Magnitude = 0x7FFFFFFF;
    private const ulong PairBits = 0x70000000_70000000, Signs = 0x80000000_80000000;

    /// <summary><paramref name="value"/>, but +0 where its exponent has none of the <paramref name="bits"/>.</summary>
    [MethodImpl(Jit.Inline)]
    public static float Flush(float value, int bits = Bits) => (BitConverter.SingleToInt32Bits(value) & bits) == 0 ? 0 : value;

    /// <summary>
    /// Copies rows as <see cref="Packing.CopyRows"/> does, and flushes them: features on their way in, gradients on their way out.
    /// </summary>
    [MethodImpl(Jit.Optimized)]
    public static void CopyRows(ref float source, nint sourceStride, ref float destination, nint destinationStride, nint rows, int columns)
    {
        for (; rows > 0; rows--)
        {
            CopyRow(ref source, ref destination, columns);
            source = ref Unsafe.Add(ref source, sourceStride);
            destination = ref Unsafe.Add(ref destination, destinationStride);
        }
    }

    /// <summary>Copies one row, and flushes it.</summary>
    [MethodImpl(Jit.Inline)]
    internal static void CopyRow(ref float source, ref float destination, nint columns, int bits = Bits)
    {
        nuint k = 0;
        for (; k + 8 <= (nuint)columns; k += 8)
        {
            V256.Flush(V256.Load(ref source, k), bits).Store(ref destination, k);
        }

        for (; k < (nuint)columns; k++)
        {
            Unsafe.Add(ref destination, k) = Flush(Unsafe.Add(ref source, k), bits);
        }
    }

    /// <summary>Copies what lies in a span, and flushes it.</summary>
    /// <param name="source">The numbers.</param>
    /// <param name="destination">Receives them; may be <paramref name="source"/>.</param>
    /// <param name="bits">The threshold.</param>
    internal static void Copy(ReadOnlySpan<float> source, Span<float> destination, int bits = Bits) =>
        CopyRow(ref MemoryMarshal.GetReference(source), ref MemoryMarshal.GetReference(destination[..source.Length]), source.Length, bits);

    /// <summary>Whether a number is below 2^−95, but not zero.</summary>
    [MethodImpl(Jit.Inline)]
    internal static bool Is(float number) => unchecked((BitConverter.SingleToUInt32Bits(number) & Magnitude) - 1) < Smallest - 1;

    /// <summary>
    /// Whether one of <paramref name="count"/> numbers is below 2^−95, but not zero; a few, as a small step has them, are looked at
    /// without a call.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    internal static bool IsIn(ref float numbers, int count)
    {
        if (count == 1)
        {
            return Is(numbers);
        }

        // a few in pairs, as whole numbers, because the step that follows keeps the vector units busy: mostly none is faint or zero
        bool areLarge = count is >= 4 and <= 8
            && (Large(ref numbers, 0) & Large(ref numbers, 2) & Large(ref numbers, count - 4) & Large(ref numbers, count - 2)) == Signs;
        return !areLarge && IsInMany(ref numbers, count);
    }

    /// <summary>The signs of those of two numbers that have one of <see cref="Bits"/>: adding all of them carries into the sign.</summary>
    [MethodImpl(Jit.Inline)]
    private static ulong Large(ref float numbers, int place)
    {
        ulong pair = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<float, byte>(ref Unsafe.Add(ref numbers, place)));
        return unchecked((pair & PairBits) + PairBits) & Signs;
    }

    [MethodImpl(Jit.Optimized | MethodImplOptions.NoInlining)]
    private static bool IsInMany(ref float numbers, int count)
    {
        // |x| − 1 of the bits as whole numbers, which turns a zero into the largest of all: the smallest of them says it
        ref uint bits = ref Unsafe.As<float, uint>(ref numbers);
        nuint i = 0;
        if (count >= Vector<uint>.Count)
        {
            nuint last = (nuint)(count - Vector<uint>.Count);
            Vector<uint> magnitude = Vector.Create(Magnitude), least = Vector.Create(uint.MaxValue);
            for (; i < last; i += (nuint)Vector<uint>.Count)
            {
                least = Vector.Min(least, (Vector.LoadUnsafe(ref bits, i) & magnitude) - Vector<uint>.One);
            }

            // the last vector may reach back
            least = Vector.Min(least, (Vector.LoadUnsafe(ref bits, last) & magnitude) - Vector<uint>.One);
            return Vector.LessThanAny(least, Vector.Create(Smallest - 1));
        }

        for (; i < (nuint)count; i++)
        {
            if (Is(Unsafe.Add(ref numbers, i)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The bits of 2^−95.</summary>
    private const uint Smallest = 0x10000000;
}
