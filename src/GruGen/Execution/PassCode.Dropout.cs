namespace GruGen.Kernels;

/// <content>Dropout: masks of zeros and 1 / (1 − rate), drawn from a seed, the number of the training step and the place alone.</content>
public abstract partial class PassCode<TInput>
{
    /// <summary>Whether dropout is at work.</summary>
    protected bool Drops { get; private set; }

    /// <summary>Dropout is at work from the next forward pass on.</summary>
    /// <param name="seed">What masks are drawn from.</param>
    /// <param name="step">The number of the training step.</param>
    /// <param name="first">The place in the batch of the first sequence of the pass.</param>
    internal void UseDropout(int seed, long step, int first) => (Drops, _dropout) = (true, (seed, step, first));

    /// <summary>Nothing is dropped from the next forward pass on.</summary>
    internal void StopDropout() => Drops = false;

    /// <summary>Drops numbers of every step, each for itself: y = mask ∘ x.</summary>
    /// <param name="index">The number of the mask in the model.</param>
    /// <param name="rate">The fraction that becomes zero.</param>
    /// <param name="size">The size of a row.</param>
    /// <param name="x">x[rows, size, padded].</param>
    /// <param name="mask">Receives mask[rows, size, padded], if dropout is at work.</param>
    /// <param name="y">Receives y[rows, size, padded].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="clock">The clock of the steps.</param>
    [CLSCompliant(false)]
    protected void DropSteps<TVector>(int index, double rate, int size, ref float x, ref float mask, ref float y, nint rows, int clock = 0)
        where TVector : struct, ISimd<TVector>
    {
        if (Drops)
        {
            DropoutMask.FillSteps(ref mask, size, rate, KeyOf(index), _layout.Order, PlacesOf(clock), _dropout.First);
        }

        Drop<TVector>(size, ref x, ref mask, ref y, rows, everyStep: true, clock);
    }

    /// <summary>As <see cref="DropSteps"/>, of rows that are one for each sequence: mask[sequences, size, padded].</summary>
    [CLSCompliant(false)]
    protected void DropFinal<TVector>(int index, double rate, int size, ref float x, ref float mask, ref float y, nint rows)
        where TVector : struct, ISimd<TVector>
    {
        FillMask(index, rate, size, ref mask);
        Drop<TVector>(size, ref x, ref mask, ref y, rows, everyStep: true, clock: 0);
    }

    /// <summary>As <see cref="DropSteps"/>, with one mask for all steps of a sequence: mask[sequences, size, padded].</summary>
    [CLSCompliant(false)]
    protected void DropSequences<TVector>(
        int index, double rate, int size, ref float x, ref float mask, ref float y, nint rows, int clock = 0)
        where TVector : struct, ISimd<TVector>
    {
        FillMask(index, rate, size, ref mask);
        Drop<TVector>(size, ref x, ref mask, ref y, rows, everyStep: false, clock);
    }

    /// <summary>dx = mask ∘ dy, or added to it; dy has no meaning afterwards.</summary>
    /// <param name="size">The size of a row.</param>
    /// <param name="dy">dy[rows, size, padded].</param>
    /// <param name="mask">As the forward pass left it.</param>
    /// <param name="dx">Receives or gains dx[rows, size, padded].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="add">Whether it is added.</param>
    /// <param name="clock">The clock of the steps.</param>
    [CLSCompliant(false)]
    protected void DropStepsBackward<TVector>(int size, ref float dy, ref float mask, ref float dx, nint rows, bool add, int clock = 0)
        where TVector : struct, ISimd<TVector> =>
        DropBackward<TVector>(size, ref dy, ref mask, ref dx, rows, add, everyStep: true, clock);

    /// <summary>As <see cref="DropStepsBackward"/>, of rows that are one for each sequence.</summary>
    [CLSCompliant(false)]
    protected void DropFinalBackward<TVector>(int size, ref float dy, ref float mask, ref float dx, nint rows, bool add)
        where TVector : struct, ISimd<TVector> =>
        DropBackward<TVector>(size, ref dy, ref mask, ref dx, rows, add, everyStep: true, clock: 0);

    /// <summary>As <see cref="DropStepsBackward"/>, with one mask for all steps of a sequence.</summary>
    [CLSCompliant(false)]
    protected void DropSequencesBackward<TVector>(int size, ref float dy, ref float mask, ref float dx, nint rows, bool add, int clock = 0)
        where TVector : struct, ISimd<TVector> =>
        DropBackward<TVector>(size, ref dy, ref mask, ref dx, rows, add, everyStep: false, clock);

    /// <summary>One mask for each sequence, if dropout is at work.</summary>
    /// <param name="index">The number of the mask in the model.</param>
    /// <param name="rate">The fraction that becomes zero.</param>
    /// <param name="size">The size of a row.</param>
    /// <param name="mask">Receives mask[sequences, size, padded].</param>
    protected void FillMask(int index, double rate, int size, ref float mask)
    {
        if (Drops)
        {
            DropoutMask.FillSequences(ref mask, size, rate, KeyOf(index), _layout.Order, _dropout.First);
        }
    }

    private ulong KeyOf(int mask) => DropoutMask.Key((ulong)_dropout.Seed, _dropout.Step, mask);

    /// <summary>y = mask ∘ x, or y = x while dropout is not at work.</summary>
    /// <param name="size">The size of a row.</param>
    /// <param name="x">x[rows, size, padded].</param>
    /// <param name="mask">mask[rows, size, padded], or mask[sequences, size, padded].</param>
    /// <param name="y">Receives y[rows, size, padded]; may be x.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="everyStep">Whether each row has a mask of its own, or all steps of a sequence have one.</param>
    /// <param name="clock">The clock of the rows.</param>
    private void Drop<TVector>(int size, ref float x, ref float mask, ref float y, nint rows, bool everyStep, int clock)
        where TVector : struct, ISimd<TVector>
    {
        int stride = Simd.Padded(size);
        if (!Drops)
        {
            Packing.Copy(ref x, ref y, rows * stride);
        }
        else if (everyStep)
        {
            DropoutMask.Multiply<TVector>(ref x, ref mask, ref y, rows * stride);
        }
        else
        {
            DropoutMask.MultiplySequences<TVector>(ref x, ref mask, ref y, stride, PlacesOf(clock));
        }
    }

    private void DropBackward<TVector>(
        int size, ref float dy, ref float mask, ref float dx, nint rows, bool add, bool everyStep, int clock)
        where TVector : struct, ISimd<TVector>
    {
        nint count = rows * Simd.Padded(size);
        if (add)
        {
            if (Drops)
            {
                Drop<TVector>(size, ref dy, ref mask, ref dy, rows, everyStep, clock);
            }

            Packing.Add<TVector>(ref dy, ref dx, count);
        }
        else
        {
            Drop<TVector>(size, ref dy, ref mask, ref dx, rows, everyStep, clock);
        }
    }
}
