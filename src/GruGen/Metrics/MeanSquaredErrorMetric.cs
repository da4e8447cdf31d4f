namespace GruGen;

public abstract partial class Metric
{
    /// <summary>The mean of <c>(output − target)²</c>.</summary>
    public static Metric MeanSquaredError { get; } = new MeanSquaredErrorMetric();

    /// <summary>
    /// The root of the mean of <c>(output − target)²</c>, over the whole data and not of each batch; of several outputs the mean of their
    /// roots.
    /// </summary>
    public static Metric RootMeanSquaredError { get; } = new RootMeanSquaredErrorMetric();
}

/// <inheritdoc cref="Metric.MeanSquaredError"/>
public sealed class MeanSquaredErrorMetric : Metric
{
    /// <summary>The metric, as <see cref="Metric.MeanSquaredError"/> is.</summary>
    public MeanSquaredErrorMetric()
        : base("mse")
    {
    }

    /// <inheritdoc/>
    public override MetricAccumulator CreateAccumulator() => new ErrorSums(this, sums => sums.SquaredError / sums.Weight);

    /// <inheritdoc/>
    public override bool? LargerIsBetter => false;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);
}

/// <inheritdoc cref="Metric.RootMeanSquaredError"/>
public sealed class RootMeanSquaredErrorMetric : Metric
{
    /// <summary>The metric, as <see cref="Metric.RootMeanSquaredError"/> is.</summary>
    public RootMeanSquaredErrorMetric()
        : base("rmse")
    {
    }

    /// <inheritdoc/>
    public override MetricAccumulator CreateAccumulator() => new ErrorSums(this, sums => Math.Sqrt(sums.SquaredError / sums.Weight));

    /// <inheritdoc/>
    public override bool? LargerIsBetter => false;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);
}
