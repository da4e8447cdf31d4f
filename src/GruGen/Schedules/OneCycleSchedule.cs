using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// One cycle (Smith and Topin 2018): the learning rate rises from <c>max/d</c> to max, and falls to <c>max/d/e</c>, while the momentum
/// falls from its largest value to the smallest and rises again. PyTorch's <c>OneCycleLR</c>.
/// </summary>
/// <remarks>
/// The optimiser's own learning rate counts for nothing. After its last step the cycle stays at the end, where PyTorch throws.
/// </remarks>
public sealed record OneCycleSchedule : LearningRateSchedule
{
    /// <summary>One cycle.</summary>
    /// <param name="maximum">The largest learning rate, max.</param>
    /// <param name="steps">The number of steps of the training, 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="maximum"/> is negative, or not finite as a <see cref="float"/>, or <paramref name="steps"/> is below 2.
    /// </exception>
    public OneCycleSchedule(double maximum, int steps)
    {
        Maximum = Check.NotNegativeSingle(maximum, nameof(maximum));
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        Steps = steps;
    }

    /// <summary>max, the largest learning rate.</summary>
    public double Maximum { get; }

    /// <summary>The number of steps.</summary>
    public int Steps { get; }

    /// <summary>The part of the steps in which the rate rises; 0.3 by default. PyTorch's <c>pct_start</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more.</exception>
    public double RisingPart
    {
        get;
        init => field = Check.Fraction(value, nameof(RisingPart));
    } = 0.3;

    /// <summary>Whether it rises and falls in straight lines, and not along cosines. PyTorch's <c>anneal_strategy="linear"</c>.</summary>
    public bool IsLinear { get; init; }

    /// <summary>
    /// Whether the rate falls to <c>max/d</c> in as many steps as it rose in, and from there to the end in the others. False by default: it
    /// falls to the end at once. PyTorch's <c>three_phase</c>.
    /// </summary>
    public bool HasThreePhases { get; init; }

    /// <summary>d, the largest rate over the first one; 25 by default. PyTorch's <c>div_factor</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite, as a <see cref="float"/>.</exception>
    public double StartDivisor
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(StartDivisor));
    } = 25;

    /// <summary>e, the first rate over the last one; 10,000 by default. PyTorch's <c>final_div_factor</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite, as a <see cref="float"/>.</exception>
    public double EndDivisor
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(EndDivisor));
    } = 1e4;

    /// <summary>Whether the momentum goes the other way; true by default. PyTorch's <c>cycle_momentum</c>.</summary>
    public bool CyclesMomentum { get; init; } = true;

    /// <summary>The smallest momentum; 0.85 by default. PyTorch's <c>base_momentum</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double MinMomentum
    {
        get;
        init => field = Check.FractionSingle(value, nameof(MinMomentum));
    } = 0.85;

    /// <summary>The largest momentum; 0.95 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double MaxMomentum
    {
        get;
        init => field = Check.FractionSingle(value, nameof(MaxMomentum));
    } = 0.95;

    /// <inheritdoc/>
    public override bool SetsMomentum => CyclesMomentum;

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate)
    {
        double first = Maximum / StartDivisor;
        return At(step, first, Maximum, first, first / EndDivisor);
    }

    /// <inheritdoc/>
    public override double? MomentumAt(long step) => CyclesMomentum ? At(step, MaxMomentum, MinMomentum, MaxMomentum, MaxMomentum) : null;

    /// <summary>From one value to the next, phase after phase; the one before the last is for three phases.</summary>
    private double At(long step, double first, double top, double third, double last)
    {
        double rising = RisingPart * Steps - 1, end = Steps - 1;
        if (step < rising)
        {
            return Between(first, top, step / rising);
        }

        if (!HasThreePhases)
        {
            return Between(top, last, Math.Min(1, (step - rising) / (end - rising)));
        }

        double falling = 2 * rising;
        return step < falling
            ? Between(top, third, (step - rising) / (falling - rising))
            : Between(third, last, falling < end ? Math.Min(1, (step - falling) / (end - falling)) : 1);
    }

    private double Between(double start, double end, double part) =>
        IsLinear ? start + (end - start) * part : end + (start - end) * 0.5 * (1 + Portable.CosPi(part));
}
