namespace GruGen;

/// <summary>
/// PyTorch's initial values: a GRU's tensors U(±1/√H), a Dense layer's U(±1/√inputs), an embedding's N(0, 1).
/// </summary>
internal static class Initializer
{
    public static void Fill(ParameterSet parameters, ulong seed)
    {
        ulong stream = 0;
        foreach (LayerSchema layer in parameters.Schema.Layers)
        {
            double bound = 1 / Math.Sqrt(layer.Kind == LayerKind.Gru ? layer.OutputSize : layer.InputSize);
            foreach (TensorSchema tensor in parameters.Schema.Tensors.Where(tensor => tensor.Name.StartsWith(layer.Name + ".", StringComparison.Ordinal)))
            {
                var random = new RandomSource(seed, stream++);
                foreach (ref float value in parameters.Slice(tensor))
                {
                    value = layer.Kind == LayerKind.Embedding ? (float)random.NextNormal() : random.NextUniform(bound);
                }
            }
        }

        parameters.MarkChanged();
    }
}
