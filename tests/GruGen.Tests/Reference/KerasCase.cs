using System.Text.Json;

namespace GruGen.Tests.Reference;

/// <summary>A <c>keras_*</c> case: the outputs of a Keras model.</summary>
internal static class KerasCase
{
    public static Case Read(string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        using JsonDocument config = JsonDocument.Parse(file.Metadata["config"]);

        // keras.<layer>/…: the layers stand in the file as they do in the model
        Dictionary<string, ReferenceFile.Tensor>[] weights =
        [
            .. file.Tensors.Where(tensor => tensor.Key.StartsWith("keras.", StringComparison.Ordinal))
                .GroupBy(tensor => tensor.Key.Split('/')[0], (_, tensors) => tensors.ToDictionary()),
        ];
        SequenceOutput output = file["output"].Shape.Length == 3 ? SequenceOutput.EveryStep : SequenceOutput.Final;
        LayerSchema[] layers = [.. config.RootElement.EnumerateArray().Zip(weights, (layer, tensors) => Layer(layer, tensors, output))];

        int[] shape = file["input"].Shape; // [batch, steps] of tokens, [batch, steps, features]
        ModelSchema schema = shape.Length == 2 ? ModelSchema.ForTokens("Keras", layers) : ModelSchema.ForFeatures("Keras", shape[2], layers);
        double[] outputs = file["output"].Values;
        var batch = new Batch(schema, shape[0], shape[1], file["input"].Values, new double[outputs.Length]);
        if (schema.Layers is [{ Options.Reverse: true, Output: SequenceOutput.EveryStep }])
        {
            outputs = InTheOrderOfSteps(outputs, batch);
        }

        return new Case(schema, Parameter, batch, new Results(new() { ["output"] = outputs }));

        double[] Parameter(string tensor) => KerasWeights.Of(tensor, (layer, kerasName, backward) =>
            Find(weights[schema.Layers.Select(own => own.Name).ToList().IndexOf(layer)], kerasName, backward));
    }

    private static LayerSchema Layer(JsonElement config, Dictionary<string, ReferenceFile.Tensor> weights, SequenceOutput output)
    {
        return Text("class") switch
        {
            "Embedding" => LayerSchema.Embedding(Number("input_dim"), Number("output_dim"), Is("mask_zero") ? 0 : -1),
            "Dense" => LayerSchema.Dense(Number("units"), Enum.Parse<Activation>(Text("activation"), ignoreCase: true)),
            "GRU" => LayerSchema.Gru(Number("units"), Is("return_sequences") ? SequenceOutput.EveryStep : SequenceOutput.Final, new GruOptions
            {
                Reverse = Is("go_backwards"),
                ResetAfter = Is("reset_after"),
                Bias = Is("use_bias"),
            }),

            // the config of a wrapper does not say what it wraps: it is the default GRU, and the last layer
            "Bidirectional" => LayerSchema.Gru(Find(weights, "recurrent_kernel", backward: false).Shape[0], output, new GruOptions
            {
                Bidirectional = true,
                Merge = Text("merge_mode") switch
                {
                    "concat" => Merge.Concat,
                    "sum" => Merge.Sum,
                    "mul" => Merge.Multiply,
                    _ => Merge.Average,
                },
            }),
            string other => throw new InvalidDataException($"There is no layer '{other}' here."),
        };

        string Text(string name) => config.GetProperty(name).GetString()!;
        int Number(string name) => config.GetProperty(name).GetInt32();
        bool Is(string name) => config.GetProperty(name).GetBoolean();
    }

    private static ReferenceFile.Tensor Find(Dictionary<string, ReferenceFile.Tensor> weights, string name, bool backward) =>
        weights.Single(tensor => tensor.Key.EndsWith("/" + name, StringComparison.Ordinal)
            && tensor.Key.Contains("/backward_", StringComparison.Ordinal) == backward).Value;

    /// <summary>Keras hands out the steps of a layer that goes backwards in the order in which it met them.</summary>
    private static double[] InTheOrderOfSteps(double[] outputs, Batch batch) =>
        [.. outputs.Chunk(batch.Schema.OutputSize).Chunk(batch.Steps).SelectMany(sequence => sequence.Reverse()).SelectMany(step => step)];
}
