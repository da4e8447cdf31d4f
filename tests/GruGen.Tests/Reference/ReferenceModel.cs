namespace GruGen.Tests.Reference;

/// <summary>
/// A model in double precision: the plain twin that every fast path is compared with. Sequences go through one at a time, so there are no
/// batches, no lengths and no padding in it; gradients of the parameters add up over the sequences.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly List<ReferenceLayer> _layers = [];

    public ReferenceModel(ModelSchema schema, Func<string, double[]> parameter)
    {
        foreach (TensorSchema tensor in schema.Tensors)
        {
            Parameters.Add(tensor.Name, parameter(tensor.Name));
            Gradients.Add(tensor.Name, new double[tensor.Length]);
        }

        foreach (LayerSchema layer in schema.Layers)
        {
            double[] P(string tensor) => Parameters[$"{layer.Name}.{tensor}"];
            double[] G(string tensor) => Gradients[$"{layer.Name}.{tensor}"];
            _layers.Add(layer.Kind switch
            {
                LayerKind.Embedding => new ReferenceEmbedding(layer, P("weight"), G("weight")),
                LayerKind.Dense => new ReferenceDense(layer, P("weight"), P("bias"), G("weight"), G("bias")),
                _ => new ReferenceGru(
                    layer,
                    new ReferenceGru.Weights(P("weight_ih_l0"), P("weight_hh_l0"), P("bias_ih_l0"), P("bias_hh_l0")),
                    new ReferenceGru.Weights(G("weight_ih_l0"), G("weight_hh_l0"), G("bias_ih_l0"), G("bias_hh_l0"))),
            });
        }
    }

    /// <summary>The twin of a model: the same values, widened.</summary>
    public static ReferenceModel Of<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged =>
        new(model.Schema, name => Widen(model.Parameters[name]));

    public Dictionary<string, double[]> Parameters { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, double[]> Gradients { get; } = new(StringComparer.Ordinal);

    public int StateSize => Recurrent.Sum(layer => layer.Initial.Length);

    /// <summary>The final states of the last <see cref="Forward"/>, layer after layer.</summary>
    public double[] FinalState => [.. Recurrent.SelectMany(layer => layer.Final)];

    /// <summary>The gradient of the initial states that the last <see cref="Backward"/> left, layer after layer.</summary>
    public double[] InitialStateGradient => [.. Recurrent.SelectMany(layer => layer.InitialGradient)];

    private IEnumerable<ReferenceGru> Recurrent => _layers.OfType<ReferenceGru>();

    /// <summary>Runs one sequence.</summary>
    /// <param name="x">x[steps][input size]; of a model that reads tokens, [steps][1].</param>
    /// <param name="initialState">The initial states, layer after layer; zeros unless given.</param>
    /// <returns>y[steps][output size], or [1][output size] of a model that gives one output.</returns>
    public double[][] Forward(double[][] x, double[]? initialState = null)
    {
        int place = 0;
        foreach (ReferenceGru layer in Recurrent)
        {
            int size = layer.Initial.Length;
            layer.Initial = initialState is null ? new double[size] : initialState[place..(place + size)];
            place += size;
        }

        return _layers.Aggregate(x, (rows, layer) => layer.Forward(rows));
    }

    /// <summary>Goes back through the sequence of the last <see cref="Forward"/>.</summary>
    /// <returns>The gradient of x; empty for tokens.</returns>
    public double[][] Backward(double[][] outputGradients, double[]? finalStateGradient = null)
    {
        int place = 0;
        foreach (ReferenceGru layer in Recurrent)
        {
            int size = layer.Initial.Length;
            layer.FinalGradient = finalStateGradient is null ? new double[size] : finalStateGradient[place..(place + size)];
            place += size;
        }

        return Enumerable.Reverse(_layers).Aggregate(outputGradients, (rows, layer) => layer.Backward(rows));
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return wide;
    }
}
