using System.Text.Json;

namespace GruGen.Tests.Reference;

/// <summary>
/// Sequences some of whose steps Keras masks. The features of such a step take no part, so they are replaced by the value that masks it,
/// and have no gradient.
/// </summary>
internal static class MaskedCase
{
    private const float MaskValue = -1;

    /// <summary>A <c>masked_*</c> case: one layer, forward and backward.</summary>
    public static Case OfEquations(string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        int inputSize = file.Number("input_size");
        var options = new GruOptions { Bidirectional = file.Metadata["bidirectional"] == "true", ResetAfter = file.Metadata["reset_after"] == "true" };
        ModelSchema schema = Schema(inputSize, file.Number("hidden_size"), options, repeats: !file.Metadata["masking"].EndsWith("its output is zero", StringComparison.Ordinal));
        var batch = new Batch(schema, file.Number("batch"), file.Number("steps"), Masked(file["input"].Values, file["mask"].Values, inputSize), file["grad_output"].Values)
        {
            FinalStateGradients = States("grad_h_n"),
        };
        var results = new Dictionary<string, double[]> { ["output"] = file["output"].Values, ["h_n"] = States("h_n"), ["grad.input"] = file["grad_input"].Values };
        foreach (TensorSchema tensor in schema.Tensors)
        {
            results.Add("grad." + tensor.Name, file["grad." + tensor.Name["gru1.".Length..]].Values);
        }

        return new Case(schema, tensor => file["param." + tensor["gru1.".Length..]].Values, batch, new Results(results));

        // [batch, directions · H] there, [directions, batch, H] here
        double[] States(string tensor) =>
        [
            .. from d in Enumerable.Range(0, options.Directions)
               from b in Enumerable.Range(0, file.Number("batch"))
               from value in file[tensor].Values.Skip((b * options.Directions + d) * schema.Layers[0].HiddenSize).Take(schema.Layers[0].HiddenSize)
               select value,
        ];
    }

    /// <summary>The case of Keras' own tests, in which a number stands for a tensor that has it everywhere.</summary>
    public static Case OfKeras()
    {
        JsonElement given = JsonCases.Of("keras")[0];
        int size = given.GetProperty("hidden_size").GetInt32(), batch = given.GetProperty("X").GetArrayLength();
        double[] inputs = Flat(given.GetProperty("X")), mask = Flat(given.GetProperty("mask")), outputs = Flat(given.GetProperty("Y"));
        int steps = mask.Length / batch, inputSize = inputs.Length / mask.Length;
        ModelSchema schema = Schema(inputSize, size, new GruOptions(), repeats: true);
        (double w, double r, double wb, double rb) = (Number("W"), Number("R"), Number("Wb"), Number("Rb"));
        return new Case(
            schema,
            tensor => [.. Enumerable.Repeat(tensor switch { "gru1.weight_ih_l0" => w, "gru1.weight_hh_l0" => r, "gru1.bias_ih_l0" => wb, _ => rb }, (int)schema.Tensors.Single(own => own.Name == tensor).Length)],
            new Batch(schema, batch, steps, Masked(inputs, mask, inputSize), new double[outputs.Length]),
            new Results(new() { ["output"] = outputs }));

        double Number(string key) => given.GetProperty(key).GetDouble();
    }

    private static ModelSchema Schema(int inputSize, int hiddenSize, GruOptions options, bool repeats) =>
        ModelSchema.ForFeatures("Masked", inputSize, LayerSchema.Gru(hiddenSize, SequenceOutput.EveryStep, options))
            .WithMaskValue(MaskValue)
            .With(repeats ? MaskedOutput.Repeat : MaskedOutput.Zero);

    private static double[] Masked(double[] inputs, double[] mask, int inputSize) =>
        [.. inputs.Select((value, i) => mask[i / inputSize] == 0 ? MaskValue : value)];

    private static double[] Flat(JsonElement values) =>
        values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray().SelectMany(Flat)] : [values.GetDouble()];
}
