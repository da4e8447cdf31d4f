namespace GruGen;

/// <summary>The loss and the metrics over blocks of outputs, on their way to an <see cref="Evaluation"/>.</summary>
internal sealed class Totals
{
    private readonly IReadOnlyList<Metric> _metrics;
    private readonly MetricAccumulator[] _all; // in the order of the metrics
    private readonly string[] _names;
    private readonly double[] _values; // of the names
    private double _lossSum;
    private double _divisor; // of the sum

    public Totals(Loss loss, IReadOnlyList<Metric> metrics)
    {
        _metrics = metrics;
        _names = ["loss", .. metrics.Select(metric => metric.Name)];
        _values = new double[_names.Length];
        _all = [.. metrics.Select(metric => metric.CreateAccumulator())];
        NeedWholeSequences = loss is SequenceLoss || metrics.Any(metric => metric.NeedsWholeSequences);
    }

    /// <summary>Whether the loss or a metric needs all outputs of a sequence at once.</summary>
    public bool NeedWholeSequences { get; }

    public void Clear()
    {
        (_lossSum, _divisor) = (0, 0);
        foreach (MetricAccumulator accumulator in _all)
        {
            accumulator.Reset();
        }
    }

    /// <summary>Adds a loss, which is summed over some rows already.</summary>
    public void AddLoss(double loss) => _lossSum += loss;

    /// <summary>Shows a block of rows of any sequences to the metrics that look at rows.</summary>
    public void AddRows(OutputBlock block) => Add(block, wholeSequences: false);

    /// <summary>Shows all rows of a sequence to the metrics that need them at once.</summary>
    public void AddSequence(OutputBlock block) => Add(block, wholeSequences: true);

    /// <summary>Adds to what the sum of the loss is divided by.</summary>
    public void AddCounts(TargetCounts counts) => _divisor += counts.Divisor;

    /// <summary>What it is so far; 0 where nothing counted.</summary>
    public Evaluation Mean()
    {
        _values[0] = _divisor == 0 ? 0 : _lossSum / _divisor;
        for (int i = 0; i < _all.Length; i++)
        {
            _values[i + 1] = _all[i].Result;
        }

        return new Evaluation(_names, _values);
    }

    /// <summary>What <see cref="SetState"/> goes on from: the sums of the loss, and of each metric its length and its state.</summary>
    public double[] GetState()
    {
        List<double> state = [_lossSum, _divisor];
        foreach (MetricAccumulator accumulator in _all)
        {
            double[] own = accumulator.GetState();
            state.Add(own.Length);
            state.AddRange(own);
        }

        return [.. state];
    }

    /// <summary>Makes the sums what they were when <see cref="GetState"/> gave these numbers.</summary>
    /// <exception cref="InvalidDataException">They are not of such a loss and such metrics; nothing is changed.</exception>
    public void SetState(ReadOnlySpan<double> state)
    {
        double[] before = GetState();
        try
        {
            Set(state);
        }
        catch (InvalidDataException)
        {
            Set(before);
            throw;
        }
    }

    private void Set(ReadOnlySpan<double> state)
    {
        if (state is not [_, >= 0 and < double.PositiveInfinity, ..])
        {
            throw new InvalidDataException("The sums of an epoch do not begin with those of its loss.");
        }

        (_lossSum, _divisor) = (state[0], state[1]);
        state = state[2..];
        for (int i = 0; i < _all.Length; i++)
        {
            int length = state is [var given, ..] && given >= 0 && given < state.Length && given == (int)given
                ? (int)given
                : throw new InvalidDataException($"The sums of an epoch have none of {_names[i + 1]}.");
            _all[i].SetState(state.Slice(1, length));
            state = state[(1 + length)..];
        }

        if (!state.IsEmpty)
        {
            throw new InvalidDataException($"The sums of an epoch have {state.Length} numbers more than those of {_all.Length} metrics.");
        }
    }

    private void Add(OutputBlock block, bool wholeSequences)
    {
        for (int i = 0; i < _all.Length; i++)
        {
            if (_metrics[i].NeedsWholeSequences == wholeSequences)
            {
                block.Activate();
                _all[i].Add(new OutputRows(block, gradientScale: 0, isUnweighted: _metrics[i].Unweighted));
            }
        }
    }
}
