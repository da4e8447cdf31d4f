using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A learning rate that falls by a factor in so many steps: <c>lr·f^(t/n)</c>. PyTorch's <c>ExponentialLR</c>, with n = 1; Keras'
/// <c>ExponentialDecay</c>.
/// </summary>
public sealed record ExponentialSchedule : LearningRateSchedule
{
    /// <summary>An exponential decay.</summary>
    /// <param name="factor">The factor, f.</param>
    /// <param name="steps">The number of steps in which the rate falls by it, n; 1 unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="factor"/> is negative or not finite, or <paramref name="steps"/> below 1.
    /// </exception>
    public ExponentialSchedule(double factor, int steps = 1)
    {
        Factor = Check.NotNegative(factor, nameof(factor));
        Steps = Check.Positive(steps, nameof(steps));
    }

    /// <summary>f, the factor.</summary>
    public double Factor { get; }

    /// <summary>n, the number of steps in which the rate falls by it.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate) =>
        learningRate * (Steps == 1 ? Portable.Power(Factor, step) : Portable.Pow(Factor, (double)step / Steps));
}
