namespace GruGen.Kernels;

/// <content>
/// What stages above a layer that makes one step of several read: its clock has fewer steps, and so have their rows. Such a pass runs whole
/// sequences, from the first step to the last.
/// </content>
public abstract partial class PassCode<TInput>
{
    /// <summary>Where the rows of a clock lie.</summary>
    protected RowPlaces PlacesOf(int clock) => _memory.Clocks[clock].Places;

    /// <summary>The number of rows of a clock.</summary>
    protected nint RowsOf(int clock) => _memory.Clocks[clock].RowCount;

    /// <summary>The number of steps of a clock, of the sequence that has the most.</summary>
    protected int StepsOf(int clock) => _memory.Clocks[clock].StepCount;

    /// <summary>For each step of a clock, how many sequences still run.</summary>
    protected ReadOnlySpan<int> ActiveOf(int clock) => _memory.Clocks[clock].Active(0, _memory.Clocks[clock].StepCount);

    /// <summary>Takes each sequence's state after its last step of a clock as its final state.</summary>
    /// <param name="index">The recurrent layer, counted from the bottom.</param>
    /// <param name="h">h[rows, hidden size, padded].</param>
    /// <param name="clock">The clock.</param>
    /// <param name="share">Of which sequences.</param>
    protected void KeepFinalStates(int index, ref float h, int clock, Share share)
    {
        RecurrentState state = State(index);
        KeepLast(_memory.Clocks[clock], ref h, ref state.Final.Start, state.Stride, 0, StepsOf(clock), share);
    }

    /// <summary>Takes each sequence's last row of a clock; of a sequence without steps it is zeros.</summary>
    /// <param name="rows">rows[rows, stride].</param>
    /// <param name="last">last[sequences, stride].</param>
    /// <param name="stride">The floats from one row to the next.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="share">Of which sequences.</param>
    protected void KeepLastRows(ref float rows, ref float last, int stride, int clock, Share share)
    {
        ArgumentNullException.ThrowIfNull(share);
        Packing.Clear(
            ref System.Runtime.CompilerServices.Unsafe.Add(ref last, (nint)share.From * stride), (nint)share.Rows(BatchSize) * stride);
        KeepLast(_memory.Clocks[clock], ref rows, ref last, stride, 0, StepsOf(clock), share);
    }
}
