namespace GruGen.Tests.Reference;

/// <summary>
/// Keras' weights in our shapes and gate order: kernels [in, units] are turned over, the gates z, r, h become r, z, n, and the rows of
/// bias [2, 3H] are bias_ih and bias_hh (with the reset before the product it is [3H], bias_ih).
/// </summary>
internal static class KerasWeights
{
    /// <summary>The values of one of our parameters.</summary>
    /// <param name="name">Its name, such as <c>gru1.weight_ih_l0_reverse</c>.</param>
    /// <param name="find">
    /// Keras' tensor by the name of our layer, Keras' name of the tensor, and whether it is that of a backward layer.
    /// </param>
    public static double[] Of(string name, Func<string, string, bool, ReferenceFile.Tensor> find)
    {
        (string layer, string tensor) = (name[..name.IndexOf('.', StringComparison.Ordinal)], name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        return tensor switch
        {
            "weight" when layer == "embedding" => Find("embeddings").Values,
            "weight" => Transposed(Find("kernel")),
            "bias" => Find("bias").Values,
            "weight_ih_l0" or "weight_ih_l0_reverse" => InOurOrder(Transposed(Find("kernel"))),
            "weight_hh_l0" or "weight_hh_l0_reverse" => InOurOrder(Transposed(Find("recurrent_kernel"))),
            "bias_ih_l0" or "bias_ih_l0_reverse" => InOurOrder(Find("bias").Values[..Find("bias").Shape[^1]]),
            "bias_hh_l0" or "bias_hh_l0_reverse" => InOurOrder(Find("bias").Values[Find("bias").Shape[^1]..]),
            _ => throw new ArgumentException($"Keras has no '{name}'.", nameof(name)),
        };

        ReferenceFile.Tensor Find(string kerasName) => find(layer, kerasName, tensor.EndsWith("_reverse", StringComparison.Ordinal));
    }

    private static double[] Transposed(ReferenceFile.Tensor kernel)
    {
        (int rows, int columns) = (kernel.Shape[0], kernel.Shape[1]);
        return [.. Enumerable.Range(0, columns).SelectMany(column => Enumerable.Range(0, rows).Select(row => kernel.Values[row * columns + column]))];
    }

    private static double[] InOurOrder(double[] gates)
    {
        int third = gates.Length / 3;
        return [.. gates[third..(2 * third)], .. gates[..third], .. gates[(2 * third)..]];
    }
}
