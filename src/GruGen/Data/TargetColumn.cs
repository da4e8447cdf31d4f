using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>The targets of one output of a model: of each row a label or numbers, and a weight.</summary>
/// <param name="data">The dataset, which knows the rows of its sequences.</param>
/// <param name="output">The output.</param>
internal sealed partial class TargetColumn(SequenceDataset data, OutputSchema output)
{
    private readonly List<int> _counted = []; // rows of each sequence that count
    private readonly List<int> _labels = []; // [rows]: where the targets are values, 0 or NotCounted
    private readonly List<float> _values = []; // [rows, output size], where they are values
    private List<float>? _weights; // [rows], once one of them is not 1

    /// <summary>The output.</summary>
    public OutputSchema Output => output;

    /// <summary>Labels or values; null while the dataset is empty, and where nothing of it counts.</summary>
    public TargetKind? Kind { get; private set; }

    /// <summary>Whether a target is one label of many classes.</summary>
    public bool HasClasses => Kind == TargetKind.Labels && output.Size > 1;

    /// <summary>The targets of one row: of classes one label, else as many values as there are outputs.</summary>
    public int TargetsPerRow => HasClasses ? 1 : output.Size;

    public float SmallestValue { get; private set; } = float.PositiveInfinity;

    public float LargestValue { get; private set; } = float.NegativeInfinity;

    /// <summary>The largest difference from 1 of the sum of a row's values.</summary>
    public float LargestSumError { get; private set; }

    /// <summary>Whether a row has a weight other than 1.</summary>
    public bool HasWeights => _weights is not null;

    /// <summary>The number of rows of a sequence.</summary>
    public int Rows(int index) => data.Rows(index);

    /// <summary>How many rows of a sequence count.</summary>
    public int CountedRows(int index) => _counted[index];

    /// <summary>The label of a row: of the sequence, or of one of its steps.</summary>
    public int Label(int index, int step) => _labels[data.FirstRow(index) + step];

    /// <summary>values[output size] of a row: of the sequence, or of one of its steps.</summary>
    public ReadOnlySpan<float> Values(int index, int step) =>
        CollectionsMarshal.AsSpan(_values).Slice((data.FirstRow(index) + step) * output.Size, output.Size);

    /// <summary>The weight of a row: of the sequence, or of one of its steps.</summary>
    public float Weight(int index, int step) => _weights is null ? 1 : _weights[data.FirstRow(index) + step];

    /// <summary>The sum of the weights of the rows of a sequence that count.</summary>
    public double WeightOfRows(int index)
    {
        if (_weights is null)
        {
            return _counted[index];
        }

        double sum = 0;
        for (int row = data.FirstRow(index), end = row + data.Rows(index); row < end; row++)
        {
            sum += _labels[row] == SequenceDataset.NotCounted ? 0 : _weights[row];
        }

        return sum;
    }

    /// <summary>Forgets all targets, but keeps the memory for others.</summary>
    public void Clear()
    {
        _counted.Clear();
        _labels.Clear();
        _values.Clear();
        (Kind, _weights) = (null, null);
        (SmallestValue, LargestValue, LargestSumError) = (float.PositiveInfinity, float.NegativeInfinity, 0);
    }

    /// <summary>Adds the labels of a sequence, which are checked.</summary>
    public void Append(ReadOnlySpan<int> labels, ReadOnlySpan<float> weights)
    {
        Kind = TargetKind.Labels;
        _labels.AddRange(labels);
        AppendWeights(weights, labels.Length);
        _counted.Add(labels.Length - labels.Count(SequenceDataset.NotCounted));
    }

    /// <summary>Adds the values of a sequence, which are checked; no values where a row does not count.</summary>
    public void Append(ReadOnlySpan<float> values, ReadOnlySpan<bool> counted, ReadOnlySpan<float> weights)
    {
        Kind = TargetKind.Values;
        int size = output.Size, rows = values.Length / size, some = 0;
        for (int row = 0; row < rows; row++)
        {
            bool counts = counted.IsEmpty || counted[row];
            _labels.Add(counts ? 0 : SequenceDataset.NotCounted);
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
        _counted.Add(some);
    }

    /// <summary>Adds a sequence of which no row counts.</summary>
    public void AppendNothing(int rows, ReadOnlySpan<float> weights)
    {
        for (int row = 0; row < rows; row++)
        {
            _labels.Add(SequenceDataset.NotCounted);
        }

        if (Kind != TargetKind.Labels)
        {
            _values.AddRange(Enumerable.Repeat(0f, rows * output.Size)); // what comes next may be numbers
        }

        AppendWeights(weights, rows);
        _counted.Add(0);
    }

    /// <summary>Adds the targets of a sequence of another dataset of the same model.</summary>
    public void AppendFrom(TargetColumn other, int row, int rows)
    {
        ReadOnlySpan<float> weights = other._weights is null ? [] : CollectionsMarshal.AsSpan(other._weights).Slice(row, rows);
        if (other.Kind is null)
        {
            AppendNothing(rows, weights);
            return;
        }

        if (other.Kind == TargetKind.Labels)
        {
            Append(CollectionsMarshal.AsSpan(other._labels).Slice(row, rows), weights);
            return;
        }

        Span<bool> counted = rows <= 256 ? stackalloc bool[rows] : new bool[rows];
        for (int i = 0; i < rows; i++)
        {
            counted[i] = other._labels[row + i] != SequenceDataset.NotCounted;
        }

        int size = output.Size;
        Append(CollectionsMarshal.AsSpan(other._values).Slice(row * size, rows * size), counted, weights);
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
}

/// <summary>What the targets of an output are.</summary>
internal enum TargetKind
{
    /// <summary>Classes, or 0 and 1 where there is one number.</summary>
    Labels,

    /// <summary>A number for each output.</summary>
    Values,
}
