namespace GruGen;

public abstract partial class Metric
{
    /// <summary>The fraction of labels that are among the five largest outputs: <see cref="TopKAccuracyMetric"/> with k = 5.</summary>
    public static Metric Top5Accuracy { get; } = new TopKAccuracyMetric(5);
}

/// <summary>
/// The fraction of labels whose output is among the k largest (Keras' <c>SparseTopKCategoricalAccuracy</c>). Of equal outputs the first
/// ones come first, so that k = 1 is the accuracy. Probabilities of classes as targets stand for the label of the first largest one.
/// </summary>
public sealed class TopKAccuracyMetric : MeanMetric
{
    /// <summary>The metric; <c>top5_accuracy</c> is its name.</summary>
    /// <param name="k">How many of the largest outputs may be the right one.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public TopKAccuracyMetric(int k = 5)
        : base($"top{Check.Positive(k, nameof(k))}_accuracy") => K = k;

    /// <summary>How many of the largest outputs may be the right one.</summary>
    public int K { get; }

    /// <inheritdoc/>
    public override bool? LargerIsBetter => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireSeveralClasses(targets);

    /// <inheritdoc/>
    protected override double Sum(in OutputRows rows)
    {
        double right = 0;
        foreach (int row in rows.Counted)
        {
            right += Rank(rows.Outputs(row), rows.Class(row)) < K ? rows.Weight(row) : 0;
        }

        return right;
    }

    /// <inheritdoc/>
    protected override double Count(in OutputRows rows) => rows.WeightOfRows;

    /// <summary>How many outputs come before that of a label.</summary>
    private static int Rank(ReadOnlySpan<float> outputs, int label)
    {
        float own = outputs[label];
        if (float.IsNaN(own))
        {
            return int.MaxValue;
        }

        int before = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            before += outputs[i] > own || (outputs[i] == own && i < label) ? 1 : 0;
        }

        return before;
    }
}
