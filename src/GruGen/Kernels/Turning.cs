using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// Sequences turned around: what reads them from their end reads a turned copy from its start. Turning twice is doing nothing.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Turning
{
    /// <summary><c>turned[b, t] = x[b, length_b − 1 − t]</c></summary>
    /// <param name="x">x[rows, stride].</param>
    /// <param name="turned">Receives turned[rows, stride]; other memory than x.</param>
    /// <param name="stride">From one row to the next; nothing after a row is read.</param>
    /// <param name="places">Where the rows lie.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Turn(ref float x, ref float turned, int stride, RowPlaces places)
    {
        for (int t = 0; t < places.Steps; t++)
        {
            for (int b = 0, count = places.Count(t); b < count; b++)
            {
                Packing.CopyRow(ref Unsafe.Add(ref x, places.Turned(b, t) * stride), ref turned, stride);
                turned = ref Unsafe.Add(ref turned, stride);
            }
        }
    }

    /// <summary><c>dx[b, length_b − 1 − t] = dTurned[b, t]</c>, or added to what is there.</summary>
    /// <param name="dTurned">dTurned[rows, stride].</param>
    /// <param name="dx">dx[rows, stride]; other memory than dTurned.</param>
    /// <param name="stride">From one row to the next, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    /// <param name="places">Where the rows lie.</param>
    /// <param name="add">Whether to add.</param>
    [MethodImpl(Jit.Optimized)]
    public static void TurnBack<V>(ref float dTurned, ref float dx, int stride, RowPlaces places, bool add)
        where V : struct, ISimd<V>
    {
        for (int t = 0; t < places.Steps; t++)
        {
            for (int b = 0, count = places.Count(t); b < count; b++)
            {
                ref float from = ref Unsafe.Add(ref dTurned, places.Turned(b, t) * stride);
                for (nuint i = 0; i < (nuint)stride; i += (nuint)V.Count)
                {
                    V.Load(ref from, i).Put(ref dx, i, add);
                }

                dx = ref Unsafe.Add(ref dx, stride);
            }
        }
    }
}
