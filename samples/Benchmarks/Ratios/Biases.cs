namespace GruGen.Benchmarks.Ratios;

/// <summary>Biases that decide how long a GRU remembers.</summary>
internal static class Biases
{
    /// <summary>All biases of the first GRU become zero, but those of its update gate, so that about σ(<paramref name="update"/>) of a state stays.</summary>
    public static void Set(SequenceModel<float> model, float update)
    {
        int size = model.Schema.StateSizes[0];
        foreach (TensorSchema tensor in model.Schema.Tensors.Where(tensor => tensor.Name.Contains(".bias_", StringComparison.Ordinal)))
        {
            float[] values = new float[3 * size]; // r, z, n
            if (tensor.Name.Contains("bias_ih", StringComparison.Ordinal))
            {
                values.AsSpan(size, size).Fill(update);
            }

            model.Parameters.Set(tensor.Name, values);
        }
    }
}
