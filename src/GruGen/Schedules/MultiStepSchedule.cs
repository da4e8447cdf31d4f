using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The learning rate times a factor from each of some steps on: <c>lr·f^k</c> after k of the milestones. PyTorch's <c>MultiStepLR</c>.
/// </summary>
public sealed record MultiStepSchedule : LearningRateSchedule
{
    /// <summary>A factor from each of some steps on.</summary>
    /// <param name="milestones">The steps, from 1, in ascending order; one that is there twice counts twice.</param>
    /// <param name="factor">The factor, f; 0.1 unless given.</param>
    /// <exception cref="ArgumentNullException"><paramref name="milestones"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="milestones"/> are not in ascending order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A milestone is below 1, or <paramref name="factor"/> is negative or not finite.
    /// </exception>
    public MultiStepSchedule(IReadOnlyList<int> milestones, double factor = 0.1)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        for (int i = 0; i < milestones.Count; i++)
        {
            Check.Positive(milestones[i], nameof(milestones));
            if (i > 0 && milestones[i] < milestones[i - 1])
            {
                throw new ArgumentException(
                    $"'{nameof(milestones)}' has {milestones[i]} after {milestones[i - 1]}, but ascending steps are expected.",
                    nameof(milestones));
            }
        }

        Milestones = milestones;
        Factor = Check.NotNegative(factor, nameof(factor));
    }

    /// <summary>The first steps with a new rate.</summary>
    public IReadOnlyList<int> Milestones { get; }

    /// <summary>f, the factor from one rate to the next.</summary>
    public double Factor { get; }

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate)
    {
        int passed = 0;
        while (passed < Milestones.Count && Milestones[passed] <= step)
        {
            passed++;
        }

        return learningRate * Portable.Power(Factor, passed);
    }
}
