using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// One step of each window of steps: its last, their mean, or the largest of each number. Windows begin at every so many-th step of a
/// sequence, may overlap, and end within it.
/// </summary>
/// <remarks>
/// The sequences that have a window are a prefix of all, and all of them have its steps, so one step of a window is one run of memory.
/// </remarks>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WindowPooling
{
    /// <summary>The number of windows in so many steps.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="window">The steps of a window.</param>
    /// <param name="step">From the first step of a window to that of the next.</param>
    public static int Windows(int steps, int window, int step) => new StepWindows(window, step).In(steps);

    /// <summary><c>y[j] = pooling of x[j · step … j · step + window − 1]</c></summary>
    /// <param name="pooling">Which.</param>
    /// <param name="window">The steps of a window.</param>
    /// <param name="step">From the first step of a window to that of the next.</param>
    /// <param name="x">x[rows, stride].</param>
    /// <param name="y">Receives y[windows, stride].</param>
    /// <param name="stride">From one row to the next, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    /// <param name="steps">Where the rows of steps lie.</param>
    /// <param name="windows">Where those of windows lie.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Forward<V>(
        Pooling pooling, int window, int step, ref float x, ref float y, int stride, RowPlaces steps, RowPlaces windows)
        where V : struct, ISimd<V>
    {
        V count = V.Create(window);
        for (int j = 0; j < windows.Steps; j++)
        {
            int first = j * step, next = pooling == Pooling.Last ? first + window - 1 : first;
            nuint length = (nuint)((nint)windows.Count(j) * stride);
            ref float own = ref Unsafe.Add(ref y, windows.Row(0, j) * stride);
            Packing.Copy(ref Unsafe.Add(ref x, steps.Row(0, next) * stride), ref own, (nint)length);
            for (int t = next + 1; t < first + window; t++)
            {
                ref float from = ref Unsafe.Add(ref x, steps.Row(0, t) * stride);
                for (nuint i = 0; i < length; i += (nuint)V.Count)
                {
                    V so = V.Load(ref own, i), other = V.Load(ref from, i);
                    (pooling == Pooling.Max ? V.Max(so, other) : V.Add(so, other)).Store(ref own, i);
                }
            }

            for (nuint i = 0; pooling == Pooling.Mean && i < length; i += (nuint)V.Count)
            {
                V.Divide(V.Load(ref own, i), count).Put(ref own, i);
            }
        }
    }

    /// <summary>The gradients of the steps from those of the windows; a step that is in no window has none.</summary>
    /// <param name="pooling">Which; the largest number takes its gradient to the first step of the window that has it.</param>
    /// <param name="window">The steps of a window.</param>
    /// <param name="step">From the first step of a window to that of the next.</param>
    /// <param name="x">x[rows, stride]; read for the largest alone.</param>
    /// <param name="y">y[windows, stride], as <see cref="Forward"/> gave it; read for the largest alone.</param>
    /// <param name="dy">dy[windows, stride].</param>
    /// <param name="dx">Receives or gains dx[rows, stride].</param>
    /// <param name="add">Whether <paramref name="dx"/> is added to, or overwritten.</param>
    /// <param name="stride">From one row to the next, a multiple of <see cref="Simd.MaxLanes"/>.</param>
    /// <param name="steps">Where the rows of steps lie.</param>
    /// <param name="windows">Where those of windows lie.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Backward<V>(
        Pooling pooling, int window, int step, ref float x, ref float y, ref float dy, ref float dx, bool add, int stride,
        RowPlaces steps, RowPlaces windows)
        where V : struct, ISimd<V>
    {
        if (!add)
        {
            Packing.Clear(ref dx, steps.Rows * stride);
        }

        V count = V.Create(window);
        for (int j = 0; j < windows.Steps; j++)
        {
            int first = j * step, end = first + window;
            nuint length = (nuint)((nint)windows.Count(j) * stride), row = (nuint)(windows.Row(0, j) * stride);
            for (nuint i = 0; i < length; i += (nuint)V.Count)
            {
                V remaining = V.Load(ref dy, row + i);
                switch (pooling)
                {
                    case Pooling.Last:
                        remaining.Put(ref dx, (nuint)(steps.Row(0, end - 1) * stride) + i, add: true);
                        break;
                    case Pooling.Mean:
                        remaining = V.Divide(remaining, count);
                        for (int t = first; t < end; t++)
                        {
                            remaining.Put(ref dx, (nuint)(steps.Row(0, t) * stride) + i, add: true);
                        }

                        break;
                    case Pooling.Max:
                        V max = V.Load(ref y, row + i);
                        for (int t = first; t < end; t++)
                        {
                            // what no step has taken yet stays for the next ones where x < y, and goes to this one elsewhere
                            nuint at = (nuint)(steps.Row(0, t) * stride) + i;
                            V passed = V.WherePositive(V.Subtract(max, V.Load(ref x, at)), remaining);
                            V.Subtract(remaining, passed).Put(ref dx, at, add: true);
                            remaining = passed;
                        }

                        break;
                }
            }
        }
    }

    /// <summary>Counts a step of a stream.</summary>
    /// <param name="window">The steps of a window.</param>
    /// <param name="step">From the first step of a window to that of the next.</param>
    /// <param name="counter">The number of steps of the next window so far, below zero if some come before it.</param>
    /// <param name="next">Receives the same after this step.</param>
    /// <returns>Whether the step is the last one of a window.</returns>
    [MethodImpl(Jit.Inline)]
    public static bool Ends(int window, int step, ref float counter, ref float next)
    {
        float steps = counter + 1;
        bool ends = steps == window;
        next = ends ? steps - step : steps;
        return ends;
    }

    /// <summary>One step of the window that this step ends.</summary>
    /// <param name="windows">The layer.</param>
    /// <param name="x">x[size]</param>
    /// <param name="history">history[window − 1, size]: the steps before; not read of the last step alone.</param>
    /// <param name="y">Receives y[size].</param>
    [MethodImpl(Jit.Optimized)]
    public static void Step<V>(WindowShape windows, ref float x, ref float history, ref float y)
        where V : struct, ISimd<V>
    {
        nuint size = (nuint)windows.Size, i = 0;
        for (; i + (nuint)V.Count <= size; i += (nuint)V.Count)
        {
            Store(windows, Pooled<V>(windows, ref x, ref history, i), ref y, i);
        }

        for (; i < size; i++)
        {
            Store(windows, Pooled<V1>(windows, ref x, ref history, i), ref y, i);
        }
    }

    /// <summary>Moves the steps of a stream on.</summary>
    /// <param name="window">The steps of a window, 2 at least.</param>
    /// <param name="size">The numbers of a step.</param>
    /// <param name="x">x[size]: this step.</param>
    /// <param name="history">history[window − 1, size]: the steps before it, the oldest first.</param>
    /// <param name="next">Receives the same for the step that follows; other memory.</param>
    public static void Keep(int window, int size, ref float x, ref float history, ref float next)
    {
        int kept = (window - 2) * size;
        Packing.CopyRow(ref Unsafe.Add(ref history, size), ref next, kept);
        Packing.CopyRow(ref x, ref Unsafe.Add(ref next, kept), size);
    }

    /// <summary>
    /// Takes the gradients of the inputs that are kept at the end of each sequence to these inputs, and to what it started from.
    /// </summary>
    /// <param name="windows">The layer.</param>
    /// <param name="gradient">
    /// On entry that of what is kept, on exit that of what was there before: [sequences, window − 1, size, padded].
    /// </param>
    /// <param name="dx">Gains dx[rows, size, padded], if <paramref name="inputs"/>.</param>
    /// <param name="inputs">Whether the gradient of the inputs is wanted.</param>
    /// <param name="steps">Where the rows of steps lie.</param>
    [MethodImpl(Jit.Optimized)]
    internal static void HistoryBackward(WindowShape windows, ref float gradient, ref float dx, bool inputs, RowPlaces steps)
    {
        int size = windows.Size, reach = windows.Window - 1;
        nint stride = Simd.Padded(size);
        for (int b = 0; b < steps.Sequences; b++, gradient = ref Unsafe.Add(ref gradient, windows.HistoryStride))
        {
            int length = steps.Length(b);
            for (int k = Math.Max(reach - length, 0); inputs && k < reach; k++)
            {
                ref float own = ref Unsafe.Add(ref dx, steps.Row(b, length - reach + k) * stride);
                for (int i = 0; i < size; i++)
                {
                    Unsafe.Add(ref own, i) += Unsafe.Add(ref gradient, (k * size) + i);
                }
            }

            // what was there before has moved to the start by so many steps
            for (int k = reach - 1; k >= 0; k--)
            {
                ref float own = ref Unsafe.Add(ref gradient, (nint)k * size);
                if (k >= length)
                {
                    Packing.CopyRow(ref Unsafe.Add(ref gradient, (nint)(k - length) * size), ref own, size);
                }
                else
                {
                    Packing.Clear(ref own, size);
                }
            }
        }
    }

    /// <summary>A mean may have faded.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Store<V>(WindowShape windows, V pooled, ref float y, nuint i)
        where V : struct, ISimd<V>
    {
        if (windows.Pooling == Pooling.Mean)
        {
            pooled.Put(ref y, i);
        }
        else
        {
            pooled.Store(ref y, i);
        }
    }

    /// <summary>The numbers of a window from a place on, in the order of its steps, this one last.</summary>
    [MethodImpl(Jit.Inline)]
    private static V Pooled<V>(WindowShape windows, ref float x, ref float history, nuint i)
        where V : struct, ISimd<V>
    {
        V last = V.Load(ref x, i);
        if (windows.Pooling == Pooling.Last)
        {
            return last;
        }

        V so = windows.Window == 1 ? last : V.Load(ref history, i);
        for (int t = 1; t < windows.Window; t++)
        {
            V other = t == windows.Window - 1 ? last : V.Load(ref history, (nuint)((nint)t * windows.Size) + i);
            so = windows.Pooling == Pooling.Max ? V.Max(so, other) : V.Add(so, other);
        }

        return windows.Pooling == Pooling.Max ? so : V.Divide(so, V.Create(windows.Window));
    }
}
