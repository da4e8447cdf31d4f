using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A learning rate that falls to a minimum along a cosine (Loshchilov and Hutter 2017): <c>min + (lr − min)·½·(1 + cos(π·t/n))</c>.
/// PyTorch's <c>CosineAnnealingLR</c>, Keras' <c>CosineDecay</c>.
/// </summary>
public sealed record CosineSchedule : LearningRateSchedule
{
    /// <summary>A cosine decay.</summary>
    /// <param name="steps">The number of steps, n.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public CosineSchedule(int steps) => Steps = Check.Positive(steps, nameof(steps));

    /// <summary>n, the number of steps to the minimum.</summary>
    public int Steps { get; }

    /// <summary>The rate at step n; 0 by default. PyTorch's <c>eta_min</c>; Keras' <c>alpha</c> is this over lr.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Minimum
    {
        get;
        init => field = Check.NotNegative(value, nameof(Minimum));
    }

    /// <summary>
    /// Whether the rate stays at the minimum from step n on, as Keras' does. False by default: it rises again along the cosine, as
    /// PyTorch's.
    /// </summary>
    public bool StaysAtEnd { get; init; }

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate) => StaysAtEnd && step >= Steps
        ? Minimum
        : Minimum + (learningRate - Minimum) * 0.5 * (1 + Portable.CosPi(step % (2L * Steps) / (double)Steps));
}
