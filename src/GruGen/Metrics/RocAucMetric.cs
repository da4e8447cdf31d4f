using System.Runtime.InteropServices;

namespace GruGen;

public abstract partial class Metric
{
    /// <summary>
    /// The area under the receiver operating characteristic: how probable it is that an output is larger for a target that is yes than for
    /// one that is no. <see cref="RocAucMetric"/> says more.
    /// </summary>
    public static Metric RocAuc { get; } = new RocAucMetric();
}

/// <summary>
/// The area under the receiver operating characteristic, exactly, by sorting all outputs and not by thresholds (<c>roc_auc_score</c> of
/// scikit-learn; Keras' <c>AUC</c> is an approximation with 200 thresholds): the probability that the output is larger for a target that is
/// yes, above 0.5, than for one that is no; two equal outputs count as half. Of several outputs it is the mean, with labels of classes each
/// against all others.
/// </summary>
/// <remarks>
/// It is not defined, and NaN, if the targets of an output are all yes or all no. All outputs are kept until the end of the evaluation or
/// epoch: 5 bytes for each output of each row that counts, and 4 for each row. To read it takes a sort of all of them, which training with
/// reports of progress does after every batch.
/// </remarks>
public sealed class RocAucMetric : Metric
{
    /// <summary>The metric, as <see cref="Metric.RocAuc"/> is.</summary>
    public RocAucMetric()
        : base("roc_auc")
    {
    }

    /// <inheritdoc/>
    public override MetricAccumulator CreateAccumulator() => new Scores(Name);

    /// <inheritdoc/>
    public override bool? LargerIsBetter => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireClasses(targets);

    private sealed class Scores(string name) : MetricAccumulator
    {
        private readonly List<float> _scores = []; // [rows, outputs]
        private readonly List<bool> _targets = []; // [rows, outputs]
        private readonly List<float> _weights = []; // [rows]
        private float[] _keys = []; // of one output, sorted
        private int[] _rows = []; // in the order of the keys
        private int _size; // outputs
        private double? _result; // until rows are added

        public override double Result => _result ??= _weights.Count == 0 ? 0 : Mean();

        public override void Add(in OutputRows rows)
        {
            (_size, _result) = (rows.Size, null);
            bool areClasses = rows.AreClasses;
            foreach (int row in rows.Counted)
            {
                _weights.Add((float)rows.Weight(row));
                _scores.AddRange(rows.Outputs(row));
                int label = areClasses ? rows.Class(row) : 0;
                for (int i = 0; i < _size; i++)
                {
                    _targets.Add(areClasses ? i == label : rows.Targets(row)[i] > 0.5f);
                }
            }
        }

        public override void Reset()
        {
            _scores.Clear();
            _targets.Clear();
            _weights.Clear();
            _result = null;
        }

        protected internal override double[] GetState() =>
            [_size, .. _weights, .. _scores, .. _targets.Select(target => target ? 1.0 : 0.0)];

        protected internal override void SetState(ReadOnlySpan<double> state)
        {
            int size = state is [>= 0 and < 1 << 30, ..] ? (int)state[0] : -1, numbers = 1 + 2 * Math.Max(size, 0);
            int rows = (state.Length - 1) / numbers;
            if (size < 0 || size != state[0] || 1 + (long)rows * numbers != state.Length || (size == 0 && rows > 0))
            {
                throw new InvalidDataException($"The state of {name} has {state.Length} numbers that are no outputs with their targets.");
            }

            Reset();
            Append(size, rows, state);
        }

        protected internal override void Merge(ReadOnlySpan<double> state)
        {
            int size = (int)state[0], rows = (state.Length - 1) / (1 + 2 * size);
            if (rows > 0)
            {
                Append(size, rows, state);
            }
        }

        /// <summary>Adds the rows of a state.</summary>
        private void Append(int size, int rows, ReadOnlySpan<double> state)
        {
            (_size, _result) = (size, null);
            foreach (double weight in state.Slice(1, rows))
            {
                _weights.Add((float)weight);
            }

            foreach (double score in state.Slice(1 + rows, rows * size))
            {
                _scores.Add((float)score);
            }

            foreach (double target in state[(1 + rows * (1 + size))..])
            {
                _targets.Add(target != 0);
            }
        }

        private double Mean()
        {
            int rows = _weights.Count;
            if (_keys.Length < rows)
            {
                (_keys, _rows) = (new float[2 * rows], new int[2 * rows]);
            }

            double sum = 0;
            for (int output = 0; output < _size; output++)
            {
                sum += Area(output, _keys.AsSpan(0, rows), _rows.AsSpan(0, rows));
            }

            return sum / _size;
        }

        private double Area(int output, Span<float> keys, Span<int> order)
        {
            ReadOnlySpan<float> scores = CollectionsMarshal.AsSpan(_scores);
            for (int row = 0; row < keys.Length; row++)
            {
                (keys[row], order[row]) = (scores[row * _size + output], row);
            }

            keys.Sort(order);
            if (float.IsNaN(keys[0]))
            {
                return double.NaN; // comes before all others
            }

            double area = 0, yes = 0, no = 0; // of those with smaller outputs
            for (int i = 0; i < keys.Length;)
            {
                double equalYes = 0, equalNo = 0;
                for (float key = keys[i]; i < keys.Length && keys[i] == key; i++)
                {
                    bool isYes = _targets[order[i] * _size + output];
                    equalYes += isYes ? _weights[order[i]] : 0;
                    equalNo += isYes ? 0 : _weights[order[i]];
                }

                area += equalYes * (no + equalNo / 2);
                (yes, no) = (yes + equalYes, no + equalNo);
            }

            return yes == 0 || no == 0 ? double.NaN : area / (yes * no);
        }
    }
}
