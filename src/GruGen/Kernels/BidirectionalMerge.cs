using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// The outputs of the two directions of a layer made one. Those of the reverse direction lie reversed, in the order in which they were
/// computed: its row of (b, t) belongs to the step length_b − 1 − t.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BidirectionalMerge
{
    /// <summary><c>y[b, t] = merge(forward[b, t], reverse[b, length_b − 1 − t])</c></summary>
    /// <param name="merge">How.</param>
    /// <param name="forward">forward[rows, size, padded].</param>
    /// <param name="reverse">reverse[rows, size, padded], reversed.</param>
    /// <param name="y">Receives y[rows, size, padded], or y[rows, 2 · size, padded], zero in its padding, where both are kept.</param>
    /// <param name="size">The size of a direction's output.</param>
    /// <param name="places">Where the rows lie.</param>
    public static void Forward<V>(Merge merge, ref float forward, ref float reverse, ref float y, int size, RowPlaces places)
        where V : struct, ISimd<V>
    {
        switch (merge)
        {
            case Merge.Concat:
                Concat(ref forward, ref reverse, ref y, size, places);
                break;
            case Merge.Sum:
                Combine<V, Sum<V>>(ref forward, ref reverse, ref y, size, places);
                break;
            case Merge.Multiply:
                Combine<V, Product<V>>(ref forward, ref reverse, ref y, size, places);
                break;
            case Merge.Average:
                Combine<V, Mean<V>>(ref forward, ref reverse, ref y, size, places);
                break;
        }
    }

    /// <summary>The gradients of both directions from that of what they became.</summary>
    /// <param name="merge">How they became one.</param>
    /// <param name="forward">forward[rows, size, padded], as in <see cref="Forward"/>; read for a product alone.</param>
    /// <param name="reverse">reverse[rows, size, padded], reversed; read for a product alone.</param>
    /// <param name="dy">dy in the shape of y.</param>
    /// <param name="dForward">Receives dForward[rows, size, padded].</param>
    /// <param name="dReverse">Receives dReverse[rows, size, padded], reversed.</param>
    /// <param name="size">The size of a direction's output.</param>
    /// <param name="places">Where the rows lie.</param>
    public static void Backward<V>(
        Merge merge, ref float forward, ref float reverse, ref float dy, ref float dForward, ref float dReverse, int size, RowPlaces places)
        where V : struct, ISimd<V> =>
        Backward<V>(merge, ref forward, ref reverse, ref dy, ref dForward, ref dReverse, size, places, add: false);

    /// <summary><c>y[b] = merge(forward[b], reverse[b])</c> of final states, which are no steps, so that nothing is reversed.</summary>
    /// <param name="merge">How.</param>
    /// <param name="forward">forward[sequences, size, padded].</param>
    /// <param name="reverse">reverse[sequences, size, padded].</param>
    /// <param name="y">Receives y[sequences, size, padded], or y[sequences, 2 · size, padded].</param>
    /// <param name="rows">The number of sequences.</param>
    /// <param name="size">The size of a state.</param>
    public static void ForwardFinal<V>(Merge merge, ref float forward, ref float reverse, ref float y, nint rows, int size)
        where V : struct, ISimd<V> =>
        Forward<V>(merge, ref forward, ref reverse, ref y, size, OneStep(rows));

    /// <summary>Adds to the gradients of both directions' final states what that of <see cref="ForwardFinal"/> contributes.</summary>
    /// <param name="merge">How they became one.</param>
    /// <param name="forward">forward[sequences, size, padded]; read for a product alone.</param>
    /// <param name="reverse">reverse[sequences, size, padded]; read for a product alone.</param>
    /// <param name="dy">dy in the shape of y.</param>
    /// <param name="dForward">dForward[sequences, size, padded], which is added to.</param>
    /// <param name="dReverse">dReverse[sequences, size, padded], which is added to.</param>
    /// <param name="rows">The number of sequences.</param>
    /// <param name="size">The size of a state.</param>
    public static void BackwardFinal<V>(
        Merge merge, ref float forward, ref float reverse, ref float dy, ref float dForward, ref float dReverse, nint rows, int size)
        where V : struct, ISimd<V> =>
        Backward<V>(merge, ref forward, ref reverse, ref dy, ref dForward, ref dReverse, size, OneStep(rows), add: true);

    /// <summary>A sequence of one step is its own reversed copy.</summary>
    private static RowPlaces OneStep(nint rows) => new(sequences: checked((int)rows), steps: 1);

    private static void Backward<V>(
        Merge merge,
        ref float forward,
        ref float reverse,
        ref float dy,
        ref float dForward,
        ref float dReverse,
        int size,
        RowPlaces places,
        bool add)
        where V : struct, ISimd<V>
    {
        switch (merge)
        {
            case Merge.Concat:
                Split<V>(ref dy, ref dForward, ref dReverse, size, places, add);
                break;
            case Merge.Sum:
                Gradients<V, Sum<V>>(ref forward, ref reverse, ref dy, ref dForward, ref dReverse, size, places, add);
                break;
            case Merge.Multiply:
                Gradients<V, Product<V>>(ref forward, ref reverse, ref dy, ref dForward, ref dReverse, size, places, add);
                break;
            case Merge.Average:
                Gradients<V, Mean<V>>(ref forward, ref reverse, ref dy, ref dForward, ref dReverse, size, places, add);
                break;
        }
    }

    /// <summary>y = merge(f, b)</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Combine<V, TMerge>(ref float forward, ref float reverse, ref float y, int size, RowPlaces places)
        where V : struct, ISimd<V>
        where TMerge : struct, IMerge<V>
    {
        nint stride = Simd.Padded(size);
        for (int t = 0; t < places.Steps; t++)
        {
            for (int b = 0, count = places.Count(t); b < count; b++)
            {
                ref float reversed = ref Unsafe.Add(ref reverse, places.Reversed(b, t) * stride);
                for (nuint i = 0; i < (nuint)stride; i += (nuint)V.Count)
                {
                    TMerge.Value(V.Load(ref forward, i), V.Load(ref reversed, i)).Store(ref y, i);
                }

                forward = ref Unsafe.Add(ref forward, stride);
                y = ref Unsafe.Add(ref y, stride);
            }
        }
    }

    /// <summary>df = ∂merge/∂f · dy, db = ∂merge/∂b · dy</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Gradients<V, TMerge>(
        ref float forward, ref float reverse, ref float dy, ref float dForward, ref float dReverse, int size, RowPlaces places, bool add)
        where V : struct, ISimd<V>
        where TMerge : struct, IMerge<V>
    {
        nint stride = Simd.Padded(size);
        for (int t = 0; t < places.Steps; t++)
        {
            for (int b = 0, count = places.Count(t); b < count; b++)
            {
                nint place = places.Reversed(b, t) * stride;
                ref float reversed = ref Unsafe.Add(ref reverse, place), dReversed = ref Unsafe.Add(ref dReverse, place);
                for (nuint i = 0; i < (nuint)stride; i += (nuint)V.Count)
                {
                    V d = V.Load(ref dy, i);
                    V df = TMerge.Gradient(d, ref reversed, i), db = TMerge.Gradient(d, ref forward, i);
                    df.Put(ref dForward, i, add);
                    db.Put(ref dReversed, i, add);
                }

                forward = ref Unsafe.Add(ref forward, stride);
                dForward = ref Unsafe.Add(ref dForward, stride);
                dy = ref Unsafe.Add(ref dy, stride);
            }
        }
    }

    /// <summary>y = [f, b]</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Concat(ref float forward, ref float reverse, ref float y, int size, RowPlaces places)
    {
        nint stride = Simd.Padded(size), wide = Simd.Padded(2 * size);
        for (int t = 0; t < places.Steps; t++)
        {
            for (int b = 0, count = places.Count(t); b < count; b++)
            {
                Packing.CopyRow(ref forward, ref y, size);
                Packing.CopyRow(ref Unsafe.Add(ref reverse, places.Reversed(b, t) * stride), ref Unsafe.Add(ref y, size), size);
                for (nint i = 2 * size; i < wide; i++)
                {
                    Unsafe.Add(ref y, i) = 0;
                }

                forward = ref Unsafe.Add(ref forward, stride);
                y = ref Unsafe.Add(ref y, wide);
            }
        }
    }

    /// <summary>[df, db] = dy</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Split<V>(ref float dy, ref float dForward, ref float dReverse, int size, RowPlaces places, bool add)
        where V : struct, ISimd<V>
    {
        nint stride = Simd.Padded(size), wide = Simd.Padded(2 * size);
        for (int t = 0; t < places.Steps; t++)
        {
            for (int b = 0, count = places.Count(t); b < count; b++)
            {
                PutRow<V>(ref dy, ref dForward, (nuint)size, (nuint)stride, add);
                ref float dReversed = ref Unsafe.Add(ref dReverse, places.Reversed(b, t) * stride);
                PutRow<V>(ref Unsafe.Add(ref dy, size), ref dReversed, (nuint)size, (nuint)stride, add);
                dForward = ref Unsafe.Add(ref dForward, stride);
                dy = ref Unsafe.Add(ref dy, wide);
            }
        }
    }

    /// <summary>One half of a row, after which the other half stands or nothing at all: no more of it is read than there is.</summary>
    [MethodImpl(Jit.Inline)]
    private static void PutRow<V>(ref float half, ref float row, nuint size, nuint stride, bool add)
        where V : struct, ISimd<V>
    {
        nuint i = 0;
        for (; i + (nuint)V.Count <= size; i += (nuint)V.Count)
        {
            V.Load(ref half, i).Put(ref row, i, add);
        }

        for (; i < size; i++)
        {
            V1.Load(ref half, i).Put(ref row, i, add);
        }

        for (; i < stride && !add; i++)
        {
            Unsafe.Add(ref row, i) = 0;
        }
    }

    /// <summary>How two numbers become one.</summary>
    private interface IMerge<V>
        where V : struct, ISimd<V>
    {
        static abstract V Value(V f, V b);

        /// <summary>The gradient of one of both from that of the result; <paramref name="other"/> is where the other of both is.</summary>
        static abstract V Gradient(V dy, ref float other, nuint offset);
    }

    private readonly struct Sum<V> : IMerge<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V f, V b) => V.Add(f, b);

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V dy, ref float other, nuint offset) => dy;
    }

    private readonly struct Product<V> : IMerge<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V f, V b) => V.Flush(V.Multiply(f, b));

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V dy, ref float other, nuint offset) => V.Multiply(dy, V.Load(ref other, offset));
    }

    private readonly struct Mean<V> : IMerge<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V f, V b) => V.Multiply(V.Add(f, b), V.Create(0.5f));

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V dy, ref float other, nuint offset) => V.Multiply(dy, V.Create(0.5f));
    }
}
