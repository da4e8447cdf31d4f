namespace GruGen;

/// <summary>What is measured of a model besides its loss, in training and evaluation.</summary>
/// <remarks>
/// A custom metric derives from <see cref="MeanMetric"/> if it is a mean, otherwise from this class, with an accumulator that sees all
/// outputs of an evaluation, block by block. The page docs/training.md of the repository has an example of each.
/// </remarks>
public abstract partial class Metric
{
    /// <summary>Initialises the metric.</summary>
    /// <param name="name">The name in an <see cref="Evaluation"/> and a <see cref="History"/>.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected Metric(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The name in an <see cref="Evaluation"/> and a <see cref="History"/>, as in Keras: <c>accuracy</c>, <c>mae</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether an accumulator must be given all steps of one sequence at a time. The outputs of all steps of a batch are then kept in
    /// memory. False unless overridden: an accumulator is given blocks of rows, in which steps of different sequences are mixed.
    /// </summary>
    protected internal virtual bool NeedsWholeSequences => false;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Creates an accumulator. Each evaluation, and each training for all its epochs, has its own.</summary>
    public abstract MetricAccumulator CreateAccumulator();

    /// <summary>
    /// Throws unless the metric is defined for such outputs and targets. Called before training and evaluating; unless overridden
    /// everything fits.
    /// </summary>
    /// <param name="targets">The kind of outputs and targets.</param>
    /// <exception cref="ArgumentException">The metric is not defined for them.</exception>
    protected internal virtual void CheckFits(in OutputTargets targets)
    {
    }

    internal void CheckFits(ModelSchema schema, SequenceDataset data) => CheckFits(OutputTargets.Of(schema, data));

    /// <summary>Accuracy where it has a meaning, else the mean absolute error.</summary>
    internal static Metric For(ModelSchema schema, SequenceDataset data) =>
        GruGen.Accuracy.Fits(OutputTargets.Of(schema, data)) ? Accuracy : MeanAbsoluteError;
}

/// <summary>Accumulates the value of a <see cref="Metric"/> over the outputs of an evaluation.</summary>
public abstract class MetricAccumulator
{
    /// <summary>The value over all rows that were added since the last <see cref="Reset"/>; NaN if none of them counts.</summary>
    /// <remarks>In training it is read at the end of each epoch, and after every batch if progress is reported.</remarks>
    public abstract double Result { get; }

    /// <summary>Adds rows, whose outputs are those of the model, after the last activation.</summary>
    /// <param name="rows">The rows; for a metric that needs whole sequences, all those of one sequence.</param>
    public abstract void Add(in OutputRows rows);

    /// <summary>Forgets all rows that were added, before the next epoch.</summary>
    public abstract void Reset();
}

/// <summary>A metric that is a mean, over targets unless <see cref="Count"/> is overridden.</summary>
public abstract class MeanMetric : Metric
{
    /// <summary>Initialises the metric.</summary>
    /// <param name="name">The name in an <see cref="Evaluation"/> and a <see cref="History"/>.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected MeanMetric(string name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    public sealed override MetricAccumulator CreateAccumulator() => new Accumulator(this);

    /// <summary>The numerator of the mean: a sum over the rows of <see cref="OutputRows.Counted"/>.</summary>
    /// <param name="rows">The rows, whose outputs are those of the model, after the last activation.</param>
    protected abstract double Sum(in OutputRows rows);

    /// <summary>
    /// The denominator of the mean. Unless overridden it is the number of targets that count, one for each row with a class label,
    /// otherwise one for each output of a row; with <see cref="Metric.NeedsWholeSequences"/> it is 1 for a sequence of which a step counts.
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
