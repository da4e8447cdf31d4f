using System.ComponentModel;
using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>
/// What emitted stages beyond the recurrent layers go by: where rows lie, dropout, and the states that sequences start from.
/// </content>
public abstract partial class SequencePass<TInput>
{
    private int _dropoutSeed;
    private long _dropoutStep;
    private bool _statesGiven;

    /// <summary>
    /// From the next <see cref="Forward"/> on, the dropout of the model is at work, until <see cref="StopDropout"/>: what it sets to zero
    /// depends on these numbers and on nothing else. A pass starts without dropout, as prediction goes; <see cref="Trainer{TInput}"/>
    /// does this for every step.
    /// </summary>
    /// <param name="seed">The same seed gives the same masks.</param>
    /// <param name="step">The number of the training step, for which the masks are drawn anew.</param>
    /// <exception cref="InvalidOperationException">The pass has no way back, so it is not for training.</exception>
    public void UseDropout(int seed, long step)
    {
        if (!Training)
        {
            throw new InvalidOperationException("This pass predicts; dropout is for training.");
        }

        (Drops, _dropoutSeed, _dropoutStep) = (true, seed, step);
    }

    /// <summary>From the next <see cref="Forward"/> on, nothing is dropped.</summary>
    public void StopDropout() => Drops = false;

    /// <summary>Whether dropout is at work.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected bool Drops { get; private set; }

    /// <summary>Where the rows of all steps lie.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected RowPlaces Places => new(Lengths, _offsets.AsSpan(0, StepCount));

    /// <summary>A tensor that a layer does without.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected static ref float NoTensor => ref Unsafe.NullRef<float>();

    /// <summary>Adds the gradients of the states that the sequences of this pass started from, if these were the model's own.</summary>
    /// <param name="state">The number of the state in the model.</param>
    /// <param name="stride">Its size, padded.</param>
    /// <param name="gradient">Gains the sum over all sequences: [stride].</param>
    [CLSCompliant(false)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void AddStateGradient<TVector>(int state, int stride, ref float gradient)
        where TVector : struct, ISimd<TVector>
    {
        if (!_statesGiven)
        {
            ColumnSums.Add<TVector>(ref State(state).Gradient.Start, (nuint)stride, (nuint)BatchSize, ref gradient, (nuint)stride, _whole);
        }
    }

    /// <summary>Takes each sequence's last row among these steps; of a sequence without steps it is zeros.</summary>
    /// <param name="rows">rows[rows, stride] of these steps.</param>
    /// <param name="last">last[sequences, stride].</param>
    /// <param name="stride">The floats from one row to the next.</param>
    /// <param name="from">The first of the steps.</param>
    /// <param name="to">The step after them.</param>
    /// <param name="share">Of which sequences.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void KeepLastRows(ref float rows, ref float last, int stride, int from, int to, Share share)
    {
        if (from == 0)
        {
            Packing.Clear(ref Unsafe.Add(ref last, (nint)share.From * stride), (nint)share.Rows(BatchSize) * stride);
        }

        KeepLast(ref rows, ref last, stride, from, to, share);
    }

    /// <summary>Drops numbers of every step, each for itself: y = mask ∘ x.</summary>
    /// <param name="index">The number of the mask in the model.</param>
    /// <param name="rate">The fraction that becomes zero.</param>
    /// <param name="size">The size of a row.</param>
    /// <param name="x">x[rows, size, padded].</param>
    /// <param name="mask">Receives mask[rows, size, padded], if dropout is at work.</param>
    /// <param name="y">Receives y[rows, size, padded].</param>
    /// <param name="rows">The number of rows.</param>
    [CLSCompliant(false)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void DropSteps<TVector>(int index, double rate, int size, ref float x, ref float mask, ref float y, nint rows)
        where TVector : struct, ISimd<TVector>
    {
        if (Drops)
        {
            Dropping.FillSteps(ref mask, size, rate, KeyOf(index), Order, Places);
        }

        Drop<TVector>(size, ref x, ref mask, ref y, rows, everyStep: true);
    }

    /// <summary>As <see cref="DropSteps"/>, of rows that are one for each sequence: mask[sequences, size, padded].</summary>
    [CLSCompliant(false)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void DropFinal<TVector>(int index, double rate, int size, ref float x, ref float mask, ref float y, nint rows)
        where TVector : struct, ISimd<TVector>
    {
        FillMask(index, rate, size, ref mask);
        Drop<TVector>(size, ref x, ref mask, ref y, rows, everyStep: true);
    }

    /// <summary>As <see cref="DropSteps"/>, with one mask for all steps of a sequence: mask[sequences, size, padded].</summary>
    [CLSCompliant(false)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void DropSequences<TVector>(int index, double rate, int size, ref float x, ref float mask, ref float y, nint rows)
        where TVector : struct, ISimd<TVector>
    {
        FillMask(index, rate, size, ref mask);
        Drop<TVector>(size, ref x, ref mask, ref y, rows, everyStep: false);
    }

    /// <summary>dx = mask ∘ dy, or added to it; dy has no meaning afterwards.</summary>
    /// <param name="size">The size of a row.</param>
    /// <param name="dy">dy[rows, size, padded].</param>
    /// <param name="mask">As the way forward left it.</param>
    /// <param name="dx">Receives or gains dx[rows, size, padded].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="add">Whether it is added.</param>
    [CLSCompliant(false)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void DropStepsBackward<TVector>(int size, ref float dy, ref float mask, ref float dx, nint rows, bool add)
        where TVector : struct, ISimd<TVector> =>
        DropBackward<TVector>(size, ref dy, ref mask, ref dx, rows, add, everyStep: true);

    /// <summary>As <see cref="DropStepsBackward"/>, of rows that are one for each sequence.</summary>
    [CLSCompliant(false)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void DropFinalBackward<TVector>(int size, ref float dy, ref float mask, ref float dx, nint rows, bool add)
        where TVector : struct, ISimd<TVector> =>
        DropBackward<TVector>(size, ref dy, ref mask, ref dx, rows, add, everyStep: true);

    /// <summary>As <see cref="DropStepsBackward"/>, with one mask for all steps of a sequence.</summary>
    [CLSCompliant(false)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void DropSequencesBackward<TVector>(int size, ref float dy, ref float mask, ref float dx, nint rows, bool add)
        where TVector : struct, ISimd<TVector> =>
        DropBackward<TVector>(size, ref dy, ref mask, ref dx, rows, add, everyStep: false);

    /// <summary>One mask for each sequence, if dropout is at work.</summary>
    /// <param name="index">The number of the mask in the model.</param>
    /// <param name="rate">The fraction that becomes zero.</param>
    /// <param name="size">The size of a row.</param>
    /// <param name="mask">Receives mask[sequences, size, padded].</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void FillMask(int index, double rate, int size, ref float mask)
    {
        if (Drops)
        {
            Dropping.FillSequences(ref mask, size, rate, KeyOf(index), Order);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void KeepLast(ref float rows, ref float last, int stride, int from, int to, Share share)
    {
        if (from == to)
        {
            return;
        }

        // those that run to the end lie side by side
        int running = share.Rows(_active[to - 1]), first = share.From;
        Packing.Copy(ref Unsafe.Add(ref rows, (_offsets[to - 1] - _offsets[from] + first) * stride), ref Unsafe.Add(ref last, (nint)first * stride), (nint)running * stride);
        for (int row = first + running; row < first + share.Rows(_active[from]); row++)
        {
            nint place = _offsets[_lengths[row] - 1] - _offsets[from] + row;
            Packing.CopyRow(ref Unsafe.Add(ref rows, place * stride), ref Unsafe.Add(ref last, (nint)row * stride), stride);
        }
    }

    /// <summary>The initial states that the model has learned become those of every sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StartFromLearnedStates()
    {
        for (int i = 0; i < _states.Length; i++)
        {
            RecurrentState state = _states[i];
            long offset = _model.InitialStateOf(i);
            for (nint row = 0; offset >= 0 && row < BatchSize; row++)
            {
                Packing.CopyRow(ref _weights.Forward.At((nint)offset), ref state.Initial.At(row * state.Stride), state.Stride);
                Packing.CopyRow(ref _weights.Forward.At((nint)offset), ref state.Final.At(row * state.Stride), state.Stride);
            }
        }
    }

    private ulong KeyOf(int mask) => Dropping.Key((ulong)_dropoutSeed, _dropoutStep, mask);

    /// <summary>y = mask ∘ x, or y = x while dropout is not at work.</summary>
    /// <param name="size">The size of a row.</param>
    /// <param name="x">x[rows, size, padded].</param>
    /// <param name="mask">mask[rows, size, padded], or mask[sequences, size, padded].</param>
    /// <param name="y">Receives y[rows, size, padded]; may be x.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="everyStep">Whether each row has a mask of its own, or all steps of a sequence have one.</param>
    private void Drop<TVector>(int size, ref float x, ref float mask, ref float y, nint rows, bool everyStep)
        where TVector : struct, ISimd<TVector>
    {
        int stride = Simd.Padded(size);
        if (!Drops)
        {
            Packing.Copy(ref x, ref y, rows * stride);
        }
        else if (everyStep)
        {
            Dropping.Multiply<TVector>(ref x, ref mask, ref y, rows * stride);
        }
        else
        {
            Dropping.MultiplySequences<TVector>(ref x, ref mask, ref y, stride, Places);
        }
    }

    private void DropBackward<TVector>(int size, ref float dy, ref float mask, ref float dx, nint rows, bool add, bool everyStep)
        where TVector : struct, ISimd<TVector>
    {
        nint count = rows * Simd.Padded(size);
        if (add)
        {
            if (Drops)
            {
                Drop<TVector>(size, ref dy, ref mask, ref dy, rows, everyStep);
            }

            Packing.Add<TVector>(ref dy, ref dx, count);
        }
        else
        {
            Drop<TVector>(size, ref dy, ref mask, ref dx, rows, everyStep);
        }
    }
}
