namespace GruGen;

/// <summary>
/// A metric from counts of what was said and what was right, class by class, over the whole data and not averaged over batches: precision,
/// recall and F1.
/// </summary>
/// <remarks>
/// With labels of several classes, or probabilities of them as targets, the prediction is the first largest output. A single output, and
/// outputs with a number each, say yes above <see cref="Threshold"/>, and a target above 0.5 means yes; then only yes is counted, and each
/// output is a class of its own. A quotient 0/0 is 0, as in scikit-learn.
/// </remarks>
public abstract class ClassMetric : Metric
{
    private protected ClassMetric(string name, ClassAveraging averaging)
        : base(averaging == ClassAveraging.Macro ? name : $"{name}_{averaging.ToString().ToLowerInvariant()}") => Averaging = averaging;

    private protected ClassMetric(string name, int ofClass)
        : base($"{name}_{Check.NotNegative(ofClass, nameof(ofClass))}") => OfClass = ofClass;

    /// <summary>How the values of single classes become one.</summary>
    public ClassAveraging Averaging { get; }

    /// <summary>The class that alone is measured, counted from 0; null if all are.</summary>
    public int? OfClass { get; }

    /// <summary>The number above which an output that is no probability among classes says yes; 0.5 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public double Threshold
    {
        get;
        init => field = Check.Finite(value, nameof(Threshold));
    } = 0.5;

    /// <summary>
    /// Whether a macro average leaves out classes that neither occur nor are predicted, as scikit-learn does unless it is given labels;
    /// false by default, as in Keras, where they count as 0.
    /// </summary>
    public bool LeavesOutAbsent { get; init; }

    /// <inheritdoc/>
    public override bool? LargerIsBetter => true;

    /// <inheritdoc/>
    public sealed override MetricAccumulator CreateAccumulator() => new Accumulator(this);

    /// <inheritdoc/>
    protected internal sealed override void CheckFits(in OutputTargets targets)
    {
        RequireClasses(targets);
        if (OfClass >= targets.Size)
        {
            throw new ArgumentException(
                $"{Name} measures class {OfClass}, but {targets.Model.Name} has {targets.Size} outputs.", "metrics");
        }
    }

    /// <summary>The value of one class, or of all together.</summary>
    /// <param name="right">How much of it was said and right.</param>
    /// <param name="said">How much of it was said.</param>
    /// <param name="are">How much of it there is.</param>
    private protected abstract double Value(double right, double said, double are);

    private protected static double Quotient(double part, double whole) => whole == 0 ? 0 : part / whole;

    private sealed class Accumulator(ClassMetric metric) : MetricAccumulator
    {
        private double[] _right = [], _said = [], _are = []; // [classes]

        public override double Result
        {
            get
            {
                if (metric.OfClass is { } one)
                {
                    return one < _are.Length ? Value(one) : 0;
                }

                if (metric.Averaging == ClassAveraging.Micro)
                {
                    return metric.Value(_right.Sum(), _said.Sum(), _are.Sum());
                }

                double sum = 0, all = 0;
                for (int i = 0; i < _are.Length; i++)
                {
                    bool isLeftOut = metric.LeavesOutAbsent && _said[i] == 0 && _are[i] == 0;
                    double weight = metric.Averaging == ClassAveraging.Weighted ? _are[i] : isLeftOut ? 0 : 1;
                    (sum, all) = (sum + weight * Value(i), all + weight);
                }

                return Quotient(sum, all);
            }
        }

        public override void Add(in OutputRows rows)
        {
            if (_are.Length == 0)
            {
                (_right, _said, _are) = (new double[rows.Size], new double[rows.Size], new double[rows.Size]);
            }

            bool areClasses = rows.AreClasses;
            float threshold = (float)metric.Threshold;
            foreach (int row in rows.Counted)
            {
                double weight = rows.Weight(row);
                ReadOnlySpan<float> outputs = rows.Outputs(row);
                if (areClasses)
                {
                    Add(OutputLabels.Of(outputs), rows.Class(row), weight);
                    continue;
                }

                ReadOnlySpan<float> targets = rows.Targets(row);
                for (int i = 0; i < outputs.Length; i++)
                {
                    (bool said, bool isSo) = (outputs[i] > threshold, targets[i] > 0.5f);
                    _said[i] += said ? weight : 0;
                    _are[i] += isSo ? weight : 0;
                    _right[i] += said && isSo ? weight : 0;
                }
            }
        }

        public override void Reset()
        {
            Array.Clear(_right);
            Array.Clear(_said);
            Array.Clear(_are);
        }

        protected internal override double[] GetState() => [.. _right, .. _said, .. _are];

        protected internal override void SetState(ReadOnlySpan<double> state)
        {
            int classes = state.Length / 3;
            if (state.Length % 3 != 0 || (_are.Length > 0 && classes > 0 && classes != _are.Length) || !AreAmounts(state))
            {
                throw new InvalidDataException($"The state of {metric.Name} has {state.Length} numbers that are no counts of classes.");
            }

            (_right, _said, _are) = ([.. state[..classes]], [.. state[classes..(2 * classes)]], [.. state[(2 * classes)..]]);
        }

        protected internal override void Merge(ReadOnlySpan<double> state) => MergeSums(state);

        private void Add(int said, int label, double weight)
        {
            _said[said] += weight;
            _are[label] += weight;
            _right[label] += said == label ? weight : 0;
        }

        private double Value(int i) => metric.Value(_right[i], _said[i], _are[i]);

        private static bool AreAmounts(ReadOnlySpan<double> numbers)
        {
            foreach (double number in numbers)
            {
                if (number is not (>= 0 and < double.PositiveInfinity))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
