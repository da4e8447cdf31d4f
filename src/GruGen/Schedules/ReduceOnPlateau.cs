namespace GruGen;

/// <summary>
/// When the learning rate is reduced because a measured value, the loss of the validation data for example, no longer improves. PyTorch's
/// and Keras' <c>ReduceLROnPlateau</c>.
/// </summary>
/// <remarks>Its state is part of a training; a <see cref="LearningRateSchedule"/> has none.</remarks>
public sealed record ReduceOnPlateau
{
    /// <summary>What is watched: a name of the history; <c>val_loss</c> by default.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string Monitor
    {
        get;
        init => field = Check.NotEmpty(value, nameof(Monitor));
    } = "val_loss";

    /// <summary>What the learning rate is multiplied by; 0.1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more.</exception>
    public double Factor
    {
        get;
        init => field = Check.Fraction(value, nameof(Factor));
    } = 0.1;

    /// <summary>The number of reports without improvement that are borne; 10 by default.</summary>
    /// <remarks>
    /// As PyTorch counts, the rate is reduced by the report after so many; as Keras counts (<see cref="Convention"/>), by the last of them.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Patience
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Patience));
            field = value;
        }
    } = 10;

    /// <summary>
    /// How much better than the best a value must be to count as an improvement; 1e-4 by default. PyTorch's <c>threshold</c>, Keras'
    /// <c>min_delta</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Threshold
    {
        get;
        init => field = Check.NotNegative(value, nameof(Threshold));
    } = 1e-4;

    /// <summary>
    /// Whether <see cref="Threshold"/> is a difference. False by default: it is a part of the best value, as in PyTorch. With Keras'
    /// <see cref="Convention"/> it always is a difference.
    /// </summary>
    public bool IsAbsolute { get; init; }

    /// <summary>
    /// Whether larger values are better, as those of an accuracy are; null, the default, if the metric tells
    /// (<see cref="Metric.LargerIsBetter"/>).
    /// </summary>
    public bool? LargerIsBetter { get; init; }

    /// <summary>The number of reports after a reduction in which none counts as bad; 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Cooldown
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Cooldown));
            field = value;
        }
    }

    /// <summary>
    /// The learning rate is not reduced below this; 0 by default. With a schedule the limit is that of the optimiser's own rate, by whose
    /// factor the schedule's is multiplied.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double MinLearningRate
    {
        get;
        init => field = Check.NotNegative(value, nameof(MinLearningRate));
    }

    /// <summary>
    /// Reductions of the learning rate by less than this are left out; 1e-8 by default, as PyTorch's <c>eps</c>. With Keras'
    /// <see cref="Convention"/> none is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double MinReduction
    {
        get;
        init => field = Check.NotNegative(value, nameof(MinReduction));
    } = 1e-8;

    /// <summary>Whose rules these are: PyTorch's, the default, or Keras'.</summary>
    public Convention Convention { get; init; }
}
