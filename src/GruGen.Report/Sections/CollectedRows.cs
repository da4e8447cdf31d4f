namespace GruGen.Report;

/// <summary>A metric that keeps all outputs of an evaluation with their targets, in the order of the data.</summary>
/// <param name="areClasses">Whether the target of a row is the largest of its outputs, or of its numbers.</param>
internal sealed class CollectedRows(bool areClasses) : Metric("collected")
{
    /// <summary>The outputs, [rows, size].</summary>
    public List<float> Outputs { get; } = [];

    /// <summary>The targets, [rows, size]; of classes 1 for the right one and 0 for all others.</summary>
    public List<float> Targets { get; } = [];

    /// <summary>The weights, [rows].</summary>
    public List<double> Weights { get; } = [];

    /// <summary>The number of outputs in a row.</summary>
    public int Size { get; private set; } = 1;

    /// <summary>The number of rows.</summary>
    public int Count => Weights.Count;

    /// <inheritdoc/>
    protected override bool NeedsWholeSequences => true; // so that they come in order

    /// <inheritdoc/>
    public override MetricAccumulator CreateAccumulator() => new Accumulator(this);

    /// <summary>The first largest number of a row.</summary>
    public int Largest(List<float> values, int row)
    {
        int largest = 0;
        for (int i = 1; i < Size; i++)
        {
            largest = values[row * Size + i] > values[row * Size + largest] ? i : largest;
        }

        return largest;
    }

    private void Add(in OutputRows rows)
    {
        Size = rows.Size;
        foreach (int row in rows.Counted)
        {
            Weights.Add(rows.Weight(row));
            Outputs.AddRange(rows.Outputs(row));
            int label = rows.HasClasses ? rows.Label(row) : -1;
            for (int i = 0; i < Size; i++)
            {
                Targets.Add(label < 0 ? rows.Targets(row)[i] : i == label ? 1 : 0);
            }

            if (areClasses && label < 0)
            {
                label = Largest(Targets, Count - 1); // probabilities of classes
                for (int i = 0; i < Size; i++)
                {
                    Targets[(Count - 1) * Size + i] = i == label ? 1 : 0;
                }
            }
        }
    }

    private sealed class Accumulator(CollectedRows rows) : MetricAccumulator
    {
        public override double Result => 0;

        public override void Add(in OutputRows block) => rows.Add(block);

        public override void Reset()
        {
            rows.Outputs.Clear();
            rows.Targets.Clear();
            rows.Weights.Clear();
        }

        protected override double[] GetState() => [];

        protected override void SetState(ReadOnlySpan<double> state) => Reset();
    }
}
