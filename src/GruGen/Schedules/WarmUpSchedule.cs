namespace GruGen;

/// <summary>
/// A learning rate that rises in a straight line from a part of it to all of it, and stays there:
/// <c>lr·(f + (e − f)·min(t, n)/n)</c>. PyTorch's <c>LinearLR</c>; Keras has it as <c>warmup_steps</c> of <c>CosineDecay</c>.
/// </summary>
/// <remarks>What comes after it: <c>new WarmUpSchedule(100).Then(new CosineSchedule(900), after: 100)</c>.</remarks>
public sealed record WarmUpSchedule : LearningRateSchedule
{
    /// <summary>A warm-up.</summary>
    /// <param name="steps">The number of steps, n.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public WarmUpSchedule(int steps) => Steps = Check.Positive(steps, nameof(steps));

    /// <summary>n, the number of steps before the full rate.</summary>
    public int Steps { get; }

    /// <summary>f, the factor of step 0; ⅓ by default, as in PyTorch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double StartFactor
    {
        get;
        init => field = Check.NotNegative(value, nameof(StartFactor));
    } = 1.0 / 3;

    /// <summary>e, the factor from step n on; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double EndFactor
    {
        get;
        init => field = Check.NotNegative(value, nameof(EndFactor));
    } = 1;

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate) => step >= Steps
        ? learningRate * EndFactor
        : learningRate * (StartFactor + (EndFactor - StartFactor) * step / Steps);
}
