namespace GruGen;

/// <summary>What is measured of a model besides its loss, in training and evaluation.</summary>
/// <remarks>
/// A custom metric derives from <see cref="MeanMetric"/> if it is a mean, otherwise from this class, with an accumulator that sees all
/// outputs of an evaluation, block by block. The page docs/extending.md of the repository has an example of each.
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
    /// <remarks>Set it where two metrics of a kind are measured beside each other, which need names of their own.</remarks>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string Name
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrEmpty(value, nameof(Name));
            field = value;
        }
    }

    /// <summary>
    /// Whether an accumulator must be given all steps of one sequence at a time. The outputs of all steps of a batch are then kept in
    /// memory. False unless overridden: an accumulator is given blocks of rows, in which steps of different sequences are mixed.
    /// </summary>
    protected internal virtual bool NeedsWholeSequences => false;

    /// <summary>
    /// Whether a larger value is a better one, for <see cref="EarlyStopping"/> and whoever else looks for the best; null, unless
    /// overridden, if that is not known.
    /// </summary>
    public virtual bool? LargerIsBetter => null;

    /// <summary>
    /// Whether the weights of a dataset are left out, as by Keras' <c>metrics</c>; false by default, as by its <c>weighted_metrics</c>.
    /// </summary>
    public bool Unweighted { get; init; }

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

    /// <summary>The same metric of one output of a model that has several, with the name <c>output_name</c>.</summary>
    /// <param name="output">The name of the output.</param>
    /// <exception cref="ArgumentException">The name is empty, or the metric is of an output already.</exception>
    public Metric Of(string output)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        return this is OutputMetric { Output: var other }
            ? throw new ArgumentException($"'{Name}' is a metric of '{other}' already.", nameof(output))
            : new OutputMetric(output, this);
    }

    /// <summary>Which of a model's outputs it looks at.</summary>
    /// <exception cref="ArgumentException">There are several, or none of that name.</exception>
    internal virtual int PlaceIn(ModelSchema schema) => schema.Outputs.Length == 1 ? 0 : throw new ArgumentException(
        $"{schema.Name} has several outputs, and '{Name}' is of one: Of(\"{schema.Outputs[0].Name}\") of the metric says of which.",
        "metrics");

    internal void CheckFits(ModelSchema schema, SequenceDataset data)
    {
        int output = PlaceIn(schema);
        CheckFits(OutputTargets.Of(schema, output, data.Targets[output]));
    }

    /// <summary>Numbers, or labels of a single output.</summary>
    private protected void RequireValues(in OutputTargets targets)
    {
        if (targets.HasClasses)
        {
            throw new ArgumentException(
                $"{Name} compares each of the {targets.Size} outputs of {targets.Model.Name} with a number, "
                    + "but the dataset has labels of classes.",
                "metrics");
        }
    }

    /// <summary>Labels, or numbers from 0 to 1.</summary>
    private protected void RequireClasses(in OutputTargets targets)
    {
        if (!targets.HasLabels && !(targets.SmallestValue >= 0 && targets.LargestValue <= 1))
        {
            throw new ArgumentException(
                $"{Name} needs labels as targets, or numbers from 0 to 1, but those of the dataset go from {targets.SmallestValue} to "
                    + $"{targets.LargestValue}.",
                "metrics");
        }
    }

    /// <summary>A softmax, with labels of classes or numbers from 0 to 1.</summary>
    private protected void RequireSeveralClasses(in OutputTargets targets)
    {
        if (targets.Size == 1 || targets.Activation != Activation.Softmax)
        {
            throw new ArgumentException(
                $"{Name} needs a last layer with Activation.Softmax over several classes, but {targets.Model.Name} ends with "
                    + $"{targets.Size} outputs and Activation.{targets.Activation}.",
                "metrics");
        }

        RequireClasses(targets);
    }

    /// <summary>Of each output accuracy where it has a meaning, else the mean absolute error.</summary>
    internal static IReadOnlyList<Metric> For(ModelSchema schema, SequenceDataset data) =>
    [
        .. data.Targets.Select((column, i) =>
        {
            Metric metric = AccuracyMetric.IsUsual(OutputTargets.Of(schema, i, column)) ? Accuracy : MeanAbsoluteError;
            return data.Targets.Length == 1 ? metric : metric.Of(schema.Outputs[i].Name);
        }),
    ];
}

/// <summary>Accumulates the value of a <see cref="Metric"/> over the outputs of an evaluation.</summary>
public abstract class MetricAccumulator
{
    /// <summary>The value over all rows that were added since the last <see cref="Reset"/>; 0 if none of them counts.</summary>
    /// <remarks>In training it is read at the end of each epoch, and after every batch if progress is reported.</remarks>
    public abstract double Result { get; }

    /// <summary>Adds rows, whose outputs are those of the model, after the last activation.</summary>
    /// <param name="rows">The rows; for a metric that needs whole sequences, all those of one sequence.</param>
    public abstract void Add(in OutputRows rows);

    /// <summary>Forgets all rows that were added, before the next epoch.</summary>
    public abstract void Reset();

    /// <summary>
    /// What <see cref="SetState"/> makes this accumulator again, in this process or another: a checkpoint in the middle of an epoch has it.
    /// </summary>
    /// <returns>Numbers of this accumulator's own choice, of which whole ones are exact to 2^53.</returns>
    protected internal abstract double[] GetState();

    /// <summary>Makes the accumulator what it was when <see cref="GetState"/> gave these numbers.</summary>
    /// <param name="state">The numbers, which may be from a damaged file.</param>
    /// <exception cref="InvalidDataException">No accumulator of this metric can have them; this one may then be changed.</exception>
    protected internal abstract void SetState(ReadOnlySpan<double> state);

    /// <summary>
    /// Adds the rows that another accumulator of this metric was given, behind those of this one. Training in several
    /// <see cref="TrainingOptions.Shards"/> needs it.
    /// </summary>
    /// <param name="state">What <see cref="GetState"/> gave of the other one, which may have no rows.</param>
    /// <exception cref="NotSupportedException">Unless it is overridden.</exception>
    protected internal virtual void Merge(ReadOnlySpan<double> state) => throw new NotSupportedException(
        $"{GetType()} does not override {nameof(Merge)}, which training in several shards needs.");

    /// <summary>Adds a state of sums to that of this accumulator, number by number; one without rows may have no numbers.</summary>
    private protected void MergeSums(ReadOnlySpan<double> state)
    {
        double[] own = GetState();
        for (int i = 0; i < own.Length && !state.IsEmpty; i++)
        {
            own[i] += state[i];
        }

        SetState(own.Length == 0 ? state : own);
    }
}

/// <summary>A metric that is a mean, over targets unless <see cref="Count"/> is overridden.</summary>
/// <remarks>
/// The weights of a dataset are the matter of what derives from this: one that uses <see cref="OutputRows.Weight"/> in the sum overrides
/// the count accordingly, by <see cref="OutputRows.WeightOfTargets"/> mostly. The metrics that are built in do.
/// </remarks>
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
    protected virtual double Count(in OutputRows rows)
    {
        int counted = rows.Counted.Count;
        return NeedsWholeSequences ? Math.Min(counted, 1) : (double)counted * (rows.HasClasses ? 1 : rows.Size);
    }

    private sealed class Accumulator(MeanMetric metric) : MetricAccumulator
    {
        private double _sum;
        private double _count;

        public override double Result => _count == 0 ? 0 : _sum / _count;

        public override void Add(in OutputRows rows)
        {
            _sum += metric.Sum(rows);
            _count += metric.Count(rows);
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
    }
}
