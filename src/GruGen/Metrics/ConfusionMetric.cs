namespace GruGen;

/// <summary>A metric that is no number but a <see cref="ConfusionMatrix"/>, of what its last accumulator was shown.</summary>
internal sealed class ConfusionMetric(float threshold) : Metric("confusion")
{
    private Counts _counts = new(threshold);

    public ConfusionMatrix Matrix(int classes) => new(classes, _counts.Of(classes));

    public override MetricAccumulator CreateAccumulator() => _counts = new Counts(threshold);

    protected internal override void CheckFits(in OutputTargets targets)
    {
        RequireClasses(targets);
        if (targets.Size > 1 && !targets.HasClasses && targets.Activation != Activation.Softmax)
        {
            throw new ArgumentException(
                $"Classes exclude each other, but the {targets.Size} outputs of {targets.Model.Name} say yes or no each for itself.",
                "data");
        }
    }

    private sealed class Counts(float threshold) : MetricAccumulator
    {
        private double[] _counts = []; // [targets, predictions]

        public override double Result => 0;

        public double[] Of(int classes) => _counts.Length == 0 ? new double[checked(classes * classes)] : _counts;

        public override void Add(in OutputRows rows)
        {
            int classes = Math.Max(2, rows.Size);
            _counts = Of(classes);
            foreach (int row in rows.Counted)
            {
                ReadOnlySpan<float> outputs = rows.Outputs(row);
                bool isOne = outputs.Length == 1;
                int target = isOne ? rows.Targets(row)[0] > 0.5f ? 1 : 0 : rows.Class(row);
                int prediction = isOne ? outputs[0] > threshold ? 1 : 0 : OutputLabels.Of(outputs);
                _counts[target * classes + prediction] += rows.Weight(row);
            }
        }

        public override void Reset() => Array.Clear(_counts);

        protected internal override double[] GetState() => [.. _counts];

        protected internal override void SetState(ReadOnlySpan<double> state) => _counts = state.ToArray();

        protected internal override void Merge(ReadOnlySpan<double> state) => MergeSums(state);
    }
}
