namespace GruGen;

/// <summary>Sums of the loss and the metrics over blocks of outputs, on their way to a mean.</summary>
internal sealed class Totals
{
    private readonly Metric[] _metrics;
    private readonly string[] _names;
    private readonly double[] _sums;
    private long _targets;

    public Totals(IReadOnlyList<Metric> metrics)
    {
        _metrics = [.. metrics];
        _names = ["loss", .. metrics.Select(metric => metric.Name)];
        _sums = new double[_names.Length];
    }

    public void Clear()
    {
        Array.Clear(_sums);
        _targets = 0;
    }

    /// <summary>Adds a loss, which is summed over some rows already.</summary>
    public void AddLoss(double loss) => _sums[0] += loss;

    /// <summary>Adds the metrics of a block.</summary>
    public void AddMetrics(OutputBlock block)
    {
        if (_metrics.Length > 0)
        {
            block.Activate();
        }

        for (int i = 0; i < _metrics.Length; i++)
        {
            _sums[i + 1] += _metrics[i].Sum(block);
        }
    }

    /// <summary>Adds to the number of targets that the sums are over.</summary>
    public void AddTargets(long count) => _targets += count;

    /// <summary>The means so far; NaN where nothing counted.</summary>
    public Evaluation Mean()
    {
        Span<double> means = stackalloc double[Evaluation.MaxMetrics + 1];
        for (int i = 0; i < _sums.Length; i++)
        {
            means[i] = _sums[i] / _targets;
        }

        return new Evaluation(_names, means[.._sums.Length]);
    }
}
