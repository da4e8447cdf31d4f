using GruGen.Kernels;

namespace GruGen.Tests.Reference;

/// <summary>The masks of one step of training, where dropout is at work: the runtime's own, widened.</summary>
internal sealed class ReferenceDropping
{
    private (ulong Seed, long Step)? _training;

    /// <summary>The number of the sequence in its batch, on which its masks depend.</summary>
    public int Sequence { get; set; }

    /// <summary>From here on, masks are those of this seed and this step of training.</summary>
    public void Use(int seed, long step) => _training = ((ulong)seed, step);

    /// <summary>mask[size], one for the sequence; null if nothing is dropped.</summary>
    /// <param name="index">The number of the mask in the model.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="rate">The fraction of zeros.</param>
    public double[]? OfSequence(int index, int size, double rate)
    {
        if (_training is not { } training || rate == 0)
        {
            return null;
        }

        var mask = new AlignedBuffer(Simd.Padded(size));
        DropoutMask.FillSequences(ref mask.Start, size, rate, DropoutMask.Key(training.Seed, training.Step, index), [Sequence]);
        return Batch.Doubles(mask.Span[..size]);
    }

    /// <summary>mask[steps][size]; null if nothing is dropped.</summary>
    /// <param name="index">The number of the mask in the model.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="rate">The fraction of zeros.</param>
    /// <param name="steps">The steps of the sequence.</param>
    public double[][]? OfSteps(int index, int size, double rate, int steps)
    {
        if (_training is not { } training || rate == 0)
        {
            return null;
        }

        int stride = Simd.Padded(size);
        var mask = new AlignedBuffer((long)steps * stride);
        DropoutMask.FillSteps(ref mask.Start, size, rate, DropoutMask.Key(training.Seed, training.Step, index), [Sequence], new RowPlaces(steps));
        return [.. Enumerable.Range(0, steps).Select(t => Batch.Doubles(mask.Span.Slice(t * stride, size)))];
    }
}
