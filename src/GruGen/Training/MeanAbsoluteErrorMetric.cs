namespace GruGen;

public abstract partial class Metric
{
    /// <summary>The mean of <c>|output − target|</c>.</summary>
    public static Metric MeanAbsoluteError { get; } = new MeanAbsoluteErrorMetric();
}

/// <inheritdoc cref="Metric.MeanAbsoluteError"/>
internal sealed class MeanAbsoluteErrorMetric() : MeanMetric("mae")
{
    protected internal override void CheckFits(in OutputTargets targets)
    {
        if (targets.HasClasses)
        {
            throw new ArgumentException(
                $"{Name} compares each of the {targets.Size} outputs of {targets.Model.Name} with a number, "
                    + "but the dataset has labels of classes.",
                "metrics");
        }
    }

    protected override double Sum(in OutputRows rows)
    {
        double sum = 0;
        foreach (int row in rows.Counted)
        {
            ReadOnlySpan<float> outputs = rows.Outputs(row), targets = rows.Targets(row);
            for (int i = 0; i < outputs.Length; i++)
            {
                sum += Math.Abs((double)outputs[i] - targets[i]);
            }
        }

        return sum;
    }
}
