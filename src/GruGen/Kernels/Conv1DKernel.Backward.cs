using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <content>
/// Backward: the rows are laid sequence by sequence, with those that belong to taps of one output side by side, so that a window is a
/// stretch of them. Of a dilation d each sequence becomes d strands, of every d-th step; between the outputs' gradients of two strands
/// there are rows of zeros. So each of the products is one over all rows, whatever the lengths.
/// </content>
public static partial class Conv1DKernel
{
    /// <summary>
    /// The most rows that a batch has sequence by sequence: no strand is empty, so that there are no more strands than rows.
    /// </summary>
    /// <param name="rows">The most rows of the batch.</param>
    /// <param name="sequences">The most sequences.</param>
    /// <param name="kernelSize">The number of taps.</param>
    /// <param name="dilation">From one tap to the next.</param>
    public static long Rows(long rows, long sequences, int kernelSize, int dilation) =>
        rows + ((kernelSize - 1) * Math.Min(dilation * sequences, rows));

    /// <summary>
    /// Lays W out for <see cref="Backward{V}"/>: [tap][channel][input], the last tap first, rows <see cref="Simd.WeightStride"/>(inputs)
    /// apart.
    /// </summary>
    /// <param name="shape">The layer.</param>
    /// <param name="weight">W[channels, inputs, taps].</param>
    /// <param name="packed">Receives the rows.</param>
    [MethodImpl(Jit.Optimized)]
    public static void PackBackward(Conv1DShape shape, ref float weight, ref float packed)
    {
        int stride = Simd.WeightStride(shape.Inputs);
        for (int tap = shape.Taps - 1; tap >= 0; tap--)
        {
            for (int channel = 0; channel < shape.Channels; channel++, packed = ref Unsafe.Add(ref packed, stride))
            {
                for (int input = 0; input < shape.Inputs; input++)
                {
                    Unsafe.Add(ref packed, input) = Weight(shape, ref weight, channel, input, tap);
                }
            }
        }
    }

    /// <summary>Writes the gradient of W in its own shape, flushed.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="sums">As <see cref="Backward{V}"/> has gathered it.</param>
    /// <param name="dWeight">Receives dW[channels, inputs, taps].</param>
    [MethodImpl(Jit.Optimized)]
    public static void StoreGradients(Conv1DShape shape, ref float sums, ref float dWeight)
    {
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            Packing.TransposeGradients(ref sums, shape.Inputs, shape.Taps, shape.Inputs, ref dWeight);
            sums = ref Unsafe.Add(ref sums, Simd.Padded(shape.Window));
            dWeight = ref Unsafe.Add(ref dWeight, shape.Window);
        }
    }

    /// <summary>
    /// From the gradient of the outputs of whole sequences, before their activation, to those of the inputs, of the history and of the
    /// parameters.
    /// </summary>
    /// <param name="shape">The layer.</param>
    /// <param name="inputTile">Of dx rows by vectors.</param>
    /// <param name="weightTile">Of dW channels by vectors.</param>
    /// <param name="x">x[rows, inputs, padded], as the forward pass had it.</param>
    /// <param name="dy">dy[rows, channels, padded].</param>
    /// <param name="dx">Receives or gains dx[rows, inputs, padded], if <paramref name="inputs"/>.</param>
    /// <param name="inputs">Whether the gradient of the inputs is wanted.</param>
    /// <param name="add">Whether it is added to what dx holds.</param>
    /// <param name="history">history[sequences, reach · inputs, padded], as the forward pass had it.</param>
    /// <param name="dHistory">On entry the gradient of what followed it, on exit that of the history.</param>
    /// <param name="xs">Memory for x, sequence by sequence: rows of inputs, with those before each strand.</param>
    /// <param name="dys">Memory for dy, padded, in the same way; and for rows of zeros after the last strand.</param>
    /// <param name="dxs">Memory for dx, padded, in the same way.</param>
    /// <param name="gradients">Gains dW[channels, tap, input], each channel padded, and then dBias.</param>
    /// <param name="weights">W as <see cref="PackBackward"/> lays it out.</param>
    /// <param name="places">Where the rows lie.</param>
    /// <param name="share">Whose part it is: some sequences, and of the products some rows or channels.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Backward<V>(
        Conv1DShape shape, ProductTile inputTile, ProductTile weightTile,
        ref float x, ref float dy, ref float dx, bool inputs, bool add,
        ref float history, ref float dHistory, ref float xs, ref float dys, ref float dxs,
        ref float gradients, ref float weights, RowPlaces places, Share share)
        where V : struct, ISimd<V>
    {
        nint start = Conv1DStrands.RowsOf(shape, places, share.From), row = start;
        for (int sequence = share.From; sequence < share.To; sequence++)
        {
            row += Lay(shape, ref x, ref dy, ref history, ref xs, ref dys, places, sequence, row);
        }

        share.Wait();
        nuint gap = (nuint)shape.Taps - 1, rows = (nuint)Conv1DStrands.RowsOf(shape, places, places.Sequences);
        nuint channels = (nuint)shape.Channels, stride = (nuint)shape.ChannelStride, window = (nuint)Simd.Padded(shape.Window);
        if (rows > 0)
        {
            ref float outputs = ref Unsafe.Add(ref dys, gap * stride); // of the first window; the last strand's has none after it
            ColumnSums.Add<V>(ref outputs, stride, rows - gap, ref Unsafe.Add(ref gradients, stride * window), stride, share);
            WeightGradient.Add<V>(
                weightTile, ref outputs, stride, channels, ref xs, (nuint)shape.Inputs, window, ref gradients, window, rows - gap, share);
        }

        nuint weightStride = (nuint)Simd.WeightStride(shape.Inputs), columns = (nuint)shape.InputStride;
        if (inputs)
        {
            InputGradient.Multiply<V>(
                inputTile, ref dys, stride, gap + 1, channels, stride,
                ref weights, weightStride, ref dxs, columns, rows, add: false, share);
            share.Wait();
        }
        else if (shape.IsCausal && gap > 0)
        {
            // those of the history alone, where each strand begins
            row = start;
            for (int sequence = share.From; sequence < share.To; sequence++)
            {
                var strands = new Conv1DStrands(shape, places.Length(sequence));
                for (int strand = 0; strand < strands.Count; strand++)
                {
                    nuint from = (nuint)(row + strands.Start(strand));
                    InputGradient.Multiply<V>(
                        inputTile, ref Unsafe.Add(ref dys, from * stride), stride, gap + 1, channels, stride,
                        ref weights, weightStride, ref Unsafe.Add(ref dxs, from * columns), columns, gap, add: false);
                }

                row += strands.Rows;
            }
        }

        row = start;
        for (int sequence = share.From; sequence < share.To; sequence++)
        {
            row += Collect<V>(shape, ref dx, inputs, add, ref dHistory, ref dxs, places, sequence, row);
        }

        share.Wait();
    }

    /// <summary>Lays a sequence out from a row on, and gives the number of its rows.</summary>
    [MethodImpl(Jit.Optimized)]
    private static nint Lay(
        Conv1DShape shape, ref float x, ref float dy, ref float history, ref float xs, ref float dys,
        RowPlaces places, int sequence, nint row)
    {
        int inputs = shape.Inputs, before = shape.Before, length = places.Length(sequence), gap = shape.Taps - 1;
        nint stride = shape.ChannelStride;
        var strands = new Conv1DStrands(shape, length);
        for (int step = 0, strand = 0, place = 0; strands.Count > 0 && step < length + shape.Reach; step++)
        {
            if (strand < strands.Count)
            {
                ref float own = ref Unsafe.Add(ref xs, (row + strands.Start(strand) + place) * inputs);
                if (step >= before && step < before + length)
                {
                    Packing.CopyRow(ref Unsafe.Add(ref x, places.Row(sequence, step - before) * shape.InputStride), ref own, inputs);
                }
                else if (shape.IsCausal)
                {
                    nint at = ((nint)sequence * shape.HistoryStride) + ((nint)step * inputs);
                    Packing.CopyRow(ref Unsafe.Add(ref history, at), ref own, inputs);
                }
                else
                {
                    Packing.Clear(ref own, inputs);
                }

                ref float output = ref Unsafe.Add(ref dys, (row + strands.Start(strand) + place) * stride);
                if (place < gap)
                {
                    Packing.Clear(ref output, shape.ChannelStride);
                }

                if (step < length)
                {
                    ref float gradient = ref Unsafe.Add(ref dy, places.Row(sequence, step) * stride);
                    Packing.CopyRow(ref gradient, ref Unsafe.Add(ref output, gap * stride), shape.ChannelStride);
                }
            }

            strands.Next(ref strand, ref place);
        }

        if (sequence == places.Sequences - 1 || places.Length(sequence + 1) == 0)
        {
            Packing.Clear(ref Unsafe.Add(ref dys, (row + strands.Rows) * stride), gap * stride);
        }

        return strands.Rows;
    }

    /// <summary>Takes the gradients of a sequence to where its inputs and its history lie, and gives the number of its rows.</summary>
    [MethodImpl(Jit.Optimized)]
    private static nint Collect<V>(
        Conv1DShape shape, ref float dx, bool wanted, bool add, ref float dHistory, ref float dxs, RowPlaces places, int sequence, nint row)
        where V : struct, ISimd<V>
    {
        int inputs = shape.Inputs, stride = shape.InputStride, before = shape.Before, length = places.Length(sequence);
        bool hasHistory = shape.IsCausal && shape.Reach > 0;
        var strands = new Conv1DStrands(shape, length);
        ref float own = ref hasHistory ? ref Unsafe.Add(ref dHistory, (nint)sequence * shape.HistoryStride) : ref dHistory;

        // from the end, because what followed the history lies where its own gradient goes
        int last = length + shape.Reach - 1;
        (int place, int strand) = Math.DivRem(Math.Max(last, 0), shape.Dilation);
        for (int step = last; strands.Count > 0 && step >= 0; step--)
        {
            ref float gradient = ref Unsafe.Add(ref dxs, (row + strands.Start(strand) + place) * stride);
            bool isInput = step >= before && step < before + length, isRead = strand < strands.Count;
            if (hasHistory && step >= length)
            {
                ref float following = ref Unsafe.Add(ref own, (nint)(step - length) * inputs);
                if (!isRead)
                {
                    gradient = ref following;
                }
                else if (!isInput || wanted)
                {
                    Add<V>(ref following, ref gradient, inputs);
                }
            }

            if (!isInput && hasHistory)
            {
                Faint.CopyRow(ref gradient, ref Unsafe.Add(ref own, (nint)step * inputs), inputs);
            }
            else if (isInput && wanted)
            {
                Take<V>(ref gradient, isRead, ref Unsafe.Add(ref dx, places.Row(sequence, step - before) * stride), stride, add);
            }

            strands.Previous(ref strand, ref place);
        }

        return strands.Rows;
    }

    /// <summary>The gradient of an input, which is zeros where no output reads it.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Take<V>(ref float gradient, bool isRead, ref float dx, int stride, bool add)
        where V : struct, ISimd<V>
    {
        if (isRead)
        {
            for (nuint i = 0; i < (nuint)stride; i += (nuint)V.Count)
            {
                V.Load(ref gradient, i).Put(ref dx, i, add);
            }
        }
        else if (!add)
        {
            Packing.Clear(ref dx, stride);
        }
    }

    /// <summary>sum += row</summary>
    [MethodImpl(Jit.Inline)]
    private static void Add<V>(ref float row, ref float sum, int count)
        where V : struct, ISimd<V>
    {
        nuint i = 0;
        for (; i + (nuint)V.Count <= (nuint)count; i += (nuint)V.Count)
        {
            V.Add(V.Load(ref sum, i), V.Load(ref row, i)).Store(ref sum, i);
        }

        for (; i < (nuint)count; i++)
        {
            Unsafe.Add(ref sum, i) += Unsafe.Add(ref row, i);
        }
    }
}
