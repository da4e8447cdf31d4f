namespace GruGen;

public abstract partial class Metric
{
    /// <summary>The mean of <c>|output − target|</c>.</summary>
    public static Metric MeanAbsoluteError { get; } = new MeanAbsoluteErrorMetric();
}

/// <inheritdoc cref="Metric.MeanAbsoluteError"/>
public sealed class MeanAbsoluteErrorMetric : MeanMetric
{
    /// <summary>The metric, as <see cref="Metric.MeanAbsoluteError"/> is.</summary>
    public MeanAbsoluteErrorMetric()
        : base("mae")
    {
    }

    /// <inheritdoc/>
    public override bool? LargerIsBetter => false;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);

    /// <inheritdoc/>
    protected override double Sum(in OutputRows rows)
    {
        double sum = 0;
        foreach (int row in rows.Counted)
        {
            double errors = 0;
            ReadOnlySpan<float> outputs = rows.Outputs(row), targets = rows.Targets(row);
            for (int i = 0; i < outputs.Length; i++)
            {
                errors += Math.Abs((double)outputs[i] - targets[i]);
            }

            sum += rows.Weight(row) * errors;
        }

        return sum;
    }

    /// <inheritdoc/>
    protected override double Count(in OutputRows rows) => rows.WeightOfTargets;
}
