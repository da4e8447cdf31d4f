using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Sequences of different lengths with their targets, on which models are trained and evaluated. This base class has the lengths and the
/// targets; <see cref="SequenceDataset{TInput}"/> and <see cref="PairDataset{TSource}"/> add the inputs.
/// </summary>
public abstract partial class SequenceDataset
{
    /// <summary>The label of a step that does not count in losses and metrics (PyTorch's <c>ignore_index</c>).</summary>
    public const int NotCounted = -1;

    private readonly List<int> _starts = [0]; // steps before each sequence, and after the last one
    private readonly List<int>? _rowStarts; // rows before each sequence, and after the last one, where they are not its steps
    private readonly List<int> _counted = []; // rows of each sequence that count
    private readonly List<int> _labels = []; // [rows]: where the targets are values, 0 or NotCounted
    private readonly List<float> _values = []; // [rows, output size], where they are values
    private List<float>? _weights; // [rows], once one of them is not 1

    private protected SequenceDataset(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        _rowStarts = PerStep && schema.ChangesSteps ? [0] : null;
    }

    /// <summary>The number of sequences.</summary>
    public int Count => _counted.Count;

    /// <summary>The number of steps of the longest sequence.</summary>
    public int MaxLength { get; private set; }

    internal ModelSchema Schema { get; }

    /// <summary>
    /// The number of long streams that the sequences are chunks of, the first chunk of each stream first, then the second ones, …; 0 if
    /// each sequence is by itself.
    /// </summary>
    internal int Streams { get; private set; }

    /// <summary>Labels or values; null while the dataset is empty.</summary>
    internal TargetKind? Kind { get; private set; }

    /// <summary>Whether a target is one label of many classes.</summary>
    internal bool HasClasses => Kind == TargetKind.Labels && Schema.OutputSize > 1;

    /// <summary>The targets of one row: of classes one label, else as many values as the model has outputs.</summary>
    internal int TargetsPerRow => HasClasses ? 1 : Schema.OutputSize;

    internal float SmallestValue { get; private set; } = float.PositiveInfinity;

    internal float LargestValue { get; private set; } = float.NegativeInfinity;

    /// <summary>The largest difference from 1 of the sum of a row's values.</summary>
    internal float LargestSumError { get; private set; }

    /// <summary>Whether a row has a weight other than 1.</summary>
    internal bool HasWeights => _weights is not null;

    internal int TotalSteps => _starts[^1];

    /// <summary>The rows of all sequences.</summary>
    internal int TotalRows => !PerStep ? Count : _rowStarts is null ? TotalSteps : _rowStarts[^1];

    private protected bool PerStep => Schema.Output == SequenceOutput.EveryStep;

    /// <summary>The number of steps of a sequence.</summary>
    /// <param name="index">The sequence, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public int Length(int index) => _starts[Checked(index) + 1] - _starts[index];

    internal int CountedRows(int index) => _counted[index];

    /// <summary>The label of a row: of the sequence, or of one of its steps.</summary>
    internal int Label(int index, int step) => _labels[Row(index) + step];

    /// <summary>values[output size] of a row: of the sequence, or of one of its steps.</summary>
    internal ReadOnlySpan<float> Values(int index, int step) =>
        CollectionsMarshal.AsSpan(_values).Slice((Row(index) + step) * Schema.OutputSize, Schema.OutputSize);

    /// <summary>The weight of a row: of the sequence, or of one of its steps.</summary>
    internal float Weight(int index, int step) => _weights is null ? 1 : _weights[Row(index) + step];

    /// <summary>The sum of the weights of the rows of a sequence that count.</summary>
    internal double WeightOfRows(int index)
    {
        if (_weights is null)
        {
            return _counted[index];
        }

        double sum = 0;
        for (int row = Row(index), end = row + Rows(index); row < end; row++)
        {
            sum += _labels[row] == NotCounted ? 0 : _weights[row];
        }

        return sum;
    }

    private protected int Start(int index) => _starts[Checked(index)];

    /// <summary>Says that the sequences are chunks of so many streams.</summary>
    private protected void MakeStreams(int streams) => Streams = streams;

    /// <summary>Forgets all sequences, but keeps the memory for others.</summary>
    private protected void ClearTargets()
    {
        _starts.RemoveRange(1, _starts.Count - 1);
        _rowStarts?.RemoveRange(1, _rowStarts.Count - 1);
        _counted.Clear();
        _labels.Clear();
        _values.Clear();
        (MaxLength, Kind, _weights) = (0, null, null);
        (SmallestValue, LargestValue, LargestSumError) = (float.PositiveInfinity, float.NegativeInfinity, 0);
    }

    /// <summary>Adds a sequence's length and labels, which are checked.</summary>
    private protected void Append(int steps, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights)
    {
        Kind = TargetKind.Labels;
        _labels.AddRange(labels);
        AppendWeights(weights, labels.Length);
        AppendLength(steps, labels.Length - labels.Count(NotCounted));
    }

    /// <summary>Adds a sequence's length and values, which are checked; no values where a row does not count.</summary>
    private protected void Append(int steps, ReadOnlySpan<float> values, ReadOnlySpan<bool> counted, ReadOnlySpan<float> weights)
    {
        Kind = TargetKind.Values;
        int size = Schema.OutputSize, rows = values.Length / size, some = 0;
        for (int row = 0; row < rows; row++)
        {
            bool counts = counted.IsEmpty || counted[row];
            _labels.Add(counts ? 0 : NotCounted);
            some += counts ? 1 : 0;
            double sum = 0;
            foreach (float value in values.Slice(row * size, size))
            {
                _values.Add(counts ? value : 0);
                SmallestValue = counts ? Math.Min(SmallestValue, value) : SmallestValue;
                LargestValue = counts ? Math.Max(LargestValue, value) : LargestValue;
                sum += value;
            }

            LargestSumError = counts ? Math.Max(LargestSumError, (float)Math.Abs(sum - 1)) : LargestSumError;
        }

        AppendWeights(weights, rows);
        AppendLength(steps, some);
    }

    /// <summary>Adds a sequence's length and targets from another dataset of the same model.</summary>
    private protected void AppendFrom(SequenceDataset other, int index)
    {
        (int row, int rows, int steps) = (other.Row(index), other.Rows(index), other.Length(index));
        ReadOnlySpan<float> weights = other._weights is null ? [] : CollectionsMarshal.AsSpan(other._weights).Slice(row, rows);
        if (other.Kind == TargetKind.Labels)
        {
            Append(steps, CollectionsMarshal.AsSpan(other._labels).Slice(row, rows), weights);
        }
        else
        {
            Span<bool> counted = rows <= 256 ? stackalloc bool[rows] : new bool[rows];
            for (int i = 0; i < rows; i++)
            {
                counted[i] = other._labels[row + i] != NotCounted;
            }

            int size = Schema.OutputSize;
            Append(steps, CollectionsMarshal.AsSpan(other._values).Slice(row * size, rows * size), counted, weights);
        }
    }

    /// <summary>Adds the weights of some rows: one for each, one for all, or none where each is 1.</summary>
    private void AppendWeights(ReadOnlySpan<float> weights, int rows)
    {
        if (_weights is null && !weights.ContainsAnyExcept(1))
        {
            return;
        }

        _weights ??= [.. Enumerable.Repeat(1f, _labels.Count - rows)];
        for (int row = 0; row < rows; row++)
        {
            _weights.Add(weights.IsEmpty ? 1 : Faint.Flush(weights.Length == 1 ? weights[0] : weights[row], Faint.SubnormalBits));
        }
    }

    private void AppendLength(int steps, int counted)
    {
        _starts.Add(checked(TotalSteps + steps));
        _rowStarts?.Add(_rowStarts[^1] + Schema.OutputSteps(steps));
        _counted.Add(counted);
        MaxLength = Math.Max(MaxLength, steps);
    }

    private int Row(int index) => PerStep ? (_rowStarts ?? _starts)[index] : index;

    /// <summary>The number of rows of a sequence: one, or one for each step that the model gives an output for.</summary>
    internal int Rows(int index) => Schema.OutputSteps(Length(index));

    private int Checked(int index) => (uint)index < (uint)Count
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There is no sequence {index}; the dataset has {Count}.");
}

/// <summary>What the targets of a dataset are.</summary>
internal enum TargetKind
{
    /// <summary>Classes, or 0 and 1 where a model has one output.</summary>
    Labels,

    /// <summary>A number for each output.</summary>
    Values,
}
