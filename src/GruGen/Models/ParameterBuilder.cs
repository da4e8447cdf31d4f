namespace GruGen;

/// <summary>
/// Collects the values of all tensors of a model, one by one or layer by layer, for example from a file that another program wrote, for
/// <see cref="SequenceModel{TInput}.LoadParameters(ParameterBuilder)"/>.
/// </summary>
/// <param name="schema">The model.</param>
public sealed class ParameterBuilder(ModelSchema schema)
{
    private readonly Dictionary<string, float[]> _values = new(StringComparer.Ordinal);

    /// <summary>The model's layers and tensors.</summary>
    public ModelSchema Schema { get; } = schema ?? throw new ArgumentNullException(nameof(schema));

    /// <summary>The tensors that have not been set yet, in the model's order.</summary>
    public IReadOnlyList<TensorSchema> Missing => [.. Schema.Tensors.Where(tensor => !_values.ContainsKey(tensor.Name))];

    /// <summary>The values of a tensor that was set.</summary>
    /// <param name="name">Its name, such as <c>gru1.weight_ih_l0</c>.</param>
    /// <exception cref="KeyNotFoundException">No tensor of this name was set.</exception>
    public ReadOnlySpan<float> Get(string name) => _values.TryGetValue(name, out float[]? values) ? values
        : throw new KeyNotFoundException($"'{name}' of {Schema.Name} was not set.");

    /// <summary>Sets the values of a tensor.</summary>
    /// <param name="name">Its name, such as <c>gru1.weight_ih_l0</c>.</param>
    /// <param name="values">All its values, row-major.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    /// <exception cref="ArgumentException">The tensor has another number of values, or has been set already.</exception>
    public ParameterBuilder Set(string name, ReadOnlySpan<float> values)
    {
        TensorSchema tensor = Schema.Tensors.FirstOrDefault(tensor => tensor.Name == name)
            ?? throw new KeyNotFoundException(
                $"{Schema.Name} has no parameter '{name}'; it has {string.Join(", ", Schema.Tensors.Select(tensor => tensor.Name))}.");
        if (values.Length != tensor.Length)
        {
            throw new ArgumentException($"'{name}' has {tensor.Length} values, but {values.Length} were given.", nameof(values));
        }

        if (!_values.TryAdd(name, values.ToArray()))
        {
            throw new ArgumentException($"'{name}' is set already.", nameof(name));
        }

        return this;
    }

    /// <summary>Sets the weights and biases of one direction of a GRU layer.</summary>
    /// <param name="layer">The layer's name, such as <c>gru1</c>.</param>
    /// <param name="weights">The weights, from another framework.</param>
    /// <param name="reverse">Whether they are for the backward direction of a bidirectional layer.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="KeyNotFoundException">There is no GRU of this name, or it has no backward direction.</exception>
    /// <exception cref="ArgumentException">
    /// The layer has other sizes; only one of the two has biases; the layer has <c>ResetAfter = true</c> and so two biases, but the weights
    /// have one; the layer has <see cref="UpdateGate.Replace"/>; or a tensor has been set already.
    /// </exception>
    public ParameterBuilder SetGru(string layer, GruWeights weights, bool reverse = false)
    {
        ArgumentNullException.ThrowIfNull(weights);
        LayerSchema? gru = Schema.Layers.FirstOrDefault(each => each.Name == layer && each.Kind == LayerKind.Gru);
        if (gru?.Options is not { } options || (reverse && !options.Bidirectional))
        {
            throw new KeyNotFoundException(gru is null
                ? $"{Schema.Name} has no GRU '{layer}'."
                : $"'{layer}' of {Schema.Name} reads in one direction, which has no second one.");
        }

        if (weights.HiddenSize != gru.HiddenSize || weights.InputSize != gru.InputSize)
        {
            throw new ArgumentException(
                $"The weights are those of {weights.InputSize} inputs and {weights.HiddenSize} units, "
                    + $"but {layer} has {gru.InputSize} inputs and {gru.HiddenSize} units.",
                nameof(weights));
        }

        if (options.UpdateGate == UpdateGate.Replace)
        {
            throw new ArgumentException($"The weights mean h' = (1 − z) ∘ n + z ∘ h, but {layer} has UpdateGate.Replace.", nameof(weights));
        }

        bool oneBias = weights.InputBias.Length > 0 && weights.RecurrentBias.Length == 0;
        if ((weights.InputBias.Length > 0) != options.Bias || (oneBias && options.ResetAfter))
        {
            throw new ArgumentException(
                $"The weights have {(oneBias ? "one bias" : weights.InputBias.Length > 0 ? "two biases" : "no bias")}, but {layer} has "
                    + $"{(!options.Bias ? "none" : options.ResetAfter ? "two, because it resets after the product" : "one")}.",
                nameof(weights));
        }

        string suffix = reverse ? "_reverse" : "";
        Set($"{layer}.weight_ih_l0{suffix}", weights.Input);
        Set($"{layer}.weight_hh_l0{suffix}", weights.Recurrent);
        if (options is { Bias: true, ResetAfter: true })
        {
            Set($"{layer}.bias_ih_l0{suffix}", weights.InputBias);
            Set($"{layer}.bias_hh_l0{suffix}", weights.RecurrentBias);
        }
        else if (options.Bias)
        {
            Set($"{layer}.bias_ih_l0{suffix}", weights.TotalBias());
        }

        return this;
    }

    /// <summary>All values, one tensor after another.</summary>
    /// <exception cref="InvalidOperationException">A tensor was not set; all of them are named.</exception>
    internal float[] All()
    {
        IReadOnlyList<TensorSchema> missing = Missing;
        return missing.Count == 0
            ? [.. Schema.Tensors.SelectMany(tensor => _values[tensor.Name])]
            : throw new InvalidOperationException(
                $"{missing.Count} of {Schema.Tensors.Length} tensors of {Schema.Name} were not set: "
                    + $"{string.Join(", ", missing.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"))}.");
    }
}
