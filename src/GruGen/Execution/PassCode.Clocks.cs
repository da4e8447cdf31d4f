using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <content>
/// Layers that make one step of several, and what stages above them read: their clock has fewer steps, and so have their rows. Such a pass
/// runs whole sequences, from the first step to the last, or one step of each, as their states say.
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
        Packing.Clear(ref Unsafe.Add(ref last, (nint)share.From * stride), (nint)share.Rows(BatchSize) * stride);
        KeepLast(_memory.Clocks[clock], ref rows, ref last, stride, 0, StepsOf(clock), share);
    }

    /// <summary>Makes one step of each window of steps, and keeps what the steps that follow need.</summary>
    /// <param name="windows">What becomes of a window, and which states the layer has.</param>
    /// <param name="x">x[rows, size, padded] of the steps.</param>
    /// <param name="y">Receives y[rows, size, padded] of the windows.</param>
    /// <param name="steps">The clock of the steps.</param>
    /// <param name="clock">The clock that the windows make.</param>
    [CLSCompliant(false)]
    protected void PoolWindows<TVector>(WindowShape windows, ref float x, ref float y, int steps, int clock)
        where TVector : struct, ISimd<TVector>
    {
        RowPlaces from = PlacesOf(steps), to = PlacesOf(clock);
        nint stride = Simd.Padded(windows.Size);
        ref float history = ref windows.History < 0 ? ref NoTensor : ref State(windows.History).Initial.Start;
        if (_memory.Clocks.AreOneStep)
        {
            for (nint b = 0; b < to.Rows; b++)
            {
                ref float own = ref windows.History < 0 ? ref NoTensor : ref Unsafe.Add(ref history, b * windows.HistoryStride);
                WindowPooling.Step<TVector>(windows, ref Unsafe.Add(ref x, b * stride), ref own, ref Unsafe.Add(ref y, b * stride));
            }
        }
        else
        {
            WindowPooling.Forward<TVector>(windows.Pooling, windows.Window, windows.Stride, ref x, ref y, (int)stride, from, to);
        }

        RecurrentState counter = State(windows.Counter);
        for (int b = 0; b < BatchSize; b++)
        {
            float before = counter.Initial.At((nint)b * counter.Stride);
            counter.Final.At((nint)b * counter.Stride) = before + from.Length(b) - (windows.Stride * to.Length(b));
        }

        if (windows.History >= 0)
        {
            Conv1DKernel.KeepHistory(windows.Inputs, ref x, stride, ref history, ref State(windows.History).Final.Start, from);
        }
    }

    /// <summary>The other way round, of whole sequences.</summary>
    /// <param name="windows">What became of a window.</param>
    /// <param name="x">As <see cref="PoolWindows"/> had it.</param>
    /// <param name="y">As it gave it.</param>
    /// <param name="dy">dy[rows, size, padded].</param>
    /// <param name="dx">Receives or gains dx[rows, size, padded], if <paramref name="inputs"/>.</param>
    /// <param name="inputs">Whether the gradient of x is wanted.</param>
    /// <param name="add">Whether it is added to what dx holds.</param>
    /// <param name="steps">The clock of the steps.</param>
    /// <param name="clock">The clock of the windows.</param>
    [CLSCompliant(false)]
    protected void PoolWindowsBackward<TVector>(
        WindowShape windows, ref float x, ref float y, ref float dy, ref float dx, bool inputs, bool add, int steps, int clock)
        where TVector : struct, ISimd<TVector>
    {
        RowPlaces from = PlacesOf(steps), to = PlacesOf(clock);
        int stride = Simd.Padded(windows.Size);
        if (inputs)
        {
            WindowPooling.Backward<TVector>(
                windows.Pooling, windows.Window, windows.Stride, ref x, ref y, ref dy, ref dx, add, stride, from, to);
        }

        RecurrentState counter = State(windows.Counter);
        Packing.Clear(ref counter.Gradient.Start, (nint)BatchSize * counter.Stride);
        if (windows.History >= 0)
        {
            WindowPooling.HistoryBackward(windows, ref State(windows.History).Gradient.Start, ref dx, inputs, from);
        }
    }
}
