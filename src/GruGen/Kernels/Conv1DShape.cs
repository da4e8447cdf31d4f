using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>What a kernel has to know of a convolution over steps.</summary>
/// <param name="inputs">The numbers of a step of input.</param>
/// <param name="channels">The numbers of a step of output.</param>
/// <param name="kernelSize">The number of taps: of steps that an output is made of.</param>
/// <param name="dilation">From one tap to the next, in steps.</param>
/// <param name="padding">Where the taps of an output lie.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Conv1DShape(int inputs, int channels, int kernelSize, int dilation, ConvPadding padding)
{
    /// <summary>The numbers of a step of input.</summary>
    internal int Inputs { get; } = inputs;

    /// <summary>The numbers of a step of output.</summary>
    internal int Channels { get; } = channels;

    /// <summary>The number of taps.</summary>
    internal int Taps { get; } = kernelSize;

    /// <summary>From one tap to the next, in steps.</summary>
    internal int Dilation { get; } = dilation;

    /// <summary>Whether the steps before a sequence are its history; otherwise they are zeros, as those after it.</summary>
    internal bool IsCausal { get; } = padding == ConvPadding.Causal;

    /// <summary>From the first tap to the last, in steps.</summary>
    internal int Reach => (Taps - 1) * Dilation;

    /// <summary>How many steps the first tap lies before its output.</summary>
    internal int Before => IsCausal ? Reach : Reach / 2;

    /// <summary>The numbers of a window: the inputs of all taps of an output.</summary>
    internal int Window => Taps * Inputs;

    /// <summary>From one row of inputs to the next, where they are padded.</summary>
    internal int InputStride => Simd.Padded(Inputs);

    /// <summary>From one row of outputs to the next.</summary>
    internal int ChannelStride => Simd.Padded(Channels);

    /// <summary>From one history to the next.</summary>
    internal int HistoryStride => Simd.Padded(Reach * Inputs);
}

/// <summary>
/// The strands of a sequence, with the steps that taps read before it and after it: each has every dilation-th of them. There are no
/// more than the sequence has steps.
/// </summary>
internal readonly struct Conv1DStrands(Conv1DShape shape, int length)
{
    private readonly int _dilation = shape.Dilation;
    private readonly int _each = (length / shape.Dilation) + shape.Taps - 1;
    private readonly int _longer = length % shape.Dilation;

    /// <summary>Their number.</summary>
    public int Count { get; } = Math.Min(shape.Dilation, length);

    /// <summary>The rows of all.</summary>
    public nint Rows => Start(Count);

    /// <summary>The first row of a strand.</summary>
    [MethodImpl(Jit.Inline)]
    public nint Start(int strand) => ((nint)strand * _each) + Math.Min(strand, _longer);

    /// <summary>From the strand and the place in it of one step to those of the next.</summary>
    [MethodImpl(Jit.Inline)]
    public void Next(ref int strand, ref int place)
    {
        if (++strand == _dilation)
        {
            strand = 0;
            place++;
        }
    }

    /// <summary>From the strand and the place in it of one step to those of the one before.</summary>
    [MethodImpl(Jit.Inline)]
    public void Previous(ref int strand, ref int place)
    {
        if (--strand < 0)
        {
            strand = _dilation - 1;
            place--;
        }
    }

    /// <summary>The rows of the first sequences of a batch.</summary>
    public static nint RowsOf(Conv1DShape shape, RowPlaces places, int sequences)
    {
        nint rows = 0;
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            rows += new Conv1DStrands(shape, places.Length(sequence)).Rows;
        }

        return rows;
    }
}
