using GruGen;

namespace Extensions;

/// <summary>The part of the sequences in which every step that counts has the right class.</summary>
public sealed class ExactMatch() : MeanMetric("exact_match")
{
    protected override bool NeedsWholeSequences => true;

    protected override double Sum(in OutputRows rows)
    {
        foreach (int step in rows.Counted)
        {
            if (IndexOfLargest(rows.Outputs(step)) != rows.Label(step))
            {
                return 0;
            }
        }

        return 1;
    }

    private static int IndexOfLargest(ReadOnlySpan<float> outputs)
    {
        int largest = 0;
        for (int i = 1; i < outputs.Length; i++)
        {
            largest = outputs[i] > outputs[largest] ? i : largest;
        }

        return largest;
    }
}
