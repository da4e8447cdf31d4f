namespace GruGen.Tests.Reference;

/// <summary>
/// A case of one layer that PyTorch computed. A model has a recurrent layer, so there is one below that hands its input on as it is: its
/// new gate is the input, <c>n = 1·x</c>, and its update gate 0, so that <c>h' = (1 − 0) ∘ n + 0 ∘ h = x</c>, and gradients go back
/// unchanged.
/// </summary>
internal static class TorchLayerCase
{
    /// <summary>The case of this name, for this layer.</summary>
    public static Case Read(string name, LayerSchema layer)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        int[] shape = file["input"].Shape;
        int size = shape[^1];
        var options = new GruOptions { Activation = Activation.Linear, GateActivation = GateActivation.HardSigmoid };
        SequenceOutput output = shape.Length == 3 ? GruGen.SequenceOutput.EveryStep : GruGen.SequenceOutput.Final;
        ModelSchema schema = ModelSchema.ForFeatures("Layer", size, LayerSchema.Gru(size, output, options), layer);
        var batch = new Batch(schema, shape[0], shape.Length == 3 ? shape[1] : 1, file["input"].Values, file["grad_output"].Values);
        var values = new Dictionary<string, double[]> { ["output"] = file["output"].Values, ["grad.input"] = file["grad_input"].Values };
        foreach (TensorSchema tensor in schema.Tensors.Where(tensor => tensor.Name.StartsWith(schema.Layers[1].Name, StringComparison.Ordinal)))
        {
            values.Add("grad." + tensor.Name, file["grad." + OwnName(tensor)].Values);
        }

        return new Case(schema, Parameter, batch, new Results(values));

        double[] Parameter(string name)
        {
            TensorSchema tensor = schema.Tensors.First(tensor => tensor.Name == name);
            return name switch
            {
                "gru1.weight_ih_l0" => [.. Enumerable.Range(0, 3 * size * size).Select(i => i / size == (2 * size) + (i % size) ? 1.0 : 0)],
                "gru1.bias_ih_l0" => [.. Enumerable.Range(0, 3 * size).Select(i => i / size == 1 ? -10.0 : 0)], // of z
                "gru1.weight_hh_l0" or "gru1.bias_hh_l0" => new double[tensor.Length],
                _ => file["param." + OwnName(tensor)].Values,
            };
        }
    }

    private static string OwnName(TensorSchema tensor) => tensor.Name[(tensor.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
