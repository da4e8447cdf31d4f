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
}
