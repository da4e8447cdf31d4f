using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A learning rate that falls to a minimum in some steps, by a power of what is left: <c>min + (lr − min)·(1 − t/n)^p</c>, and min from
/// step n on. PyTorch's <c>PolynomialLR</c>, Keras' <c>PolynomialDecay</c>; with p = 1, the default, it falls in a straight line.
/// </summary>
public sealed record PolynomialSchedule : LearningRateSchedule
{
    /// <summary>A polynomial decay.</summary>
    /// <param name="steps">The number of steps, n.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public PolynomialSchedule(int steps) => Steps = Check.Positive(steps, nameof(steps));

    /// <summary>n, the number of steps.</summary>
    public int Steps { get; }

    /// <summary>p, the power; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Power
    {
        get;
        init => field = Check.NotNegative(value, nameof(Power));
    } = 1;

    /// <summary>The rate at the end; 0 by default, as in PyTorch. Keras' default is 1e-4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Minimum
    {
        get;
        init => field = Check.NotNegative(value, nameof(Minimum));
    }

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate) => step >= Steps
        ? Minimum
        : Minimum + (learningRate - Minimum) * Portable.Pow(1 - (double)step / Steps, Power);
}
