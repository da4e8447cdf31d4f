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

    private protected SequenceDataset(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        Targets = [.. schema.Outputs.Select(output => new TargetColumn(this, output))];
        _rowStarts = PerStep && schema.ChangesSteps ? [0] : null;
    }

    /// <summary>The number of sequences.</summary>
    public int Count => _starts.Count - 1;

    /// <summary>The number of steps of the longest sequence.</summary>
    public int MaxLength { get; private set; }

    internal ModelSchema Schema { get; }

    /// <summary>
    /// The number of long streams that the sequences are chunks of, the first chunk of each stream first, then the second ones, …; 0 if
    /// each sequence is by itself.
    /// </summary>
    internal int Streams { get; private set; }

    /// <summary>The targets of each output of the model.</summary>
    internal TargetColumn[] Targets { get; }

    // Of the only output, or of the first one.

    internal TargetKind? Kind => Targets[0].Kind;

    internal bool HasClasses => Targets[0].HasClasses;

    internal bool HasWeights => Targets[0].HasWeights;

    internal int TargetsPerRow => Targets[0].TargetsPerRow;

    internal int CountedRows(int index) => Targets[0].CountedRows(index);

    internal int Label(int index, int step) => Targets[0].Label(index, step);

    internal ReadOnlySpan<float> Values(int index, int step) => Targets[0].Values(index, step);

    internal int TotalSteps => _starts[^1];

    /// <summary>The rows of all sequences.</summary>
    internal int TotalRows => !PerStep ? Count : _rowStarts is null ? TotalSteps : _rowStarts[^1];

    private protected bool PerStep => Schema.Output == SequenceOutput.EveryStep;

    /// <summary>The number of steps of a sequence.</summary>
    /// <param name="index">The sequence, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public int Length(int index) => _starts[Checked(index) + 1] - _starts[index];

    private protected int Start(int index) => _starts[Checked(index)];

    /// <summary>Says that the sequences are chunks of so many streams.</summary>
    private protected void MakeStreams(int streams) => Streams = streams;

    /// <summary>Forgets all sequences, but keeps the memory for others.</summary>
    private protected void ClearTargets()
    {
        _starts.RemoveRange(1, _starts.Count - 1);
        _rowStarts?.RemoveRange(1, _rowStarts.Count - 1);
        MaxLength = 0;
        foreach (TargetColumn column in Targets)
        {
            column.Clear();
        }
    }

    /// <summary>Adds a sequence's length and labels, which are checked.</summary>
    private protected void Append(int steps, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights)
    {
        Targets[0].Append(labels, weights);
        AppendLength(steps);
    }

    /// <summary>Adds a sequence's length and values, which are checked; no values where a row does not count.</summary>
    private protected void Append(int steps, ReadOnlySpan<float> values, ReadOnlySpan<bool> counted, ReadOnlySpan<float> weights)
    {
        Targets[0].Append(values, counted, weights);
        AppendLength(steps);
    }

    /// <summary>Adds a sequence's length and targets from another dataset of the same model.</summary>
    private protected void AppendFrom(SequenceDataset other, int index)
    {
        for (int i = 0; i < Targets.Length; i++)
        {
            Targets[i].AppendFrom(other.Targets[i], other.FirstRow(index), other.Rows(index));
        }

        AppendLength(other.Length(index));
    }

    /// <summary>Adds a sequence's length, whose targets are there.</summary>
    private protected void AppendLength(int steps)
    {
        _starts.Add(checked(TotalSteps + steps));
        _rowStarts?.Add(_rowStarts[^1] + Schema.OutputSteps(steps));
        MaxLength = Math.Max(MaxLength, steps);
    }

    /// <summary>The first row of a sequence among those of all: of the sequence, or of its first step that has an output.</summary>
    internal int FirstRow(int index) => PerStep ? (_rowStarts ?? _starts)[index] : index;

    /// <summary>The number of rows of a sequence: one, or one for each step that the model gives an output for.</summary>
    internal int Rows(int index) => Schema.OutputSteps(Length(index));

    private int Checked(int index) => (uint)index < (uint)Count
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There is no sequence {index}; the dataset has {Count}.");
}
