namespace GruGen.Tests.Reference;

/// <summary>
/// A <c>conv_*</c> case: PyTorch's <c>conv1d</c>, alone or below a GRU and a Dense layer, forward and
/// backward from the loss Σ output·g.
/// </summary>
internal static class TorchConvCase
{
    public static Case Read(string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        bool isAlone = file.Metadata["kind"] == "conv1d";
        SequenceOutput output = file.Metadata.GetValueOrDefault("output") == "every step" ? SequenceOutput.EveryStep : SequenceOutput.Final;
        LayerSchema convolution = LayerSchema.Conv1D(
            file.Number(isAlone ? "units" : "channels"),
            file.Number("kernel_size"),
            Enum.Parse<Activation>(file.Metadata["activation"], ignoreCase: true),
            file.Number("dilation"),
            Enum.Parse<ConvPadding>(file.Metadata["padding"], ignoreCase: true),
            bias: file.Metadata.GetValueOrDefault("bias") != "false",
            stride: file.Number("stride"));
        LayerSchema[] above = isAlone ? [] : [LayerSchema.Gru(file.Number("hidden_size"), output), LayerSchema.Dense(file.Number("outputs"))];
        ModelSchema schema = ModelSchema.ForFeatures("Convolution", file.Number("input_size"), [convolution, .. above]);
        var batch = new Batch(schema, file.Number("batch"), file.Number("steps"), file["input"].Values, file["grad_output"].Values)
        {
            Lengths = file.Tensors.GetValueOrDefault("lengths")?.Integers,
        };
        var results = new Dictionary<string, double[]> { ["output"] = file["output"].Values, ["grad.input"] = file["grad_input"].Values };
        foreach (TensorSchema tensor in schema.Tensors)
        {
            results.Add("grad." + tensor.Name, file["grad." + TorchName(tensor.Name)].Values);
        }

        return new Case(schema, tensor => file["param." + TorchName(tensor)].Values, batch, new Results(results));

        string TorchName(string tensor) => isAlone ? tensor["conv1.".Length..] : tensor;
    }
}
