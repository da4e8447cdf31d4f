using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A learning rate that rises from a minimum to a maximum and falls again, cycle after cycle, in straight lines (Smith 2017), while the
/// momentum goes the other way. PyTorch's <c>CyclicLR</c>.
/// </summary>
/// <remarks>The optimiser's own learning rate counts for nothing.</remarks>
public sealed record CyclicSchedule : LearningRateSchedule
{
    /// <summary>Cycles.</summary>
    /// <param name="minimum">The smallest learning rate.</param>
    /// <param name="maximum">The largest learning rate.</param>
    /// <param name="risingSteps">The number of steps in which the rate rises; PyTorch's <c>step_size_up</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A rate is negative, or not finite as a <see cref="float"/>, or <paramref name="risingSteps"/> is below 1.
    /// </exception>
    public CyclicSchedule(double minimum, double maximum, int risingSteps)
    {
        Minimum = Check.NotNegativeSingle(minimum, nameof(minimum));
        Maximum = Check.NotNegativeSingle(maximum, nameof(maximum));
        FallingSteps = RisingSteps = Check.Positive(risingSteps, nameof(risingSteps));
    }

    /// <summary>The smallest learning rate.</summary>
    public double Minimum { get; }

    /// <summary>The largest learning rate.</summary>
    public double Maximum { get; }

    /// <summary>The number of steps in which the rate rises.</summary>
    public int RisingSteps { get; }

    /// <summary>The number of steps in which it falls; as many as it rises in, unless set. PyTorch's <c>step_size_down</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int FallingSteps
    {
        get;
        init => field = Check.Positive(value, nameof(FallingSteps));
    }

    /// <summary>What the height is multiplied by from one cycle to the next; 1 by default. PyTorch's <c>triangular2</c> is 0.5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double CycleFactor
    {
        get;
        init => field = Check.NotNegative(value, nameof(CycleFactor));
    } = 1;

    /// <summary>
    /// What the height is multiplied by from one step to the next; 1 by default. PyTorch's <c>gamma</c> with <c>exp_range</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double StepFactor
    {
        get;
        init => field = Check.NotNegative(value, nameof(StepFactor));
    } = 1;

    /// <summary>Whether the momentum goes the other way; true by default. PyTorch's <c>cycle_momentum</c>.</summary>
    public bool CyclesMomentum { get; init; } = true;

    /// <summary>The smallest momentum; 0.8 by default. PyTorch's <c>base_momentum</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double MinMomentum
    {
        get;
        init => field = Check.FractionSingle(value, nameof(MinMomentum));
    } = 0.8;

    /// <summary>The largest momentum; 0.9 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double MaxMomentum
    {
        get;
        init => field = Check.FractionSingle(value, nameof(MaxMomentum));
    } = 0.9;

    /// <inheritdoc/>
    public override bool SetsMomentum => CyclesMomentum;

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate) => Minimum + (Maximum - Minimum) * HeightAt(step);

    /// <inheritdoc/>
    public override double? MomentumAt(long step) => CyclesMomentum ? MaxMomentum - (MaxMomentum - MinMomentum) * HeightAt(step) : null;

    /// <summary>From 0 to 1 and back, times the factors.</summary>
    private double HeightAt(long step)
    {
        long length = (long)RisingSteps + FallingSteps, place = step % length;
        double height = place <= RisingSteps ? (double)place / RisingSteps : (double)(length - place) / FallingSteps;
        return height * Portable.Power(CycleFactor, step / length) * Portable.Power(StepFactor, step);
    }
}
