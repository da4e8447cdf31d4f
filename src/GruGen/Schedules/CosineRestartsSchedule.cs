using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A learning rate that falls along a cosine again and again (Loshchilov and Hutter 2017): in period i, of <c>n·gⁱ</c> steps, it is
/// <c>min + (lr·pⁱ − min)·½·(1 + cos(π·s))</c>, where s goes from 0 to 1. PyTorch's <c>CosineAnnealingWarmRestarts</c>, Keras'
/// <c>CosineDecayRestarts</c>.
/// </summary>
public sealed record CosineRestartsSchedule : LearningRateSchedule
{
    /// <summary>A cosine decay with restarts.</summary>
    /// <param name="steps">The number of steps of the first period, n.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public CosineRestartsSchedule(int steps) => Steps = Check.Positive(steps, nameof(steps));

    /// <summary>n, the number of steps of the first period.</summary>
    public int Steps { get; }

    /// <summary>
    /// g, how many times as long each period is as the one before; 1 by default, as PyTorch's <c>T_mult</c>. Keras' <c>t_mul</c> is 2.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 or not finite.</exception>
    public double Growth
    {
        get;
        init => field = double.IsFinite(value) && value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Growth), value, $"'{nameof(Growth)}' is {value}, but must be a number from 1 on.");
    } = 1;

    /// <summary>p, what the largest rate is multiplied by from one period to the next; 1 by default. Keras' <c>m_mul</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double PeakFactor
    {
        get;
        init => field = Check.NotNegative(value, nameof(PeakFactor));
    } = 1;

    /// <summary>The rate at the end of a period; 0 by default. PyTorch's <c>eta_min</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Minimum
    {
        get;
        init => field = Check.NotNegative(value, nameof(Minimum));
    }

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate)
    {
        long period = Growth == 1 ? step / Steps : 0;
        double rest = Growth == 1 ? step % Steps : step, length = Steps;
        while (rest >= length)
        {
            rest -= length;
            length *= Growth;
            period++;
        }

        double peak = learningRate * Portable.Power(PeakFactor, period);
        return Minimum + (peak - Minimum) * 0.5 * (1 + Portable.CosPi(rest / length));
    }
}
