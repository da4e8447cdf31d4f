using System.ComponentModel;
using GruGen.Kernels;

namespace GruGen;

/// <summary>The states of one recurrent layer for every sequence of a batch, [sequences, size padded].</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RecurrentState
{
    internal RecurrentState(int size, int maxBatch, bool training)
    {
        Size = size;
        Stride = Simd.Padded(size);
        Initial = new AlignedBuffer((long)maxBatch * Stride);
        Final = new AlignedBuffer((long)maxBatch * Stride);
        Gradient = new AlignedBuffer(training ? (long)maxBatch * Stride : 0);
    }

    /// <summary>The state before the first step.</summary>
    public AlignedBuffer Initial { get; }

    /// <summary>The state after each sequence's last step.</summary>
    public AlignedBuffer Final { get; }

    /// <summary>Before the backward pass the gradient of <see cref="Final"/>, after it that of <see cref="Initial"/>.</summary>
    public AlignedBuffer Gradient { get; }

    internal int Size { get; }

    internal int Stride { get; }
}
