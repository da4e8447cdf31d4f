using GruGen;

namespace Extensions;

/// <summary>
/// The harmonic mean of precision and recall, <c>2·tp / (2·tp + fp + fn)</c>, over all outputs of a sigmoid; above 0.5 is positive. It is
/// no mean of what single batches give.
/// </summary>
public sealed class F1Score() : Metric("f1")
{
    public override MetricAccumulator CreateAccumulator() => new Counts();

    protected override void CheckFits(in OutputTargets targets)
    {
        if (targets.Activation != Activation.Sigmoid)
        {
            throw new ArgumentException($"{Name} needs a last layer with Activation.Sigmoid.");
        }
    }

    private sealed class Counts : MetricAccumulator
    {
        private long _right; // positive and said to be
        private long _wrong; // one of both

        public override double Result => _right == 0 ? 0 : 2.0 * _right / (2 * _right + _wrong);

        public override void Add(in OutputRows rows)
        {
            foreach (int row in rows.Counted)
            {
                ReadOnlySpan<float> outputs = rows.Outputs(row), targets = rows.Targets(row);
                for (int i = 0; i < outputs.Length; i++)
                {
                    (bool said, bool isPositive) = (outputs[i] > 0.5f, targets[i] > 0.5f);
                    _right += said && isPositive ? 1 : 0;
                    _wrong += said != isPositive ? 1 : 0;
                }
            }
        }

        public override void Reset() => (_right, _wrong) = (0, 0);

        protected override double[] GetState() => [_right, _wrong];

        protected override void SetState(ReadOnlySpan<double> state) => (_right, _wrong) = state is [>= 0 and < 1e15, >= 0 and < 1e15]
            ? ((long)state[0], (long)state[1])
            : throw new InvalidDataException("These are not the two counts of an F1 score.");

        protected override void Merge(ReadOnlySpan<double> state) =>
            (_right, _wrong) = (_right + (long)state[0], _wrong + (long)state[1]);
    }
}
