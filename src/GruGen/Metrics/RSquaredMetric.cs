namespace GruGen;

public abstract partial class Metric
{
    /// <summary>
    /// R², the part of the variance of the targets that the outputs explain: <c>1 − Σ(y − a)²/Σ(y − ȳ)²</c> over the whole data; of
    /// several outputs the mean (<c>r2_score</c> of scikit-learn, Keras' <c>R2Score</c>).
    /// </summary>
    public static Metric RSquared { get; } = new RSquaredMetric();
}

/// <summary>
/// R², <c>1 − Σ(y − a)²/Σ(y − ȳ)²</c> over the whole data; of several outputs the mean. 1 is exact, 0 is what the mean of the targets
/// would have, and less is worse than that. Where all targets of an output are equal it is 1 if they are met exactly, else 0.
/// </summary>
public sealed class RSquaredMetric : Metric
{
    /// <summary>The metric, as <see cref="Metric.RSquared"/> is.</summary>
    public RSquaredMetric()
        : base("r2")
    {
    }

    /// <inheritdoc/>
    public override MetricAccumulator CreateAccumulator() => new ErrorSums(
        this,
        sums => sums.Deviation > 0 ? 1 - sums.SquaredError / sums.Deviation : sums.SquaredError == 0 ? 1 : 0);

    /// <inheritdoc/>
    public override bool? LargerIsBetter => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);
}
