namespace GruGen;

/// <summary>How much of some data counts: what a mean may be over.</summary>
/// <param name="Targets">The targets: one a row where they are classes, else as many as outputs.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Sequences">The sequences of which a row counts.</param>
internal readonly record struct TargetCounts(long Targets, long Rows, long Sequences)
{
    public static TargetCounts operator +(TargetCounts left, TargetCounts right) =>
        new(left.Targets + right.Targets, left.Rows + right.Rows, left.Sequences + right.Sequences);

    /// <summary>Those of some sequences.</summary>
    public static TargetCounts Of(SequenceDataset data, ReadOnlySpan<int> indices)
    {
        long rows = 0, sequences = 0;
        foreach (int index in indices)
        {
            int counted = data.CountedRows(index);
            rows += counted;
            sequences += counted > 0 ? 1 : 0;
        }

        return new TargetCounts(rows * data.TargetsPerRow, rows, sequences);
    }

    /// <summary>What the sum of a loss is divided by.</summary>
    public long Of(Averaging averaging) => averaging switch
    {
        Averaging.Targets => Targets,
        Averaging.Rows => Rows,
        _ => Sequences,
    };
}
