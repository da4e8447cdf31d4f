namespace GruGen;

/// <summary>Losses and metrics of whole sequences of a batch.</summary>
internal static class SequenceLosses
{
    /// <summary>Makes room for the outputs of a batch.</summary>
    public static void Arrange(this SequenceOutputs sequences, SequenceDataset data, ReadOnlySpan<int> indices)
    {
        sequences.Begin();
        foreach (int index in indices)
        {
            sequences.Add(data.Rows(index));
        }

        sequences.Arrange();
    }

    /// <summary>
    /// The sum of the loss of an output over whole sequences, and what metrics see of them, one after another in the order of the batch.
    /// Leaves the gradients of a <see cref="SequenceLoss"/> in place of the logits, unless its scale is 0.
    /// </summary>
    /// <returns>The sum; 0 for a <see cref="RowLoss"/>, which is added up elsewhere.</returns>
    public static double Run(
        this SequenceOutputs sequences,
        int output,
        Loss loss,
        double gradientScale,
        TargetColumn data,
        ReadOnlySpan<int> indices,
        Totals? totals)
    {
        bool wantsGradients = loss is SequenceLoss && gradientScale != 0;
        double sum = 0;
        for (int sequence = 0; sequence < indices.Length; sequence++)
        {
            int index = indices[sequence];
            if (data.CountedRows(index) == 0)
            {
                sequences.ClearGradients(sequence);
                continue;
            }

            OutputBlock block = sequences.Open(sequence, data.HasClasses, data.HasWeights);
            for (int row = 0; row < block.Rows; row++)
            {
                block.LoadTarget(row, data, index, row);
            }

            if (loss is SequenceLoss)
            {
                sum = loss.Run(block, gradientScale, sum);
            }

            if (wantsGradients)
            {
                sequences.KeepGradients(sequence);
            }

            totals?.AddSequence(output, block);
        }

        return sum;
    }
}
