namespace GruGen;

/// <summary>What is known of one output beside its targets.</summary>
/// <param name="Weight">Σ w</param>
/// <param name="SquaredError">Σ w·(y − a)²</param>
/// <param name="First">y₀, the first target.</param>
/// <param name="Mean">ȳ − y₀ with ȳ = Σ w·y / Σ w</param>
/// <param name="Deviation">Σ w·(y − ȳ)²</param>
internal readonly record struct ErrorSum(double Weight, double SquaredError, double First, double Mean, double Deviation)
{
    /// <summary>The numbers of each output in a state.</summary>
    public const int Numbers = 5;

    /// <summary>
    /// The sums with one more target, by West's recurrence (1979), beginning at the first target, so that nothing cancels where targets are
    /// far from 0.
    /// </summary>
    public ErrorSum With(double output, double target, double weight)
    {
        double error = target - output, all = Weight + weight, first = Weight == 0 ? target : First;
        double distance = target - first - Mean, step = distance * (weight / all);
        double deviation = Deviation + weight * distance * (distance - step);
        return new ErrorSum(all, SquaredError + weight * error * error, first, Mean + step, deviation);
    }

    /// <summary>The sums of both, by the recurrence of Chan, Golub and LeVeque (1979).</summary>
    public ErrorSum With(ErrorSum other)
    {
        if (Weight == 0 || other.Weight == 0)
        {
            return Weight == 0 ? other : this;
        }

        double all = Weight + other.Weight, distance = other.First - First + (other.Mean - Mean);
        return new ErrorSum(
            all,
            SquaredError + other.SquaredError,
            First,
            Mean + distance * (other.Weight / all),
            Deviation + other.Deviation + distance * distance * (Weight * (other.Weight / all)));
    }
}

/// <summary>Errors of outputs, each for itself; the result is the mean over outputs of what a metric makes of its sums.</summary>
internal sealed class ErrorSums(Metric metric, Func<ErrorSum, double> value) : MetricAccumulator
{
    private ErrorSum[] _sums = []; // [outputs]

    public override double Result
    {
        get
        {
            double sum = 0;
            foreach (ErrorSum of in _sums)
            {
                sum += of.Weight == 0 ? 0 : value(of);
            }

            return _sums.Length == 0 ? 0 : sum / _sums.Length;
        }
    }

    public override void Add(in OutputRows rows)
    {
        if (_sums.Length == 0)
        {
            _sums = new ErrorSum[rows.Size];
        }

        foreach (int row in rows.Counted)
        {
            double weight = rows.Weight(row);
            if (weight == 0)
            {
                continue;
            }

            ReadOnlySpan<float> outputs = rows.Outputs(row), targets = rows.Targets(row);
            for (int i = 0; i < outputs.Length; i++)
            {
                _sums[i] = _sums[i].With(outputs[i], targets[i], weight);
            }
        }
    }

    public override void Reset() => Array.Clear(_sums);

    protected internal override void Merge(ReadOnlySpan<double> state)
    {
        var other = new ErrorSums(metric, value);
        other.SetState(state);
        if (_sums.Length == 0)
        {
            _sums = other._sums;
            return;
        }

        for (int i = 0; i < other._sums.Length; i++)
        {
            _sums[i] = _sums[i].With(other._sums[i]);
        }
    }

    protected internal override double[] GetState() =>
        [.. _sums.SelectMany(sum => (double[])[sum.Weight, sum.SquaredError, sum.First, sum.Mean, sum.Deviation])];

    protected internal override void SetState(ReadOnlySpan<double> state)
    {
        var sums = new ErrorSum[state.Length / ErrorSum.Numbers];
        for (int i = 0; i < sums.Length; i++)
        {
            ReadOnlySpan<double> own = state.Slice(i * ErrorSum.Numbers, ErrorSum.Numbers);
            sums[i] = new ErrorSum(own[0], own[1], own[2], own[3], own[4]);
        }

        bool isOther = _sums.Length > 0 && sums.Length > 0 && _sums.Length != sums.Length;
        if (state.Length % ErrorSum.Numbers != 0 || isOther || sums.Any(sum => !(sum.Weight is >= 0 and < double.PositiveInfinity)))
        {
            throw new InvalidDataException($"The state of {metric.Name} has {state.Length} numbers that are no sums of errors.");
        }

        _sums = sums;
    }
}
