using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Metric
{
    /// <summary>
    /// The fraction of targets that are predicted correctly. For classes, the largest output has to be that of the label (the first one of
    /// equal ones); for a single output, and for numbers as targets of sigmoids, output and target have to be on the same side of 0.5. If
    /// the model gives an output for every step, the fraction is over all steps that count.
    /// </summary>
    public static Metric Accuracy { get; } = new AccuracyMetric();
}

/// <summary>
/// The fraction of targets that are predicted correctly, as <see cref="Metric.Accuracy"/> is; with probabilities of classes as targets the
/// first largest one of them is the label.
/// </summary>
public sealed class AccuracyMetric : MeanMetric
{
    /// <summary>The metric, with a threshold of 0.5 unless it is set.</summary>
    public AccuracyMetric()
        : base("accuracy")
    {
    }

    /// <summary>The number above which an output that is no probability among classes says yes; 0.5 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public double Threshold
    {
        get;
        init => field = Check.Finite(value, nameof(Threshold));
    } = 0.5;

    internal static bool IsUsual(in OutputTargets targets) => targets.HasLabels || targets.Activation == Activation.Sigmoid;

    /// <inheritdoc/>
    public override bool? LargerIsBetter => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets)
    {
        if (targets.Activation != Activation.Sigmoid)
        {
            RequireClasses(targets);
        }
    }

    /// <inheritdoc/>
    protected override double Sum(in OutputRows rows)
    {
        double right = 0;
        bool areClasses = rows.AreClasses;
        float threshold = (float)Threshold;
        foreach (int row in rows.Counted)
        {
            ReadOnlySpan<float> outputs = rows.Outputs(row);
            right += rows.Weight(row)
                * (areClasses ? IsFirstLargest(outputs, rows.Class(row)) ? 1 : 0 : SameSides(outputs, rows.Targets(row), threshold));
        }

        return right;
    }

    /// <inheritdoc/>
    protected override double Count(in OutputRows rows) => rows.AreClasses ? rows.WeightOfRows : rows.WeightOfTargets;

    /// <summary>Whether the first of the largest outputs is that of <paramref name="label"/>.</summary>
    private static bool IsFirstLargest(ReadOnlySpan<float> outputs, int label)
    {
        float own = outputs[label];
        return !float.IsNaN(own)
            && Largest(outputs[..label]) < own
            && (label == outputs.Length - 1 || Largest(outputs[(label + 1)..]) <= own);

        static float Largest(ReadOnlySpan<float> outputs) => Reduce.Max(ref MemoryMarshal.GetReference(outputs), outputs.Length);
    }

    private static int SameSides(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, float threshold)
    {
        int same = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            same += (outputs[i] > threshold) == (targets[i] > 0.5f) ? 1 : 0;
        }

        return same;
    }
}
