using System.ComponentModel;

namespace GruGen.Kernels;

/// <summary>What a kernel has to know of a layer that makes one step of each window of steps.</summary>
/// <param name="pooling">What becomes of a window.</param>
/// <param name="window">The steps of a window.</param>
/// <param name="stride">From the first step of a window to that of the next.</param>
/// <param name="size">The numbers of a step.</param>
/// <param name="history">The state that has the inputs which are still read; −1 if there is none.</param>
/// <param name="counter">The state that has the number of steps of the next window so far.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct WindowShape(Pooling pooling, int window, int stride, int size, int history, int counter)
{
    /// <summary>What becomes of a window.</summary>
    internal Pooling Pooling { get; } = pooling;

    /// <summary>The steps of a window.</summary>
    internal int Window { get; } = window;

    /// <summary>From one window to the next, in steps.</summary>
    internal int Stride { get; } = stride;

    /// <summary>The numbers of a step.</summary>
    internal int Size { get; } = size;

    /// <summary>The number of the state with the inputs that are still read; −1 if there is none.</summary>
    internal int History { get; } = history;

    /// <summary>The number of the state with the steps of the next window.</summary>
    internal int Counter { get; } = counter;

    /// <summary>From one history to the next.</summary>
    internal int HistoryStride => Simd.Padded((Window - 1) * Size);

    /// <summary>Its inputs, as a convolution over them would keep them.</summary>
    internal Conv1DShape Inputs => new(Size, Size, Window, dilation: 1, ConvPadding.Causal);
}
