using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The learning rate times a factor after every so many steps: <c>lr·f^⌊t/n⌋</c>. PyTorch's <c>StepLR</c>, Keras' <c>ExponentialDecay</c>
/// with <c>staircase=True</c>.
/// </summary>
public sealed record StepSchedule : LearningRateSchedule
{
    /// <summary>A factor after every so many steps.</summary>
    /// <param name="steps">The number of steps, n.</param>
    /// <param name="factor">The factor, f; 0.1 unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="steps"/> is below 1, or <paramref name="factor"/> negative or not finite.
    /// </exception>
    public StepSchedule(int steps, double factor = 0.1)
    {
        Steps = Check.Positive(steps, nameof(steps));
        Factor = Check.NotNegative(factor, nameof(factor));
    }

    /// <summary>n, the number of steps with one rate.</summary>
    public int Steps { get; }

    /// <summary>f, the factor from one rate to the next.</summary>
    public double Factor { get; }

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate) => learningRate * Portable.Power(Factor, step / Steps);
}
