using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// Masks that set numbers to zero at random and scale the others by 1/(1 − rate), so that the mean stays (Srivastava et al. 2014). A
/// number of a mask depends on its key, the number of the sequence, the step and the place in the row, and on nothing else: not on the
/// other sequences, their order or the width of the vectors.
/// </summary>
/// <remarks>
/// <c>bits(key, sequence, step, pair) = Chain(Chain(Chain(key, sequence), step), pair)</c>, where <see cref="RandomSource.Chain"/> is the
/// output of SplitMix64 at a place of its sequence (Steele et al. 2014); each 64 bits are two uniform numbers.
/// </remarks>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DropoutMask
{
    /// <summary>The key of one mask in one step of training.</summary>
    /// <param name="seed">The seed of training.</param>
    /// <param name="trainingStep">The number of the step of training.</param>
    /// <param name="mask">The number of the mask in the model.</param>
    public static ulong Key(ulong seed, long trainingStep, int mask) =>
        RandomSource.Chain(RandomSource.Chain(RandomSource.Chain(seed, RandomSource.DropoutStream), (ulong)trainingStep), (ulong)mask);

    /// <summary>A mask for every step of each sequence.</summary>
    /// <param name="mask">Receives mask[rows, size, padded]: 0 or 1/(1 − rate), and 0 in the padding.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    /// <param name="rate">The fraction of zeros, 0 to below 1.</param>
    /// <param name="key">What the mask is drawn from.</param>
    /// <param name="order">The number of each sequence, by its place in the batch.</param>
    /// <param name="places">Where the rows lie.</param>
    /// <param name="first">What the numbers of the sequences begin at.</param>
    [MethodImpl(Jit.Optimized)]
    public static void FillSteps(
        ref float mask, int size, double rate, ulong key, ReadOnlySpan<int> order, RowPlaces places, int first = 0)
    {
        (long, int) odds = Odds(rate);
        int stride = Simd.Padded(size);
        for (int t = 0; t < places.Steps; t++)
        {
            for (int b = 0, count = places.Count(t); b < count; b++, mask = ref Unsafe.Add(ref mask, stride))
            {
                // the link 0 is that of the masks of whole sequences
                Fill(ref mask, size, stride, odds, RandomSource.Chain(RandomSource.Chain(key, (ulong)(order[b] + first)), (ulong)t + 1));
            }
        }
    }

    /// <summary>A mask for each sequence, the same at all of its steps.</summary>
    /// <param name="mask">Receives mask[sequences, size, padded]: 0 or 1/(1 − rate), and 0 in the padding.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    /// <param name="rate">The fraction of zeros, 0 to below 1.</param>
    /// <param name="key">What the mask is drawn from.</param>
    /// <param name="order">order[sequences]: the number of each sequence, by its place in the batch.</param>
    /// <param name="first">What the numbers of the sequences begin at.</param>
    [MethodImpl(Jit.Optimized)]
    public static void FillSequences(ref float mask, int size, double rate, ulong key, ReadOnlySpan<int> order, int first = 0)
    {
        (long, int) odds = Odds(rate);
        int stride = Simd.Padded(size);
        for (int b = 0; b < order.Length; b++, mask = ref Unsafe.Add(ref mask, stride))
        {
            Fill(ref mask, size, stride, odds, RandomSource.Chain(RandomSource.Chain(key, (ulong)(order[b] + first)), 0));
        }
    }

    /// <summary><c>y = x ∘ mask</c>, of outputs and of their gradients alike.</summary>
    /// <param name="x">x[count].</param>
    /// <param name="mask">mask[count].</param>
    /// <param name="y">Receives y[count]; may be x.</param>
    /// <param name="count">The number of floats, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Multiply<V>(ref float x, ref float mask, ref float y, nint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < (nuint)count; i += (nuint)V.Count)
        {
            V.Multiply(V.Load(ref x, i), V.Load(ref mask, i)).Store(ref y, i);
        }
    }

    /// <summary><c>sum = sum + x ∘ mask</c>, of gradients; what is below 2^−95 then becomes 0, see <see cref="Faint"/>.</summary>
    /// <param name="x">x[count]</param>
    /// <param name="mask">mask[count]</param>
    /// <param name="sum">Gains the product.</param>
    /// <param name="count">The number of floats, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    [MethodImpl(Jit.Optimized)]
    public static void AddProduct<V>(ref float x, ref float mask, ref float sum, nint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < (nuint)count; i += (nuint)V.Count)
        {
            V.MultiplyAdd(V.Load(ref x, i), V.Load(ref mask, i), V.Load(ref sum, i)).Put(ref sum, i);
        }
    }

    /// <summary><c>y[b, t] = x[b, t] ∘ mask[b]</c>, of outputs and of their gradients alike.</summary>
    /// <param name="x">x[rows, stride].</param>
    /// <param name="mask">mask[sequences, stride].</param>
    /// <param name="y">Receives y[rows, stride]; may be x.</param>
    /// <param name="stride">From one row to the next, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    /// <param name="places">Where the rows lie.</param>
    [MethodImpl(Jit.Optimized)]
    public static void MultiplySequences<V>(ref float x, ref float mask, ref float y, int stride, RowPlaces places)
        where V : struct, ISimd<V>
    {
        // the sequences that have a step are a prefix of all: its rows are one run of memory, and so are their masks
        for (int t = 0; t < places.Steps; t++)
        {
            nint first = places.Row(0, t) * stride;
            Multiply<V>(ref Unsafe.Add(ref x, first), ref mask, ref Unsafe.Add(ref y, first), (nint)places.Count(t) * stride);
        }
    }

    /// <summary>
    /// Below which of 2³² numbers a number becomes 0, as exactly as 32 bits can say it, and the bits of what it becomes otherwise.
    /// </summary>
    private static (long Threshold, int Kept) Odds(double rate) =>
        ((long)Math.Round(rate * (1L << 32)), BitConverter.SingleToInt32Bits((float)(1 / (1 - rate))));

    [MethodImpl(Jit.Optimized)]
    private static void Fill(ref float row, int size, int stride, (long Threshold, int Kept) odds, ulong chain)
    {
        for (nuint i = 0; i < (nuint)size; i += 2)
        {
            ulong bits = RandomSource.Chain(chain, (ulong)i / 2);
            Unsafe.Add(ref row, i) = Number((uint)bits, odds);
            Unsafe.Add(ref row, i + 1) = Number((uint)(bits >> 32), odds);
        }

        for (nuint i = (nuint)size; i < (nuint)stride; i++)
        {
            Unsafe.Add(ref row, i) = 0;
        }
    }

    /// <summary>
    /// By the sign of the difference as a mask of bits, because the processor would guess a branch wrong half of the time.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    private static float Number(uint uniform, (long Threshold, int Kept) odds) =>
        BitConverter.Int32BitsToSingle(odds.Kept & (int)~((uniform - odds.Threshold) >> 63));
}
