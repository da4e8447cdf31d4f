namespace GruGen;

/// <summary>The loss and the metrics over blocks of outputs, on their way to an <see cref="Evaluation"/>.</summary>
internal sealed class Totals
{
    private readonly IReadOnlyList<Metric> _metrics;
    private readonly int[] _outputs; // which output each metric looks at
    private readonly MetricAccumulator[] _all; // in the order of the metrics
    private readonly string[] _names;
    private readonly double[] _values; // of the names
    private readonly double[] _weights; // of the losses of the outputs
    private readonly double[] _lossSums;
    private readonly double[] _divisors; // of the sums
    private readonly bool[] _needWholeSequences;

    public Totals(Loss loss, IReadOnlyList<Metric> metrics, ModelSchema schema)
    {
        int outputs = schema.Outputs.Length;
        _metrics = metrics;
        _outputs = [.. metrics.Select(metric => metric.PlaceIn(schema))];
        string[] ofOutputs = outputs == 1 ? [] : [.. schema.Outputs.Select(output => output.Name + "_loss")];
        _names = ["loss", .. ofOutputs, .. metrics.Select(metric => metric.Name)];
        if (_names.Distinct().Count() < _names.Length)
        {
            throw new ArgumentException($"The losses and metrics {string.Join(", ", _names)} need names of their own.", nameof(metrics));
        }

        _values = new double[_names.Length];
        _all = [.. metrics.Select(metric => metric.CreateAccumulator())];
        _weights = [.. schema.Outputs.Select(output => loss.Of(output).Weight)];
        (_lossSums, _divisors) = (new double[outputs], new double[outputs]);
        _needWholeSequences =
        [
            .. schema.Outputs.Select((output, i) =>
                loss.Of(output).Loss is SequenceLoss || metrics.Where((metric, m) => _outputs[m] == i && metric.NeedsWholeSequences).Any()),
        ];
    }

    /// <summary>Whether the loss or a metric of an output needs all its rows of a sequence at once.</summary>
    public bool NeedWholeSequences(int output) => _needWholeSequences[output];

    public void Clear()
    {
        Array.Clear(_lossSums);
        Array.Clear(_divisors);
        foreach (MetricAccumulator accumulator in _all)
        {
            accumulator.Reset();
        }
    }

    /// <summary>Adds a loss of an output, which is summed over some rows already.</summary>
    public void AddLoss(int output, double loss) => _lossSums[output] += loss;

    /// <summary>Shows a block of rows of any sequences to the metrics that look at rows.</summary>
    public void AddRows(int output, OutputBlock block) => Add(output, block, wholeSequences: false);

    /// <summary>Shows all rows of a sequence to the metrics that need them at once.</summary>
    public void AddSequence(int output, OutputBlock block) => Add(output, block, wholeSequences: true);

    /// <summary>Adds to what the sums of the losses are divided by.</summary>
    public void AddDivisors(LossParts losses)
    {
        for (int i = 0; i < _divisors.Length; i++)
        {
            _divisors[i] += losses.Divisors[i];
        }
    }

    /// <summary>Adds what the shards behind those of these totals have.</summary>
    /// <exception cref="NotSupportedException">A metric cannot be added up.</exception>
    public void Merge(Totals right)
    {
        for (int i = 0; i < _lossSums.Length; i++)
        {
            (_lossSums[i], _divisors[i]) = (_lossSums[i] + right._lossSums[i], _divisors[i] + right._divisors[i]);
        }

        for (int i = 0; i < _all.Length; i++)
        {
            _all[i].Merge(right._all[i].GetState());
        }
    }

    /// <summary>What it is so far; 0 where nothing counted.</summary>
    public Evaluation Mean()
    {
        double loss = 0;
        for (int i = 0; i < _lossSums.Length; i++)
        {
            double own = _divisors[i] == 0 ? 0 : _lossSums[i] / _divisors[i];
            loss += _weights[i] * own;
            if (_lossSums.Length > 1)
            {
                _values[i + 1] = own;
            }
        }

        _values[0] = loss;
        for (int i = 0; i < _all.Length; i++)
        {
            _values[_values.Length - _all.Length + i] = _all[i].Result;
        }

        return new Evaluation(_names, _values);
    }

    /// <summary>What <see cref="SetState"/> goes on from: the sums of the losses, and of each metric its length and its state.</summary>
    public double[] GetState()
    {
        List<double> state = [.. _lossSums.Zip(_divisors, (sum, divisor) => new[] { sum, divisor }).SelectMany(pair => pair)];
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
        for (int i = 0; i < _lossSums.Length; i++, state = state[2..])
        {
            if (state is not [_, >= 0 and < double.PositiveInfinity, ..])
            {
                throw new InvalidDataException("The sums of an epoch do not begin with those of its loss.");
            }

            (_lossSums[i], _divisors[i]) = (state[0], state[1]);
        }

        for (int i = 0; i < _all.Length; i++)
        {
            int length = state is [var given, ..] && given >= 0 && given < state.Length && given == (int)given
                ? (int)given
                : throw new InvalidDataException($"The sums of an epoch have none of {_metrics[i].Name}.");
            _all[i].SetState(state.Slice(1, length));
            state = state[(1 + length)..];
        }

        if (!state.IsEmpty)
        {
            throw new InvalidDataException($"The sums of an epoch have {state.Length} numbers more than those of {_all.Length} metrics.");
        }
    }

    private void Add(int output, OutputBlock block, bool wholeSequences)
    {
        for (int i = 0; i < _all.Length; i++)
        {
            if (_outputs[i] == output && _metrics[i].NeedsWholeSequences == wholeSequences)
            {
                block.Activate();
                _all[i].Add(new OutputRows(block, gradientScale: 0, isUnweighted: _metrics[i].Unweighted));
            }
        }
    }
}
