namespace GruGen;

/// <summary>Reads the targets of a dataset beside the outputs that they are for.</summary>
internal static class TargetLoading
{
    /// <summary>Gathers the targets of some rows of an output, whose logits are there.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="walk">Which sequence and step each of them is; afterwards it is at the row after them.</param>
    /// <param name="data">The targets.</param>
    /// <param name="indices">Where the sequences of the batch are in <paramref name="data"/>.</param>
    public static void Load(
        this OutputBlock block, int rows, scoped ref OutputWalk walk, TargetColumn data, ReadOnlySpan<int> indices)
    {
        block.Begin(rows, data.HasClasses, data.HasWeights);
        for (int row = 0; row < rows; row++)
        {
            (int sequence, int step) = walk.Next();
            block.LoadTarget(row, data, indices[sequence], step);
        }
    }

    /// <summary>Takes the target of a sequence, or of one of its steps, for a row, and its weight, if there are any.</summary>
    public static void LoadTarget(this OutputBlock block, int row, TargetColumn data, int sequence, int step)
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
