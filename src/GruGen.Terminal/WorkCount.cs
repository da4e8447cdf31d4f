namespace GruGen.Terminal;

/// <summary>What a model has to compute and to read, counted from its layers.</summary>
internal static class WorkCount
{
    /// <summary>
    /// The operations of all products, a multiply-add counted as two. A training step has those of the gradients of the weights and of all
    /// inputs but the model's.
    /// </summary>
    public static double Operations(ModelSchema schema, int steps, int batch, bool training)
    {
        double sum = 0;
        for (int i = 0; i < schema.Layers.Length; i++)
        {
            LayerSchema layer = schema.Layers[i];
            int rows = layer.Kind == LayerKind.Gru || layer.Output == SequenceOutput.EveryStep ? steps : 1;
            (double input, double hidden) = Products(layer);
            sum += 2 * rows * (training ? 3 * hidden + (i == 0 ? 2 : 3) * input : hidden + input);
        }

        return sum * batch;
    }

    /// <summary>The bytes of all weights that a step reads; of an embedding that is one row.</summary>
    public static double WeightBytes(ModelSchema schema) => sizeof(float) * schema.Layers
        .Where(layer => layer.Kind != LayerKind.Embedding)
        .SelectMany(layer => schema.Tensors.Where(tensor => tensor.Name.StartsWith(layer.Name + ".", StringComparison.Ordinal)))
        .Sum(tensor => tensor.Length);

    /// <summary>The multiply-adds of one row of inputs, and of the state before.</summary>
    private static (double Input, double Hidden) Products(LayerSchema layer)
    {
        double gates = 3.0 * layer.HiddenSize * (layer.Options?.Directions ?? 0);
        return layer.Kind switch
        {
            LayerKind.Gru => (gates * layer.InputSize, gates * layer.HiddenSize),
            LayerKind.Dense => ((double)layer.InputSize * layer.OutputSize, 0),
            LayerKind.Conv1D => ((double)layer.KernelSize * layer.InputSize * layer.OutputSize, 0),
            _ => (0, 0),
        };
    }
}
