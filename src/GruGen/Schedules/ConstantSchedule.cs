namespace GruGen;

/// <summary>
/// A factor of the learning rate for some steps, and the full rate after them: <c>lr·f</c>, then <c>lr</c>. PyTorch's <c>ConstantLR</c>.
/// </summary>
/// <remarks>
/// With <see cref="LearningRateSchedule.Then"/> any steps can be built of it, as Keras' <c>PiecewiseConstantDecay</c> has them.
/// </remarks>
public sealed record ConstantSchedule : LearningRateSchedule
{
    /// <summary>A factor for some steps.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="steps">The number of steps; all, unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="factor"/> is negative or not finite, or <paramref name="steps"/> below 1.
    /// </exception>
    public ConstantSchedule(double factor, int steps = int.MaxValue)
    {
        Factor = Check.NotNegative(factor, nameof(factor));
        Steps = Check.Positive(steps, nameof(steps));
    }

    /// <summary>The factor.</summary>
    public double Factor { get; }

    /// <summary>The number of steps with it; <see cref="int.MaxValue"/> for all.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate) =>
        step < Steps || Steps == int.MaxValue ? learningRate * Factor : learningRate;
}
