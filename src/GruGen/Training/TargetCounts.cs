namespace GruGen;

/// <summary>How much of some data counts.</summary>
/// <param name="Rows">The rows that count.</param>
/// <param name="Divisor">What the sum of a loss over them is divided by; 0 if there is nothing to take a mean over.</param>
internal readonly record struct TargetCounts(long Rows, double Divisor)
{
    /// <summary>Of some sequences.</summary>
    public static TargetCounts Of(Loss loss, SequenceDataset data, ReadOnlySpan<int> indices)
    {
        long rows = 0;
        double divisor = 0;
        foreach (int index in indices)
        {
            rows += data.CountedRows(index);
            divisor += loss.Divisor(data, index);
        }

        return new TargetCounts(rows, divisor);
    }
}
