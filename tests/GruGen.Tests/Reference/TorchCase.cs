namespace GruGen.Tests.Reference;

/// <summary>
/// A <c>gru_*</c> or <c>cell_*</c> case: a stack of GRUs, forward and backward, which PyTorch computed with its <c>nn.GRU</c> or from the
/// equations of the other conventions.
/// </summary>
internal static class TorchCase
{
    /// <summary>The case of this name; <paramref name="zeroBiases"/> gives a model without biases some that are zero.</summary>
    public static Case Read(string name, bool zeroBiases = false)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        GruOptions options = Options(file.Metadata);
        options = options with { Bias = options.Bias || zeroBiases };
        LayerSchema[] layers = [.. Enumerable.Repeat(LayerSchema.Gru(file.Number("hidden_size"), SequenceOutput.EveryStep, options), file.Number("layers"))];
        ModelSchema schema = ModelSchema.ForFeatures("Stack", file.Number("input_size"), layers);
        var batch = new Batch(schema, file.Number("batch"), file.Number("steps"), file["input"].Values, file["grad_output"].Values)
        {
            InitialStates = file["h0"].Values,
            FinalStateGradients = file["grad_h_n"].Values,
            Lengths = file.Tensors.GetValueOrDefault("lengths")?.Integers,
        };
        return new Case(schema, Parameter, batch, ResultsOf(file, schema));

        double[] Parameter(string tensor) =>
            file.Tensors.GetValueOrDefault("param." + TorchName(tensor))?.Values ?? new double[schema.Tensors.First(own => own.Name == tensor).Length];
    }

    private static GruOptions Options(IReadOnlyDictionary<string, string> metadata) => new()
    {
        Bidirectional = metadata["bidirectional"] == "true",
        Bias = metadata["bias"] == "true",
        ResetAfter = metadata["reset_after"] == "true",
        UpdateGate = metadata["update_gate"].Contains("(1-z)*n", StringComparison.Ordinal) ? UpdateGate.Keep : UpdateGate.Replace,
        Activation = metadata.GetValueOrDefault("activation") == "relu" ? Activation.Relu : Activation.Tanh,
        GateActivation = metadata.GetValueOrDefault("recurrent_activation") == "hard_sigmoid" ? GateActivation.HardSigmoid : GateActivation.Sigmoid,
    };

    /// <summary>What PyTorch got; of biases that it does not have there are no gradients.</summary>
    private static Results ResultsOf(ReferenceFile file, ModelSchema schema)
    {
        var values = new Dictionary<string, double[]>
        {
            ["output"] = file["output"].Values,
            ["h_n"] = file["h_n"].Values,
            ["grad.h0"] = file["grad_h0"].Values,
            ["grad.input"] = file["grad_input"].Values,
        };
        foreach (TensorSchema tensor in schema.Tensors)
        {
            if (file.Tensors.TryGetValue("grad." + TorchName(tensor.Name), out ReferenceFile.Tensor? gradient))
            {
                values.Add("grad." + tensor.Name, gradient.Values);
            }
        }

        return new Results(values);
    }

    /// <summary>gru2.weight_ih_l0_reverse is weight_ih_l1_reverse there.</summary>
    private static string TorchName(string name)
    {
        int layer = name["gru".Length] - '1';
        return name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace("_l0", $"_l{layer}", StringComparison.Ordinal);
    }
}
