using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>
/// Sequences of different lengths with their targets, on which models are trained and evaluated. This base class has the lengths and the
/// targets; <see cref="SequenceDataset{TInput}"/> and <see cref="PairDataset{TSource}"/> add the inputs.
/// </summary>
public abstract class SequenceDataset
{
    /// <summary>The label of a step that does not count in losses and metrics (PyTorch's <c>ignore_index</c>).</summary>
    public const int NotCounted = -1;

    private readonly List<int> _starts = [0]; // steps before each sequence, and after the last one
    private readonly List<int> _counted = []; // rows of each sequence that count
    private readonly List<int> _labels = []; // [rows]: where the targets are values, 0 or NotCounted
    private readonly List<float> _values = []; // [rows, output size], where they are values

    private protected SequenceDataset(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
    }

    /// <summary>The number of sequences.</summary>
    public int Count => _counted.Count;

    /// <summary>The number of steps of the longest sequence.</summary>
    public int MaxLength { get; private set; }

    internal ModelSchema Schema { get; }

    /// <summary>
    /// The number of long streams that the sequences are chunks of, the first chunk of each stream first, then the second ones, …; 0 if each
    /// sequence is by itself.
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

    internal int TotalSteps => _starts[^1];

    private bool PerStep => Schema.Output == SequenceOutput.EveryStep;

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

    /// <summary>Throws unless this is data for a model of <paramref name="schema"/>.</summary>
    internal void CheckFits(ModelSchema schema)
    {
        if (Schema.ReadsTokens != schema.ReadsTokens || Schema.InputSize != schema.InputSize
            || Schema.OutputSize != schema.OutputSize || Schema.Output != schema.Output)
        {
            throw new ArgumentException($"The dataset is for {Describe(Schema)}, but {schema.Name} has {Describe(schema)}.", "data");
        }

        if (Schema.PaddingToken != schema.PaddingToken || !Nullable.Equals(Schema.MaskValue, schema.MaskValue))
        {
            throw new ArgumentException(
                $"The dataset was made for other masked steps than those of {schema.Name}, which are left out when a sequence is added.",
                "data");
        }

        if (Count == 0)
        {
            throw new ArgumentException("The dataset is empty.", "data");
        }
    }

    private protected int Start(int index) => _starts[Checked(index)];

    private protected void CheckLabel(int label)
    {
        CheckTargets(perStep: false, TargetKind.Labels);
        CheckHasLabels();
        CheckClass(label, "label", "The label");
    }

    private protected void CheckLabels(ReadOnlySpan<int> labels, int steps)
    {
        CheckTargets(perStep: true, TargetKind.Labels);
        CheckHasLabels();
        CheckLength(labels.Length, steps, "labels", "one for each step");
        for (int t = 0; t < labels.Length; t++)
        {
            if (labels[t] != NotCounted)
            {
                CheckClass(labels[t], "labels", $"The label of step {t}");
            }
        }
    }

    private protected void CheckValues(ReadOnlySpan<float> values, ReadOnlySpan<bool> counted, int steps, bool perStep, string name)
    {
        CheckTargets(perStep, TargetKind.Values);
        CheckLength(
            values.Length,
            perStep ? (long)steps * Schema.OutputSize : Schema.OutputSize,
            name,
            perStep ? "the outputs of each step" : "one for each output");
        if (!counted.IsEmpty)
        {
            CheckLength(counted.Length, steps, "counted", "one for each step");
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]) && (counted.IsEmpty || counted[i / Schema.OutputSize]))
            {
                throw new ArgumentOutOfRangeException(name, values[i], $"Element {i} of '{name}' is {values[i]}, which is no target.");
            }
        }
    }

    /// <summary>Says that the sequences are chunks of so many streams.</summary>
    private protected void MakeStreams(int streams) => Streams = streams;

    /// <summary>Forgets all sequences, but keeps the memory for others.</summary>
    private protected void ClearTargets()
    {
        _starts.RemoveRange(1, _starts.Count - 1);
        _counted.Clear();
        _labels.Clear();
        _values.Clear();
        (MaxLength, Kind) = (0, null);
        (SmallestValue, LargestValue) = (float.PositiveInfinity, float.NegativeInfinity);
    }

    /// <summary>Adds a sequence's length and labels, which are checked.</summary>
    private protected void Append(int steps, ReadOnlySpan<int> labels)
    {
        Kind = TargetKind.Labels;
        _labels.AddRange(labels);
        AppendLength(steps, labels.Length - labels.Count(NotCounted));
    }

    /// <summary>Adds a sequence's length and values, which are checked; no values where a row does not count.</summary>
    private protected void Append(int steps, ReadOnlySpan<float> values, ReadOnlySpan<bool> counted)
    {
        Kind = TargetKind.Values;
        int size = Schema.OutputSize, rows = values.Length / size, some = 0;
        for (int row = 0; row < rows; row++)
        {
            bool counts = counted.IsEmpty || counted[row];
            _labels.Add(counts ? 0 : NotCounted);
            some += counts ? 1 : 0;
            foreach (float value in values.Slice(row * size, size))
            {
                _values.Add(counts ? value : 0);
                SmallestValue = counts ? Math.Min(SmallestValue, value) : SmallestValue;
                LargestValue = counts ? Math.Max(LargestValue, value) : LargestValue;
            }
        }

        AppendLength(steps, some);
    }

    /// <summary>Adds a sequence's length and targets from another dataset of the same model.</summary>
    private protected void AppendFrom(SequenceDataset other, int index)
    {
        (int row, int rows, int steps) = (other.Row(index), other.Rows(index), other.Length(index));
        if (other.Kind == TargetKind.Labels)
        {
            Append(steps, CollectionsMarshal.AsSpan(other._labels).Slice(row, rows));
        }
        else
        {
            Span<bool> counted = rows <= 256 ? stackalloc bool[rows] : new bool[rows];
            for (int i = 0; i < rows; i++)
            {
                counted[i] = other._labels[row + i] != NotCounted;
            }

            Append(steps, CollectionsMarshal.AsSpan(other._values).Slice(row * Schema.OutputSize, rows * Schema.OutputSize), counted);
        }
    }

    private void AppendLength(int steps, int counted)
    {
        _starts.Add(checked(TotalSteps + steps));
        _counted.Add(counted);
        MaxLength = Math.Max(MaxLength, steps);
    }

    private int Row(int index) => PerStep ? _starts[index] : index;

    /// <summary>The number of rows of a sequence: one, or one for each step.</summary>
    internal int Rows(int index) => PerStep ? Length(index) : 1;

    private void CheckTargets(bool perStep, TargetKind kind)
    {
        if (Streams > 0)
        {
            throw new InvalidOperationException($"The dataset has the chunks of {Streams} streams and takes no other sequences.");
        }

        if (perStep != PerStep)
        {
            throw new InvalidOperationException(PerStep
                ? $"{Schema.Name} gives an output for every step: its targets are added with AddPerStep."
                : $"{Schema.Name} gives one output for a sequence: its targets are added with Add.");
        }

        if (Kind is not null && Kind != kind)
        {
            throw new InvalidOperationException(
                $"The dataset has {Kind.Value.ToString().ToLowerInvariant()} as targets and takes no others.");
        }
    }

    /// <summary>A whole number is easily taken for a label, where it was meant as a number.</summary>
    private void CheckHasLabels()
    {
        if (Schema is { OutputSize: 1, OutputActivation: not Activation.Sigmoid })
        {
            throw new InvalidOperationException(
                $"{Schema.Name} ends with one output and Activation.{Schema.OutputActivation}, so its targets are numbers and no labels: "
                    + "write 1f instead of 1.");
        }
    }

    private void CheckClass(int label, string name, string what)
    {
        int last = Math.Max(1, Schema.OutputSize - 1); // of one output, 0 and 1 are its two targets
        if ((uint)label > (uint)last)
        {
            throw new ArgumentOutOfRangeException(name, label, $"{what} is {label}, but {Schema.Name} has the labels 0 to {last}.");
        }
    }

    private int Checked(int index) => (uint)index < (uint)Count
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There is no sequence {index}; the dataset has {Count}.");

    private static void CheckLength(int given, long expected, string name, string what)
    {
        if (given != expected)
        {
            throw new ArgumentException($"'{name}' has {given} elements, but {expected} are expected ({what}).", name);
        }
    }

    private static string Describe(ModelSchema schema) => string.Concat(
        schema.ReadsTokens ? "a vocabulary of " : "features a step: ", schema.InputSize.ToString(), "; outputs ",
        schema.Output == SequenceOutput.EveryStep ? "every step: " : "a sequence: ", schema.OutputSize.ToString());
}

/// <summary>What the targets of a dataset are.</summary>
internal enum TargetKind
{
    /// <summary>Classes, or 0 and 1 where a model has one output.</summary>
    Labels,

    /// <summary>A number for each output.</summary>
    Values,
}
