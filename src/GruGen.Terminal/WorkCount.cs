namespace GruGen.Terminal;

/// <summary>What a model has to compute and to load at least, counted from its layers.</summary>
internal static class WorkCount
{
    /// <summary>
    /// The operations of all products, a multiply-add counted as two. A training step has those of the gradients of the weights and of all
    /// inputs but the model's. Products of a GRU with the vectors of tokens are not counted, because one for each token is enough.
    /// </summary>
    public static double Operations(ModelSchema schema, int steps, int batch, bool training)
    {
        double sum = 0;
        for (int i = 0; i < schema.Layers.Length; i++)
        {
            LayerSchema layer = schema.Layers[i];
            double input = InputWeights(schema, i), hidden = HiddenWeights(layer);
            sum += 2 * Rows(layer, steps) * (training ? 3 * hidden + (i == 0 ? 2 : 3) * input : hidden + input);
        }

        return sum * batch;
    }

    /// <summary>
    /// The least time for loads, in nanoseconds: the states' weights of a GRU at each step, because the next step needs the states of the
    /// one before; all other weights once.
    /// </summary>
    public static double LoadTime(ModelSchema schema, int steps, MachineLimits limits)
    {
        double time = 0, once = 0;
        for (int i = 0; i < schema.Layers.Length; i++)
        {
            int size = schema.WeightFormat == WeightFormat.BFloat16 && schema.Layers[i].Kind == LayerKind.Gru ? 2 : sizeof(float);
            once += size * InputWeights(schema, i);
            time += steps * limits.LoadTime(size * HiddenWeights(schema.Layers[i]));
        }

        return time + limits.LoadTime(once);
    }

    private static int Rows(LayerSchema layer, int steps) =>
        layer.Kind == LayerKind.Gru || layer.Output == SequenceOutput.EveryStep ? steps : 1;

    /// <summary>The weights that meet the input of a layer.</summary>
    private static double InputWeights(ModelSchema schema, int index)
    {
        LayerSchema layer = schema.Layers[index];
        bool readsTokens = index > 0 && schema.Layers[index - 1].Kind == LayerKind.Embedding;
        return layer.Kind switch
        {
            LayerKind.Gru => readsTokens ? 0 : Gates(layer) * layer.InputSize,
            LayerKind.Dense => (double)layer.InputSize * layer.OutputSize,
            LayerKind.Conv1D => (double)layer.KernelSize * layer.InputSize * layer.OutputSize,
            _ => 0,
        };
    }

    /// <summary>The weights that meet the state of a layer.</summary>
    private static double HiddenWeights(LayerSchema layer) => layer.Kind == LayerKind.Gru ? Gates(layer) * layer.HiddenSize : 0;

    private static double Gates(LayerSchema layer) => 3.0 * layer.HiddenSize * layer.Options!.Directions;
}
