using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// Sequences reversed, each at its own length: what reads them from their last step reads a reversed copy from its first one.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Reversal
{
    /// <summary><c>reversed[b, t] = x[b, length_b − 1 − t]</c></summary>
    /// <param name="x">x[rows, stride].</param>
    /// <param name="reversed">Receives reversed[rows, stride]; other memory than x.</param>
    /// <param name="stride">From one row to the next; nothing after a row is read.</param>
    /// <param name="places">Where the rows lie.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Forward(ref float x, ref float reversed, int stride, RowPlaces places)
    {
        for (int t = 0; t < places.Steps; t++)
        {
            for (int b = 0, count = places.Count(t); b < count; b++)
            {
                Packing.CopyRow(ref Unsafe.Add(ref x, places.Reversed(b, t) * stride), ref reversed, stride);
                reversed = ref Unsafe.Add(ref reversed, stride);
            }
        }
    }

    /// <summary><c>dx[b, length_b − 1 − t] = dReversed[b, t]</c>, or accumulates (+=).</summary>
    /// <param name="dReversed">dReversed[rows, stride].</param>
    /// <param name="dx">dx[rows, stride]; other memory than dReversed.</param>
    /// <param name="stride">From one row to the next, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    /// <param name="places">Where the rows lie.</param>
    /// <param name="add">Whether to add.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Backward<V>(ref float dReversed, ref float dx, int stride, RowPlaces places, bool add)
        where V : struct, ISimd<V>
    {
        for (int t = 0; t < places.Steps; t++)
        {
            for (int b = 0, count = places.Count(t); b < count; b++)
            {
                ref float from = ref Unsafe.Add(ref dReversed, places.Reversed(b, t) * stride);
                for (nuint i = 0; i < (nuint)stride; i += (nuint)V.Count)
                {
                    V.Load(ref from, i).Put(ref dx, i, add);
                }

                dx = ref Unsafe.Add(ref dx, stride);
            }
        }
    }
}
