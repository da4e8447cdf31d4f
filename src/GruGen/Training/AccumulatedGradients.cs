namespace GruGen;

/// <summary>The sum of the gradients of the batches since the last step of the optimiser.</summary>
/// <param name="schema">The model.</param>
internal sealed class AccumulatedGradients(ModelSchema schema)
{
    /// <summary>The sum; null before the first batch that waits for another one.</summary>
    public GradientSet? Sum { get; private set; }

    /// <summary>The number of batches in the sum.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the gradients of a batch.</summary>
    public void Add(GradientSet batch)
    {
        Sum ??= new GradientSet(schema);
        Sum.Add(batch);
        Count++;
    }

    /// <summary>Forgets the batches.</summary>
    public void Clear()
    {
        Sum?.Reset();
        Count = 0;
    }

    /// <summary>Goes on with a sum from a checkpoint.</summary>
    public void Use(GradientSet sum, int count) => (Sum, Count) = (sum, count);
}
