using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen.Kernels;

/// <summary>
/// A convolution over the steps of each sequence, without its activation: <c>y_t = Σ_j W_j·x_(t + j·dilation − before) + b</c>. Forward the
/// inputs of an output's taps are gathered side by side, a window, so that it is a product as a Dense layer's is.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Conv1DKernel
{
    /// <summary>Packs the parameters for the forward pass: weights [block][tap][input][lanes], and the bias padded.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="weight">W[channels, inputs, taps].</param>
    /// <param name="bias">b[channels], or the null reference for zeros.</param>
    /// <param name="packedWeight">Receives the weights.</param>
    /// <param name="packedBias">Receives the bias.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Pack<V>(Conv1DShape shape, ref float weight, ref float bias, ref float packedWeight, ref float packedBias)
        where V : struct, ISimd<V>
    {
        for (int channel = 0; channel < shape.ChannelStride; channel++)
        {
            (int block, int lane) = Math.DivRem(channel, V.Count);
            ref float packed = ref Unsafe.Add(ref packedWeight, ((nint)block * shape.Window * V.Count) + lane);
            bool isThere = channel < shape.Channels;
            for (int tap = 0; tap < shape.Taps; tap++)
            {
                for (int input = 0; input < shape.Inputs; input++, packed = ref Unsafe.Add(ref packed, V.Count))
                {
                    packed = isThere ? Weight(shape, ref weight, channel, input, tap) : 0;
                }
            }

            Unsafe.Add(ref packedBias, channel) = isThere && !Unsafe.IsNullRef(ref bias) ? Unsafe.Add(ref bias, channel) : 0;
        }
    }

    /// <summary>The outputs of some steps of a batch, for a share of its sequences.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="tile">Of the product, as <see cref="DenseKernel"/> has it.</param>
    /// <param name="x">x[rows, inputs] of these steps.</param>
    /// <param name="xStride">From one row of x to the next; nothing after a row is read.</param>
    /// <param name="history">history[sequences, reach · inputs, padded]: the inputs before these steps, the oldest first.</param>
    /// <param name="next">Receives the same of the steps that follow; may be <paramref name="history"/>.</param>
    /// <param name="windows">Memory for <paramref name="room"/> windows, and for one of each sequence.</param>
    /// <param name="room">Windows that are gathered before they are multiplied.</param>
    /// <param name="y">Receives y[rows, channels, padded].</param>
    /// <param name="weights">The packed weights.</param>
    /// <param name="bias">The packed bias.</param>
    /// <param name="places">Where the rows of all steps lie.</param>
    /// <param name="first">The first of the steps.</param>
    /// <param name="end">The step after them.</param>
    /// <param name="share">Whose sequences it is about.</param>
    public static void Forward<V>(
        Conv1DShape shape, ProductTile tile, ref float x, nint xStride, ref float history, ref float next, ref float windows, int room,
        ref float y, ref float weights, ref float bias, RowPlaces places, int first, int end, Share share)
        where V : struct, ISimd<V>
    {
        // the rows of several steps lie side by side only if they are of all sequences
        bool isAlone = share.Count == 1;
        ref float own = ref isAlone ? ref windows : ref Unsafe.Add(ref windows, (nint)share.From * shape.Window);
        var steps = new Steps(places, first, end, share.From, share.To);
        Run<V>(
            shape, tile, ref x, xStride, ref history, ref own, isAlone ? room : Math.Max(share.To - share.From, 1), isAlone,
            ref y, ref weights, ref bias, steps);
        KeepHistory(shape, ref x, xStride, ref history, ref next, steps);
    }

    /// <summary>The same for so many steps of one sequence.</summary>
    public static void Forward<V>(
        Conv1DShape shape, ProductTile tile, ref float x, nint xStride, ref float history, ref float next, ref float windows, int room,
        ref float y, ref float weights, ref float bias, int steps)
        where V : struct, ISimd<V>
    {
        var all = new Steps(new RowPlaces(steps), 0, steps, 0, 1);
        Run<V>(shape, tile, ref x, xStride, ref history, ref windows, room, isAlone: true, ref y, ref weights, ref bias, all);
        KeepHistory(shape, ref x, xStride, ref history, ref next, all);
    }

    /// <summary>The output of one step of a stream.</summary>
    /// <param name="shape">The layer, which is causal or has one tap.</param>
    /// <param name="tile">Of the product.</param>
    /// <param name="x">x[inputs].</param>
    /// <param name="history">history[reach · inputs]: the inputs before this step, the oldest first.</param>
    /// <param name="next">Receives the same for the step that follows; other memory than <paramref name="history"/>.</param>
    /// <param name="window">Memory for a window.</param>
    /// <param name="y">Receives y[channels, padded].</param>
    /// <param name="weights">The packed weights.</param>
    /// <param name="bias">The packed bias.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Step<V>(
        Conv1DShape shape, ProductTile tile, ref float x, ref float history, ref float next, ref float window, ref float y,
        ref float weights, ref float bias)
        where V : struct, ISimd<V>
    {
        if (shape.Reach > 0)
        {
            int inputs = shape.Inputs, kept = (shape.Reach - 1) * inputs;
            Packing.CopyRow(ref Unsafe.Add(ref history, inputs), ref next, kept);
            Packing.CopyRow(ref x, ref Unsafe.Add(ref next, kept), inputs);
            ref float place = ref window;
            for (int tap = 0; tap < shape.Taps - 1; tap++, place = ref Unsafe.Add(ref place, inputs))
            {
                Packing.CopyRow(ref Unsafe.Add(ref history, (nint)tap * shape.Dilation * inputs), ref place, inputs);
            }

            Packing.CopyRow(ref x, ref place, inputs);
            x = ref window;
        }

        nuint size = (nuint)shape.Window;
        DenseKernel.Forward<V>(tile, ref x, size, size, ref y, (nuint)shape.ChannelStride, 1, ref weights, ref bias);
    }

    [MethodImpl(Jit.Optimized)]
    private static void Run<V>(
        Conv1DShape shape, ProductTile tile, ref float x, nint xStride, ref float history, ref float windows, int room, bool isAlone,
        ref float y, ref float weights, ref float bias, Steps steps)
        where V : struct, ISimd<V>
    {
        nuint size = (nuint)shape.Window, stride = (nuint)shape.ChannelStride;
        int filled = 0;
        nint row = 0; // of the first window
        for (int t = 0; t < steps.Count; t++)
        {
            int to = steps.To(t);
            for (int sequence = steps.From, taken; sequence < to; sequence += taken)
            {
                row = filled == 0 ? steps.Row(sequence, t) : row;
                taken = Math.Min(to - sequence, room - filled);
                ref float free = ref Unsafe.Add(ref windows, (nint)filled * shape.Window);
                Gather(shape, ref x, xStride, ref history, ref free, steps, t, sequence, taken);
                filled += taken;
                if (filled == room || (!isAlone && sequence + taken == to))
                {
                    Multiply(ref windows, ref y, ref weights, ref bias);
                }
            }
        }

        if (filled > 0)
        {
            Multiply(ref windows, ref y, ref weights, ref bias);
        }

        void Multiply(ref float windows, ref float y, ref float weights, ref float bias)
        {
            ref float outputs = ref Unsafe.Add(ref y, row * shape.ChannelStride);
            DenseKernel.Forward<V>(tile, ref windows, size, size, ref outputs, stride, filled, ref weights, ref bias);
            filled = 0;
        }
    }

    /// <summary>The windows of one step of some sequences.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Gather(
        Conv1DShape shape, ref float x, nint xStride, ref float history, ref float windows, Steps steps, int t, int sequence, int count)
    {
        int inputs = shape.Inputs, window = shape.Window;
        for (int tap = 0; tap < shape.Taps; tap++, windows = ref Unsafe.Add(ref windows, inputs))
        {
            int step = t + (tap * shape.Dilation) - shape.Before, there = count; // how many of the sequences have the step
            if (step >= steps.Count)
            {
                there = 0;
            }
            else if (step > t)
            {
                there = Math.Clamp(steps.To(step) - sequence, 0, count);
            }
            else if (step < 0 && !shape.IsCausal)
            {
                there = 0;
            }

            if (there > 0 && step >= 0)
            {
                CopyRows(ref Unsafe.Add(ref x, steps.Row(sequence, step) * xStride), xStride, ref windows, window, there, inputs);
            }
            else if (there > 0)
            {
                nint place = ((nint)sequence * shape.HistoryStride) + ((nint)(shape.Reach + step) * inputs);
                CopyRows(ref Unsafe.Add(ref history, place), shape.HistoryStride, ref windows, window, there, inputs);
            }

            for (; there < count; there++)
            {
                Packing.Clear(ref Unsafe.Add(ref windows, (nint)there * window), inputs);
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void CopyRows(ref float source, nint sourceStride, ref float destination, nint destinationStride, int rows, int columns)
    {
        for (; rows > 0; rows--)
        {
            Packing.CopyRow(ref source, ref destination, columns);
            source = ref Unsafe.Add(ref source, sourceStride);
            destination = ref Unsafe.Add(ref destination, destinationStride);
        }
    }

    /// <summary>The last inputs of each sequence of a batch, which the steps that follow read.</summary>
    /// <param name="shape">What reads them.</param>
    /// <param name="x">x[rows, inputs].</param>
    /// <param name="xStride">From one row of x to the next.</param>
    /// <param name="history">history[sequences, reach · inputs, padded]: the inputs before these steps, the oldest first.</param>
    /// <param name="next">Receives the same of the steps that follow; may be <paramref name="history"/>.</param>
    /// <param name="places">Where the rows lie.</param>
    internal static void KeepHistory(
        Conv1DShape shape, ref float x, nint xStride, ref float history, ref float next, RowPlaces places) =>
        KeepHistory(shape, ref x, xStride, ref history, ref next, new Steps(places, 0, places.Steps, 0, places.Sequences));

    /// <summary>The last inputs of each sequence, which the steps that follow read.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void KeepHistory(Conv1DShape shape, ref float x, nint xStride, ref float history, ref float next, Steps steps)
    {
        if (!shape.IsCausal || shape.Reach == 0)
        {
            return;
        }

        int inputs = shape.Inputs;
        for (int sequence = steps.From; sequence < steps.To(0); sequence++)
        {
            // the oldest of the history are gone
            int length = steps.Length(sequence), kept = Math.Max(shape.Reach - length, 0);
            ref float own = ref Unsafe.Add(ref history, (nint)sequence * shape.HistoryStride);
            ref float place = ref Unsafe.Add(ref next, (nint)sequence * shape.HistoryStride);
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref own, (nint)(shape.Reach - kept) * inputs), kept * inputs)
                .CopyTo(MemoryMarshal.CreateSpan(ref place, kept * inputs));
            for (int step = kept; step < shape.Reach; step++)
            {
                nint row = steps.Row(sequence, length - shape.Reach + step);
                Packing.CopyRow(
                    ref Unsafe.Add(ref x, row * xStride), ref Unsafe.Add(ref place, (nint)step * inputs), inputs);
            }
        }
    }

    /// <summary>W of one tap, input and channel.</summary>
    [MethodImpl(Jit.Inline)]
    private static float Weight(Conv1DShape shape, ref float weight, int channel, int input, int tap) =>
        Unsafe.Add(ref weight, ((((nint)channel * shape.Inputs) + input) * shape.Taps) + tap);

    /// <summary>Some steps of some sequences, both counted from the first of them.</summary>
    private readonly ref struct Steps(RowPlaces places, int first, int end, int from, int to)
    {
        private readonly RowPlaces _places = places;
        private readonly nint _origin = first < end ? places.Row(0, first) : 0;

        /// <summary>The number of steps.</summary>
        public int Count => end - first;

        /// <summary>The first sequence.</summary>
        public int From => from;

        /// <summary>The sequence after the last one that has a step.</summary>
        [MethodImpl(Jit.Inline)]
        public int To(int step) => Count == 0 ? from : Math.Min(_places.Count(first + step), to);

        /// <summary>The row of one step of a sequence.</summary>
        [MethodImpl(Jit.Inline)]
        public nint Row(int sequence, int step) => _places.Row(sequence, first + step) - _origin;

        /// <summary>The steps that a sequence has.</summary>
        [MethodImpl(Jit.Inline)]
        public int Length(int sequence) => Math.Min(_places.Length(sequence), end) - first;
    }
}
