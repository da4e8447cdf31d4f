using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Upper bounds, in double precision, of what a step leaves in memory: they are so cheap that every step takes them, and so far below the
/// largest float that almost no step needs a closer look.
/// </summary>
/// <param name="Parameters">Of the parameters.</param>
/// <param name="First">Of the first buffer of moments; 0 if there is none.</param>
/// <param name="Second">Of the second buffer of moments; 0 if there is none.</param>
/// <param name="Third">Of the third buffer of moments; 0 if there is none.</param>
internal readonly record struct Magnitudes(double Parameters, double First, double Second = 0, double Third = 0)
{
    private const double Rounding = 1 + 1e-6; // of the few operations of a step
    private const double Limit = 1e37; // the largest float is 3.4e38, and the largest that is one as a bfloat16 is 3.39e38

    /// <summary>Whether all of it surely is finite in float32. Not if a bound is NaN.</summary>
    public bool AreSafe => Parameters < Limit && First < Limit && Second < Limit && Third < Limit;

    /// <summary>Bounds of nothing, of which nothing is safe.</summary>
    public static Magnitudes Unknown { get; } = new(double.NaN, 0);

    /// <summary>Those of what is in memory now.</summary>
    public static Magnitudes Of(TrainedPart[] parts)
    {
        Magnitudes all = default;
        foreach (TrainedPart part in parts)
        {
            AlignedBuffer[] moments = part.Moments;
            all = new Magnitudes(
                Math.Max(all.Parameters, Of(part.Parameters)),
                Math.Max(all.First, moments.Length > 0 ? Of(moments[0]) : 0),
                Math.Max(all.Second, moments.Length > 1 ? Of(moments[1]) : 0),
                Math.Max(all.Third, moments.Length > 2 ? Of(moments[2]) : 0));
        }

        return all;
    }

    /// <summary>Those of the memory after a step of <paramref name="optimizer"/>.</summary>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="gradient">A bound of the gradients, after they are scaled.</param>
    /// <param name="step">The step.</param>
    /// <param name="largest">The largest factors and decays of all parts.</param>
    public Magnitudes After(Optimizer optimizer, double gradient, StepSettings step, PartSettings largest)
    {
        // with g + λ·w for g, and w − lr·λ·w for w, which is no larger unless lr·λ is above 2
        double rate = step.LearningRate * largest.LearningRateFactor, decay = rate * largest.WeightDecay;
        gradient += largest.L2 * Parameters;
        Magnitudes before = this with { Parameters = Parameters * Math.Max(1, decay - 1) };
        if (!(rate <= float.MaxValue && decay <= float.MaxValue)
            || optimizer.After(before, gradient, step with { LearningRate = rate }) is not { } after)
        {
            return Unknown;
        }

        return new Magnitudes(
            gradient < Limit ? after.Parameters * Rounding : double.PositiveInfinity,
            after.First * Rounding,
            after.Second * Rounding,
            after.Third * Rounding);
    }

    private static double Of(AlignedBuffer buffer) => Reduce.MaxMagnitude(ref buffer.Start, buffer.Length);
}
