using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>One row of all steps of a sequence: the last, their mean, or the largest of each number; zeros of no step.</summary>
/// <remarks>The sequences that have a step are a prefix of all, so one step is one run of memory in x and in y.</remarks>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PoolingRows
{
    /// <summary><c>y[b] = pooling of x[b, t] over t</c></summary>
    /// <param name="pooling">Which.</param>
    /// <param name="x">x[rows, stride].</param>
    /// <param name="y">Receives y[sequences, stride].</param>
    /// <param name="stride">From one row to the next, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    /// <param name="places">Where the rows lie.</param>
    public static void Forward<V>(Pooling pooling, ref float x, ref float y, int stride, RowPlaces places)
        where V : struct, ISimd<V>
    {
        int some = places.Steps == 0 ? 0 : places.Count(0);
        Packing.Clear(ref Unsafe.Add(ref y, (nint)some * stride), (nint)(places.Sequences - some) * stride);
        switch (pooling)
        {
            case Pooling.Last:
                Last(ref x, ref y, stride, places, some);
                break;
            case Pooling.Mean:
                Mean<V>(ref x, ref y, stride, places, some);
                break;
            case Pooling.Max:
                Max<V>(ref x, ref y, stride, places, some);
                break;
        }
    }

    /// <summary>The gradients of all steps from those of what became of them.</summary>
    /// <param name="pooling">Which; the largest number takes its gradient to the first step that has it.</param>
    /// <param name="x">x[rows, stride]; read for the largest alone.</param>
    /// <param name="y">y[sequences, stride], as <see cref="Forward"/> gave it; read for the largest alone.</param>
    /// <param name="dy">dy[sequences, stride].</param>
    /// <param name="dx">Receives dx[rows, stride].</param>
    /// <param name="stride">From one row to the next, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    /// <param name="places">Where the rows lie.</param>
    /// <param name="add">Whether the gradients are added to <paramref name="dx"/>.</param>
    public static void Backward<V>(
        Pooling pooling, ref float x, ref float y, ref float dy, ref float dx, int stride, RowPlaces places, bool add = false)
        where V : struct, ISimd<V>
    {
        int some = places.Steps == 0 ? 0 : places.Count(0);
        switch (pooling)
        {
            case Pooling.Last:
                LastBackward<V>(ref dy, ref dx, stride, places, some, add);
                break;
            case Pooling.Mean when add:
                AddMeanBackward<V>(ref dy, ref dx, stride, places, some);
                break;
            case Pooling.Mean:
                MeanBackward<V>(ref dy, ref dx, stride, places, some);
                break;
            case Pooling.Max:
                MaxBackward<V>(ref x, ref y, ref dy, ref dx, stride, places, some, add);
                break;
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Last(ref float x, ref float y, int stride, RowPlaces places, int some)
    {
        for (int b = 0; b < some; b++, y = ref Unsafe.Add(ref y, stride))
        {
            Packing.CopyRow(ref Unsafe.Add(ref x, places.Reversed(b, 0) * stride), ref y, stride);
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void LastBackward<V>(ref float dy, ref float dx, int stride, RowPlaces places, int some, bool add)
        where V : struct, ISimd<V>
    {
        if (!add)
        {
            Packing.Clear(ref dx, places.Rows * stride);
        }

        for (int b = 0; b < some; b++, dy = ref Unsafe.Add(ref dy, stride))
        {
            ref float row = ref Unsafe.Add(ref dx, places.Reversed(b, 0) * stride);
            if (add)
            {
                Packing.Add<V>(ref dy, ref row, stride);
            }
            else
            {
                Packing.CopyRow(ref dy, ref row, stride);
            }
        }
    }

    /// <summary>y = Σ x / length</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Mean<V>(ref float x, ref float y, int stride, RowPlaces places, int some)
        where V : struct, ISimd<V>
    {
        Packing.Copy(ref x, ref y, (nint)some * stride);
        for (int t = 1; t < places.Steps; t++)
        {
            Packing.Add<V>(ref Unsafe.Add(ref x, places.Row(0, t) * stride), ref y, (nint)places.Count(t) * stride);
        }

        DivideByLengths<V>(ref y, ref y, stride, places, some);
    }

    /// <summary>dx = dy / length</summary>
    [MethodImpl(Jit.Optimized)]
    private static void MeanBackward<V>(ref float dy, ref float dx, int stride, RowPlaces places, int some)
        where V : struct, ISimd<V>
    {
        DivideByLengths<V>(ref dy, ref dx, stride, places, some);
        for (int t = 1; t < places.Steps; t++)
        {
            Packing.Copy(ref dx, ref Unsafe.Add(ref dx, places.Row(0, t) * stride), (nint)places.Count(t) * stride);
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void DivideByLengths<V>(ref float x, ref float y, int stride, RowPlaces places, int some)
        where V : struct, ISimd<V>
    {
        for (int b = 0; b < some; b++, x = ref Unsafe.Add(ref x, stride), y = ref Unsafe.Add(ref y, stride))
        {
            V length = V.Create(places.Length(b));
            for (nuint i = 0; i < (nuint)stride; i += (nuint)V.Count)
            {
                V.Divide(V.Load(ref x, i), length).Put(ref y, i);
            }
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Max<V>(ref float x, ref float y, int stride, RowPlaces places, int some)
        where V : struct, ISimd<V>
    {
        Packing.Copy(ref x, ref y, (nint)some * stride);
        for (int t = 1; t < places.Steps; t++)
        {
            ref float from = ref Unsafe.Add(ref x, places.Row(0, t) * stride);
            nuint count = (nuint)((nint)places.Count(t) * stride);
            for (nuint i = 0; i < count; i += (nuint)V.Count)
            {
                V.Max(V.Load(ref y, i), V.Load(ref from, i)).Store(ref y, i);
            }
        }
    }

    /// <summary>dx += dy / length</summary>
    [MethodImpl(Jit.Optimized)]
    private static void AddMeanBackward<V>(ref float dy, ref float dx, int stride, RowPlaces places, int some)
        where V : struct, ISimd<V>
    {
        for (int b = 0; b < some; b++, dy = ref Unsafe.Add(ref dy, stride))
        {
            V steps = V.Create(places.Length(b));
            for (int t = 0; t < places.Length(b); t++)
            {
                ref float row = ref Unsafe.Add(ref dx, places.Row(b, t) * stride);
                for (nuint i = 0; i < (nuint)stride; i += (nuint)V.Count)
                {
                    V.Divide(V.Load(ref dy, i), steps).Put(ref row, i, add: true);
                }
            }
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void MaxBackward<V>(
        ref float x, ref float y, ref float dy, ref float dx, int stride, RowPlaces places, int some, bool add)
        where V : struct, ISimd<V>
    {
        for (int b = 0; b < some; b++, y = ref Unsafe.Add(ref y, stride), dy = ref Unsafe.Add(ref dy, stride))
        {
            int length = places.Length(b);
            for (nuint i = 0; i < (nuint)stride; i += (nuint)V.Count)
            {
                // what no step has taken yet stays for the next ones where x < y, and goes to this one elsewhere
                V max = V.Load(ref y, i), remaining = V.Load(ref dy, i);
                for (int t = 0; t < length; t++)
                {
                    nuint at = (nuint)(places.Row(b, t) * stride) + i;
                    V passed = V.WherePositive(V.Subtract(max, V.Load(ref x, at)), remaining);
                    V.Subtract(remaining, passed).Put(ref dx, at, add);
                    remaining = passed;
                }
            }
        }
    }
}
