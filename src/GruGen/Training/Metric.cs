namespace GruGen;

/// <summary>What a model is judged by beside its loss.</summary>
/// <remarks>
/// A metric of one's own derives from <see cref="MeanMetric"/> if it is a mean, else from this class: an accumulator of its own then sees
/// all outputs of an evaluation, and may say something about the whole of them. The page docs/training.md of the repository has an
/// example of each.
/// </remarks>
public abstract partial class Metric
{
    /// <summary>A metric.</summary>
    /// <param name="name">The name in a <see cref="History"/>.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected Metric(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The name in a <see cref="History"/>, as Keras has it: <c>accuracy</c>, <c>mae</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether the rows that an accumulator is given are those of one sequence, all its steps, and not any number of rows of any
    /// sequences. The outputs of all steps of a batch are then held. Unless overridden it is not so.
    /// </summary>
    protected internal virtual bool NeedsWholeSequences => false;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>What sees the outputs of an evaluation, or of an epoch of training. Each has its own.</summary>
    public abstract MetricAccumulator CreateAccumulator();

    /// <summary>
    /// Throws an <see cref="ArgumentException"/> unless the metric has a meaning for such outputs and targets. Called before training and
    /// evaluating; unless overridden everything fits.
    /// </summary>
    /// <param name="targets">The outputs and targets.</param>
    protected internal virtual void CheckFits(in OutputTargets targets)
    {
    }

    internal void CheckFits(ModelSchema schema, SequenceDataset data) => CheckFits(OutputTargets.Of(schema, data));

    /// <summary>Accuracy where it has a meaning, else the mean absolute error.</summary>
    internal static Metric For(ModelSchema schema, SequenceDataset data) =>
        GruGen.Accuracy.Fits(OutputTargets.Of(schema, data)) ? Accuracy : MeanAbsoluteError;
}

/// <summary>What has been seen of the outputs of an evaluation, on its way to the value of a <see cref="Metric"/>.</summary>
public abstract class MetricAccumulator
{
    /// <summary>The value over all that was added since the last <see cref="Reset"/>; NaN if nothing of it counts.</summary>
    /// <remarks>While training it is asked for after every batch if progress is reported.</remarks>
    public abstract double Result { get; }

    /// <summary>Sees some rows, whose outputs have the last layer's activation.</summary>
    /// <param name="rows">The rows; of a metric that needs whole sequences those of one sequence.</param>
    public abstract void Add(in OutputRows rows);

    /// <summary>Forgets all that was added, before the next epoch.</summary>
    public abstract void Reset();
}

/// <summary>A metric that is a mean over targets, or over whatever it counts.</summary>
public abstract class MeanMetric : Metric
{
    /// <summary>A metric.</summary>
    /// <param name="name">The name in a <see cref="History"/>.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected MeanMetric(string name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    public sealed override MetricAccumulator CreateAccumulator() => new Accumulator(this);

    /// <summary>The sum over those of <see cref="OutputRows.Counted"/>.</summary>
    /// <param name="rows">The rows, whose outputs have the last layer's activation.</param>
    protected abstract double Sum(in OutputRows rows);

    /// <summary>
    /// How much the sum is over. Unless overridden it is all targets that count: a class is one, and of numbers each output has one; but
    /// 1 for a whole sequence of which a step counts.
    /// </summary>
    /// <param name="rows">The rows.</param>
    protected virtual long Count(in OutputRows rows)
    {
        int counted = rows.Counted.Count;
        return NeedsWholeSequences ? Math.Min(counted, 1) : (long)counted * (rows.HasClasses ? 1 : rows.Size);
    }

    private sealed class Accumulator(MeanMetric metric) : MetricAccumulator
    {
        private double _sum;
        private long _count;

        public override double Result => _sum / _count;

        public override void Add(in OutputRows rows)
        {
            _sum += metric.Sum(rows);
            _count += metric.Count(rows);
        }

        public override void Reset() => (_sum, _count) = (0, 0);
    }
}
