using GruGen.Kernels;

namespace GruGen;

public abstract partial class Metric
{
    /// <summary>
    /// The mean of <c>−ln p</c>, with the probability p that the model gives to what is the case: of the label among classes, or of yes and
    /// no for each output of a sigmoid.
    /// </summary>
    public static Metric LogLoss { get; } = new LogLossMetric();

    /// <summary>
    /// <c>e^L</c> of the mean L of <c>−ln p</c> over all labels of the whole data: as many classes, equally probable, would leave the model
    /// as uncertain.
    /// </summary>
    public static Metric Perplexity { get; } = new PerplexityMetric();

    /// <summary>The mean of <c>−log₂ p</c> over all labels: the bits a character takes, where each token is one.</summary>
    public static Metric BitsPerCharacter { get; } = new BitsPerCharacterMetric();
}

/// <summary>
/// The mean of <c>−ln p</c>, with the probability p that the model gives to what is the case; no less than 1e-15 and no more than 1 −
/// 1e-15, as in scikit-learn's <c>log_loss</c>. The losses that training minimises are computed from logits and have no such limits.
/// </summary>
public sealed class LogLossMetric : Metric
{
    /// <summary>The metric, as <see cref="Metric.LogLoss"/> is.</summary>
    public LogLossMetric()
        : base("log_loss")
    {
    }

    /// <inheritdoc/>
    public override MetricAccumulator CreateAccumulator() => new LogLossSum(this, mean => mean);

    /// <inheritdoc/>
    public override bool? LargerIsBetter => false;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets)
    {
        if (targets.Activation is not (Activation.Softmax or Activation.Sigmoid))
        {
            throw new ArgumentException(
                $"{Name} needs probabilities, of a last layer with Activation.Sigmoid or Activation.Softmax, "
                    + $"but that of {targets.Model.Name} has Activation.{targets.Activation}.",
                "metrics");
        }

        RequireClasses(targets);
    }
}

/// <summary>
/// <c>e^L</c> of the mean L of <see cref="LogLossMetric"/> over the whole data, which is no mean of the perplexities of batches (Keras'
/// <c>Perplexity</c>). For models that end with a softmax.
/// </summary>
public sealed class PerplexityMetric : Metric
{
    /// <summary>The metric, as <see cref="Metric.Perplexity"/> is.</summary>
    public PerplexityMetric()
        : base("perplexity")
    {
    }

    /// <inheritdoc/>
    public override MetricAccumulator CreateAccumulator() => new LogLossSum(this, Math.Exp);

    /// <inheritdoc/>
    public override bool? LargerIsBetter => false;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireSeveralClasses(targets);
}

/// <summary>
/// The mean of <see cref="LogLossMetric"/> over <c>ln 2</c>, for models that end with a softmax over characters, or tokens of another kind.
/// </summary>
public sealed class BitsPerCharacterMetric : Metric
{
    /// <summary>The metric, as <see cref="Metric.BitsPerCharacter"/> is.</summary>
    public BitsPerCharacterMetric()
        : base("bits_per_character")
    {
    }

    /// <inheritdoc/>
    public override MetricAccumulator CreateAccumulator() => new LogLossSum(this, mean => mean / 0.6931471805599453);

    /// <inheritdoc/>
    public override bool? LargerIsBetter => false;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireSeveralClasses(targets);
}

/// <summary>Σ w·(−ln p) and Σ w; the result is what a metric makes of the mean.</summary>
internal sealed class LogLossSum(Metric metric, Func<double, double> value) : MetricAccumulator
{
    private const double Smallest = 1e-15;

    private double _sum;
    private double _count;

    public override double Result => _count == 0 ? 0 : value(_sum / _count);

    public override void Add(in OutputRows rows)
    {
        foreach (int row in rows.Counted)
        {
            ReadOnlySpan<float> outputs = rows.Outputs(row);
            double own;
            if (rows.HasClasses)
            {
                own = MinusLog(outputs[rows.Label(row)] / Total(outputs));
            }
            else if (rows.AreClasses)
            {
                own = OfProbabilities(outputs, rows.Targets(row));
            }
            else
            {
                own = OfSigmoids(outputs, rows.Targets(row));
            }

            double weight = rows.Weight(row);
            _sum += weight == 0 ? 0 : weight * own;
        }

        _count += rows.AreClasses ? rows.WeightOfRows : rows.WeightOfTargets;
    }

    public override void Reset() => (_sum, _count) = (0, 0);

    protected internal override double[] GetState() => [_sum, _count];

    protected internal override void SetState(ReadOnlySpan<double> state)
    {
        if (state is not [_, >= 0 and < double.PositiveInfinity])
        {
            throw new InvalidDataException($"The state of {metric.Name} is no sum with a count from 0 on.");
        }

        (_sum, _count) = (state[0], state[1]);
    }

    protected internal override void Merge(ReadOnlySpan<double> state) => MergeSums(state);

    private static double OfProbabilities(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        double sum = 0, total = Total(outputs);
        for (int i = 0; i < outputs.Length; i++)
        {
            sum += targets[i] == 0 ? 0 : targets[i] * MinusLog(outputs[i] / total);
        }

        return sum;
    }

    private static double OfSigmoids(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        double sum = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double yes = Limited(outputs[i]);
            sum -= targets[i] == 0 ? 0 : targets[i] * Portable.Log(yes);
            sum -= targets[i] == 1 ? 0 : (1.0 - targets[i]) * Portable.Log(1 - yes);
        }

        return sum;
    }

    private static double Total(ReadOnlySpan<float> outputs)
    {
        double sum = 0;
        foreach (float output in outputs)
        {
            sum += output;
        }

        return sum;
    }

    private static double MinusLog(double probability) => -Portable.Log(Limited(probability));

    private static double Limited(double probability) => Math.Clamp(probability, Smallest, 1 - Smallest);
}
