namespace GruGen;

/// <summary>A metric of one of several outputs.</summary>
internal sealed class OutputMetric : Metric
{
    private readonly Metric _metric;

    public OutputMetric(string output, Metric metric)
        : base($"{output}_{metric.Name}")
    {
        (Output, _metric) = (output, metric);
        Unweighted = metric.Unweighted;
    }

    /// <summary>The name of the output.</summary>
    public string Output { get; }

    public override bool? LargerIsBetter => _metric.LargerIsBetter;

    protected internal override bool NeedsWholeSequences => _metric.NeedsWholeSequences;

    public override MetricAccumulator CreateAccumulator() => _metric.CreateAccumulator();

    protected internal override void CheckFits(in OutputTargets targets) => _metric.CheckFits(targets);

    internal override int PlaceIn(ModelSchema schema) => schema.FindOutput(Output) is >= 0 and var place
        ? place
        : throw new ArgumentException(
            $"'{Name}' is of the output '{Output}', but those of {schema.Name} are {schema.OutputNames}.", "metrics");
}
