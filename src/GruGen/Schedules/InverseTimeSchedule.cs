namespace GruGen;

/// <summary>A learning rate that falls with the inverse of the steps: <c>lr/(1 + k·t/n)</c>. Keras' <c>InverseTimeDecay</c>.</summary>
public sealed record InverseTimeSchedule : LearningRateSchedule
{
    /// <summary>A decay with the inverse of the steps.</summary>
    /// <param name="decay">The decay, k.</param>
    /// <param name="steps">The number of steps, n; 1 unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="decay"/> is negative or not finite, or <paramref name="steps"/> below 1.
    /// </exception>
    public InverseTimeSchedule(double decay, int steps = 1)
    {
        Decay = Check.NotNegative(decay, nameof(decay));
        Steps = Check.Positive(steps, nameof(steps));
    }

    /// <summary>k, the decay.</summary>
    public double Decay { get; }

    /// <summary>n, the number of steps in which the divisor grows by k.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate) => learningRate / (1 + Decay * step / Steps);
}
