namespace GruGen;

/// <summary>
/// The values that parameters start with, in PyTorch's way or in Keras'. Each tensor has a stream of random numbers of its own, by its
/// place among all, so that no tensor's values depend on another's size.
/// </summary>
internal static class Initializer
{
    public static void Fill(ParameterSet parameters, ulong seed)
    {
        bool keras = parameters.Schema.Initialization == Initialization.Keras;
        ulong stream = 0;
        foreach (LayerSchema layer in parameters.Schema.Layers)
        {
            string prefix = layer.Name + ".";
            IEnumerable<TensorSchema> own =
                parameters.Schema.Tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal));
            foreach (TensorSchema tensor in own)
            {
                var random = new RandomSource(seed, stream++);
                Span<float> values = parameters.Slice(tensor);
                ReadOnlySpan<char> name = tensor.Name.AsSpan(prefix.Length);
                if (tensor.Constant is { } constant)
                {
                    values.Fill(constant);
                }
                else if (keras)
                {
                    Keras(layer, tensor, name, values, random);
                }
                else
                {
                    PyTorch(layer, values, random);
                }

                if (layer.PaddingToken >= 0)
                {
                    values.Slice(layer.PaddingToken * layer.OutputSize, layer.OutputSize).Clear();
                }
            }
        }

        parameters.MarkChanged();
    }

    /// <summary>
    /// U(±1/√H) for a GRU's tensors, U(±1/√inputs) for a Dense layer's, with the inputs of all taps for a convolution's, N(0, 1) for an
    /// embedding.
    /// </summary>
    private static void PyTorch(LayerSchema layer, Span<float> values, RandomSource random)
    {
        double bound = 1 / Math.Sqrt(layer.Kind switch
        {
            LayerKind.Gru => layer.HiddenSize,
            LayerKind.Conv1D => (double)layer.InputSize * layer.KernelSize,
            _ => layer.InputSize,
        });
        foreach (ref float value in values)
        {
            value = layer.Kind == LayerKind.Embedding ? (float)random.NextNormal() : random.NextUniform(bound);
        }
    }

    /// <summary>
    /// U(±√(6/(inputs + outputs))) for weights (Glorot and Bengio 2010), where a GRU's three gates count as one matrix, and each tap of a
    /// convolution as inputs and as outputs; orthonormal columns of all three gates together for hidden weights; U(±0.05) for an
    /// embedding; 0 for biases.
    /// </summary>
    private static void Keras(LayerSchema layer, TensorSchema tensor, ReadOnlySpan<char> name, Span<float> values, RandomSource random)
    {
        if (name.StartsWith("bias"))
        {
            values.Clear();
            return;
        }

        if (name.StartsWith("weight_hh"))
        {
            Orthogonal.Fill(values, rows: tensor.Shape[0], columns: tensor.Shape[1], random);
            return;
        }

        int taps = Math.Max(layer.KernelSize, 1);
        double bound = layer.Kind == LayerKind.Embedding ? 0.05 : Math.Sqrt(6.0 / (((double)tensor.Shape[0] + tensor.Shape[1]) * taps));
        foreach (ref float value in values)
        {
            value = random.NextUniform(bound);
        }
    }
}
