namespace GruGen.Terminal;

/// <summary>
/// What a model has to compute and to load at least, counted from its layers, for a sequence of some steps or, where these are null, for
/// one step of a stream that goes on.
/// </summary>
/// <param name="schema">The layers.</param>
/// <param name="projectsTokensOnce">Whether the vectors of tokens meet their weights once for each token, and not at each step.</param>
internal sealed class WorkCount(ModelSchema schema, bool projectsTokensOnce)
{
    /// <summary>
    /// The operations of all products, a multiply-add counted as two. A training step has those of the gradients of the weights and of all
    /// inputs but the model's.
    /// </summary>
    public double Operations(int? steps, int batch, bool training)
    {
        double sum = 0;
        for (int i = 0; i < schema.Layers.Length; i++)
        {
            LayerSchema layer = schema.Layers[i];
            double input = InputWeights(i), hidden = HiddenWeights(layer);
            sum += 2 * Rows(i, steps) * (training ? 3 * hidden + (i == 0 ? 2 : 3) * input : hidden + input);
        }

        return sum * batch;
    }

    /// <summary>
    /// The least time for loads, in nanoseconds: the states' weights of a GRU at each step, because the next step needs the states of the
    /// one before; all other weights once.
    /// </summary>
    public double LoadTime(int? steps, MachineLimits limits)
    {
        double time = 0, once = 0;
        for (int i = 0; i < schema.Layers.Length; i++)
        {
            int size = schema.WeightFormat == WeightFormat.BFloat16 && schema.Layers[i].Kind == LayerKind.Gru ? 2 : sizeof(float);
            once += size * InputWeights(i) * Math.Min(1, StepsAfter(i + 1, steps));
            time += StepsAfter(i, steps) * limits.LoadTime(size * HiddenWeights(schema.Layers[i]));
        }

        return time + limits.LoadTime(once);
    }

    /// <summary>
    /// The steps that some layers leave; of a step of a stream that goes on, the mean: a layer with a stride of s makes a step of s.
    /// </summary>
    private double StepsAfter(int layers, int? steps) => steps is { } some
        ? schema.StepsAfter(layers, some)
        : schema.Layers.Take(layers).Aggregate(1.0, (mean, layer) => mean / Math.Max(1, layer.Stride));

    private double Rows(int index, int? steps)
    {
        LayerSchema layer = schema.Layers[index];
        return layer.Kind == LayerKind.Gru || layer.Output == SequenceOutput.EveryStep ? StepsAfter(index + 1, steps) : 1;
    }

    /// <summary>The weights that meet the input of a layer.</summary>
    private double InputWeights(int index)
    {
        LayerSchema layer = schema.Layers[index];
        return layer.Kind switch
        {
            LayerKind.Gru => projectsTokensOnce && index == 1 ? 0 : Gates(layer) * layer.InputSize,
            LayerKind.Dense => (double)layer.InputSize * layer.OutputSize,
            LayerKind.Conv1D => (double)layer.KernelSize * layer.InputSize * layer.OutputSize,
            _ => 0,
        };
    }

    /// <summary>The weights that meet the state of a layer.</summary>
    private static double HiddenWeights(LayerSchema layer) => layer.Kind == LayerKind.Gru ? Gates(layer) * layer.HiddenSize : 0;

    private static double Gates(LayerSchema layer) => 3.0 * layer.HiddenSize * layer.Options!.Directions;
}
