namespace GruGen.Tests.Reference;

/// <summary>
/// A <c>batchnorm*</c> case: the first batch, normalised by the running averages of five, forward and backward from the loss Σ output·g.
/// Above it is a convolution that hands on each number as it is, because a normalisation alone is no model.
/// </summary>
internal static class TorchBatchNormCase
{
    public static Case Read(string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        int features = file.Number("features"), batch = file.Number("batch"), steps = file.Number("steps");
        double epsilon = double.Parse(file.Metadata["epsilon"], System.Globalization.CultureInfo.InvariantCulture);
        ModelSchema schema = ModelSchema.ForFeatures("Normalisation", features, LayerSchema.BatchNorm(epsilon), LayerSchema.Conv1D(features, 1));
        var inputs = new Batch(schema, batch, steps, file["batches"].Values[..(batch * steps * features)], file["grad_output"].Values)
        {
            Lengths = file.Tensors.GetValueOrDefault("lengths")?.Integers,
        };
        var results = new Results(new() { ["output"] = file["eval_output"].Values, ["grad.input"] = file["eval_grad_input"].Values });
        return new Case(schema, Parameter, inputs, results);

        double[] Parameter(string tensor) => tensor switch
        {
            "batchnorm1.weight" => file.Tensors.GetValueOrDefault("param.weight")?.Values ?? [.. Enumerable.Repeat(1.0, features)],
            "batchnorm1.bias" => file.Tensors.GetValueOrDefault("param.bias")?.Values ?? new double[features],
            "batchnorm1.running_mean" => file["running_mean_after_5"].Values,
            "batchnorm1.running_var" => file["running_var_after_5"].Values,
            "conv1.bias" => new double[features],
            _ => [.. Enumerable.Range(0, features * features).Select(i => i % (features + 1) == 0 ? 1.0 : 0)],
        };
    }
}
