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
    public static Metric Accuracy { get; } = new Accuracy();
}

/// <inheritdoc cref="Metric.Accuracy"/>
internal sealed class Accuracy() : MeanMetric("accuracy")
{
    public static bool Fits(in OutputTargets targets) => targets.HasLabels || targets.Activation == Activation.Sigmoid;

    protected internal override void CheckFits(in OutputTargets targets)
    {
        if (!Fits(targets))
        {
            throw new ArgumentException(
                $"{Name} needs labels as targets, or a last layer with Activation.Sigmoid; "
                    + $"the dataset has values, and {targets.Model.Name} ends with Activation.{targets.Activation}.",
                "metrics");
        }
    }

    protected override double Sum(in OutputRows rows)
    {
        long right = 0;
        foreach (int row in rows.Counted)
        {
            ReadOnlySpan<float> outputs = rows.Outputs(row);
            right += !rows.HasClasses ? SameSides(outputs, rows.Targets(row)) : IsFirstLargest(outputs, rows.Label(row)) ? 1 : 0;
        }

        return right;
    }

    /// <summary>Whether the first of the largest outputs is that of <paramref name="label"/>.</summary>
    private static bool IsFirstLargest(ReadOnlySpan<float> outputs, int label)
    {
        float own = outputs[label];
        return !float.IsNaN(own)
            && Largest(outputs[..label]) < own
            && (label == outputs.Length - 1 || Largest(outputs[(label + 1)..]) <= own);

        static float Largest(ReadOnlySpan<float> outputs) => Reduce.Max(ref MemoryMarshal.GetReference(outputs), outputs.Length);
    }

    private static int SameSides(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        int same = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            same += (outputs[i] > 0.5f) == (targets[i] > 0.5f) ? 1 : 0;
        }

        return same;
    }
}
