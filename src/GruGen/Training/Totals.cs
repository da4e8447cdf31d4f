namespace GruGen;

/// <summary>The loss and the metrics over blocks of outputs, on their way to an <see cref="Evaluation"/>.</summary>
internal sealed class Totals
{
    private readonly Loss _loss;
    private readonly MetricAccumulator[] _ofRows;
    private readonly MetricAccumulator[] _ofSequences;
    private readonly MetricAccumulator[] _all; // in the order of the metrics
    private readonly string[] _names;
    private readonly double[] _values; // of the names
    private double _lossSum;
    private TargetCounts _counts;

    public Totals(Loss loss, IReadOnlyList<Metric> metrics)
    {
        _loss = loss;
        _names = ["loss", .. metrics.Select(metric => metric.Name)];
        _values = new double[_names.Length];
        _all = [.. metrics.Select(metric => metric.CreateAccumulator())];
        _ofRows = [.. _all.Where((_, i) => !metrics[i].NeedsWholeSequences)];
        _ofSequences = [.. _all.Where((_, i) => metrics[i].NeedsWholeSequences)];
    }

    /// <summary>Whether the loss or a metric needs all outputs of a sequence at once.</summary>
    public bool NeedWholeSequences => _loss is SequenceLoss || _ofSequences.Length > 0;

    public void Clear()
    {
        (_lossSum, _counts) = (0, default);
        foreach (MetricAccumulator accumulator in _all)
        {
            accumulator.Reset();
        }
    }

    /// <summary>Adds a loss, which is summed over some rows already.</summary>
    public void AddLoss(double loss) => _lossSum += loss;

    /// <summary>Shows a block of rows of any sequences to the metrics that look at rows.</summary>
    public void AddRows(OutputBlock block) => Add(block, _ofRows);

    /// <summary>Shows all rows of a sequence to the metrics that need them at once.</summary>
    public void AddSequence(OutputBlock block) => Add(block, _ofSequences);

    /// <summary>Adds to the numbers of targets that the loss is over.</summary>
    public void AddCounts(TargetCounts counts) => _counts += counts;

    public double[] GetState() => [_lossSum, _counts.Targets, _counts.Rows, _counts.Sequences];

    public void SetState(ReadOnlySpan<double> state) =>
        (_lossSum, _counts) = (state[0], new TargetCounts((long)state[1], (long)state[2], (long)state[3]));

    /// <summary>What it is so far; NaN where nothing counted.</summary>
    public Evaluation Mean()
    {
        _values[0] = _lossSum / _counts.Of(_loss.Averaging);
        for (int i = 0; i < _all.Length; i++)
        {
            _values[i + 1] = _all[i].Result;
        }

        return new Evaluation(_names, _values);
    }

    private static void Add(OutputBlock block, MetricAccumulator[] accumulators)
    {
        if (accumulators.Length > 0)
        {
            block.Activate();
        }

        foreach (MetricAccumulator accumulator in accumulators)
        {
            accumulator.Add(new OutputRows(block, gradientScale: 0));
        }
    }
}
