namespace GruGen;

/// <summary>Reads the targets of a dataset beside the outputs that they are for.</summary>
internal static class TargetLoading
{
    /// <summary>Runs the last layer on some rows of a pass, without its activation, and gathers their targets.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="pass">The pass, past its body.</param>
    /// <param name="first">The first row, counted from the first one that the pass holds.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="walk">Which sequence and step each of them is; afterwards it is at the row after them.</param>
    /// <param name="data">The targets.</param>
    /// <param name="indices">Where the sequences of the batch are in <paramref name="data"/>.</param>
    public static void Load<TInput>(
        this OutputBlock block,
        SequencePass<TInput> pass,
        nint first,
        int rows,
        scoped ref OutputWalk walk,
        SequenceDataset data,
        ReadOnlySpan<int> indices)
        where TInput : unmanaged
    {
        pass.Head(first, rows);
        block.Begin(rows, data.HasClasses, data.HasWeights);
        for (int row = 0; row < rows; row++)
        {
            (int sequence, int step) = walk.Next();
            block.LoadTarget(row, data, indices[sequence], step);
        }
    }

    /// <summary>Takes the target of a sequence, or of one of its steps, for a row, and its weight, if there are any.</summary>
    public static void LoadTarget(this OutputBlock block, int row, SequenceDataset data, int sequence, int step)
    {
        if (data.Kind == TargetKind.Values)
        {
            block.LoadValues(row, data.Values(sequence, step), data.Label(sequence, step));
        }
        else
        {
            block.LoadLabel(row, data.Label(sequence, step));
        }

        if (data.HasWeights)
        {
            block.LoadWeight(row, data.Weight(sequence, step));
        }
    }
}
