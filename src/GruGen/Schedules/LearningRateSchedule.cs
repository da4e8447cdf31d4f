namespace GruGen;

/// <summary>
/// The learning rate of each step of a training: a pure function of the step's number, so that one who continues from a file needs nothing
/// but that number.
/// </summary>
/// <remarks>
/// Steps are those of the optimiser, counted from 0. An epoch has as many as batches, or with accumulated gradients one for each so many
/// batches: a schedule over e epochs has e times as many. PyTorch's schedulers take such a step whenever <c>scheduler.step()</c> is called,
/// which many programs do once an epoch; Keras' schedules count steps. A schedule of your own derives from this record; a step for which it
/// gives a rate that is negative or not finite as a <see cref="float"/>, or a momentum that is not from 0 to below 1, is refused with an
/// <see cref="InvalidOperationException"/>.
/// </remarks>
public abstract record LearningRateSchedule
{
    /// <summary>Whether the schedule sets the momentum, too. False unless overridden.</summary>
    public virtual bool SetsMomentum => false;

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="learningRate">The learning rate of the optimiser.</param>
    public abstract double RateAt(long step, double learningRate);

    /// <summary>
    /// The momentum of a step, from 0 to below 1: of <see cref="Sgd"/> and <see cref="RmsProp"/> μ, of Adam and its kin β₁. Null, unless
    /// overridden, for that of the optimiser.
    /// </summary>
    /// <param name="step">The step, from 0.</param>
    public virtual double? MomentumAt(long step) => null;

    /// <summary>
    /// This schedule, and from step <paramref name="after"/> on another one, which counts its steps from there. PyTorch's
    /// <c>SequentialLR</c>, whose milestones are the <paramref name="after"/> of one call after the other:
    /// <c>new WarmUpSchedule(100).Then(new CosineSchedule(900), after: 100)</c>.
    /// </summary>
    /// <param name="next">The other schedule.</param>
    /// <param name="after">The number of steps before it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="next"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> is below 1.</exception>
    public LearningRateSchedule Then(LearningRateSchedule next, int after)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new SequenceSchedule(this, next, Check.Positive(after, nameof(after)));
    }

    private sealed record SequenceSchedule(LearningRateSchedule First, LearningRateSchedule Next, long After) : LearningRateSchedule
    {
        public override bool SetsMomentum => First.SetsMomentum || Next.SetsMomentum;

        public override double RateAt(long step, double learningRate) =>
            step < After ? First.RateAt(step, learningRate) : Next.RateAt(step - After, learningRate);

        public override double? MomentumAt(long step) => step < After ? First.MomentumAt(step) : Next.MomentumAt(step - After);
    }
}
