using System.Globalization;
using System.Text.Json;

namespace GruGen.Tests.Reference;

/// <summary>
/// Layers in ONNX' terms: the equations of its GRU, differentiated by PyTorch, and the cases of ONNX Runtime's and OpenVINO's own tests,
/// whose gates lie as z, r, h.
/// </summary>
internal static class OnnxCase
{
    private static readonly string[] WithAlpha = ["Elu", "LeakyRelu", "ScaledTanh", "Affine", "HardSigmoid"], WithBeta = ["ScaledTanh", "Affine", "HardSigmoid"];

    /// <summary>A <c>onnx_*</c> case of ONNX' equations: one layer, forward and backward.</summary>
    public static Case OfEquations(string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        (string gates, string activation) = (file.Metadata["gate_activation"], file.Metadata["activation"]);
        var options = new GruOptions
        {
            ResetAfter = file.Metadata["reset_after"] == "true",
            Reverse = file.Metadata["direction"] == "reverse",
            Activation = Enum.Parse<Activation>(activation),
            ActivationAlpha = Number("alpha", WithAlpha.Contains(activation)),
            ActivationBeta = Number("beta", WithBeta.Contains(activation)),
            GateActivation = Enum.Parse<GateActivation>(gates),
            GateActivationAlpha = Number("gate_alpha", WithAlpha.Contains(gates)),
            GateActivationBeta = Number("gate_beta", WithBeta.Contains(gates)),
            Clip = Number("clip", isThere: true)!.Value,
        };
        ModelSchema schema = ModelSchema.ForFeatures(
            "Onnx", file.Number("input_size"), LayerSchema.Gru(file.Number("hidden_size"), SequenceOutput.EveryStep, options));
        var batch = new Batch(schema, file.Number("batch"), file.Number("steps"), file["input"].Values, file["grad_output"].Values)
        {
            InitialStates = file["h0"].Values,
            FinalStateGradients = file["grad_h_n"].Values,
            Lengths = file.Tensors.GetValueOrDefault("lengths")?.Integers,
        };
        var results = new Dictionary<string, double[]>
        {
            ["output"] = file["output"].Values,
            ["h_n"] = file["h_n"].Values,
            ["grad.h0"] = file["grad_h0"].Values,
            ["grad.input"] = file["grad_input"].Values,
        };
        foreach (TensorSchema tensor in schema.Tensors)
        {
            results.Add("grad." + tensor.Name, file["grad." + tensor.Name["gru1.".Length..]].Values);
        }

        return new Case(schema, tensor => file["param." + tensor["gru1.".Length..]].Values, batch, new Results(results));

        double? Number(string key, bool isThere) => isThere ? double.Parse(file.Metadata[key], CultureInfo.InvariantCulture) : null;
    }

    /// <summary>A case of another project's tests: outputs and final states from weights [directions, 3H, …].</summary>
    public static Case OfProject(string project, string name)
    {
        JsonElement given = JsonCases.Of(project).Single(each => each.GetProperty("name").GetString() == name);
        int size = given.GetProperty("hidden_size").GetInt32();
        int[] shape = Shape(given.GetProperty("X")); // [steps, batch, inputs]
        GruOptions options = Options(given);
        SequenceOutput output = given.TryGetProperty("Y", out JsonElement outputs) ? SequenceOutput.EveryStep : SequenceOutput.Final;
        ModelSchema schema = ModelSchema.ForFeatures("Onnx", shape[2], LayerSchema.Gru(size, output, options));
        double[] initial = Values("initial_h", options.Directions * shape[1] * size);
        var results = new Dictionary<string, double[]> { ["h_n"] = Values("Y_h", initial.Length) };
        if (output == SequenceOutput.EveryStep)
        {
            results.Add("output", InOrderOfSequences(Flat(outputs), shape[0], options.Directions, shape[1], size));
        }

        double[] inputs = InOrderOfSequences(Values("X", 0), shape[0], 1, shape[1], shape[2]);
        var batch = new Batch(schema, shape[1], shape[0], inputs, new double[shape[1] * (output == SequenceOutput.EveryStep ? shape[0] : 1) * schema.OutputSize])
        {
            InitialStates = initial,
        };
        return new Case(schema, Parameter, batch, new Results(results));

        double[] Parameter(string tensor)
        {
            int direction = tensor.EndsWith("_reverse", StringComparison.Ordinal) ? 1 : 0;
            double[] biases = Part("Wb", 3 * size, direction), others = Part("Rb", 3 * size, direction);
            return InOurOrder(tensor["gru1.".Length..] switch
            {
                ['w', .., 'i', 'h', '_', _, _] or "weight_ih_l0_reverse" => Part("W", 3 * size * shape[2], direction),
                ['w', ..] => Part("R", 3 * size * size, direction),
                ['b', .., 'h', 'h', '_', _, _] or "bias_hh_l0_reverse" => others,
                _ => options.ResetAfter ? biases : [.. biases.Zip(others, (a, b) => a + b)],
            });
        }

        double[] Part(string key, int length, int direction) => Values(key, options.Directions * length).AsSpan(direction * length, length).ToArray();

        double[] Values(string key, int length)
        {
            double[] values = Flat(given.GetProperty(key));
            return values.Length == 1 && length > 1 ? [.. Enumerable.Repeat(values[0], length)] : values;
        }
    }

    /// <summary>Functions come as gates, new gate, and again for the second direction; α and β only of those that have them.</summary>
    private static GruOptions Options(JsonElement given)
    {
        string[] functions = given.TryGetProperty("activations", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : ["Sigmoid", "Tanh"];
        Queue<double> alphas = Numbers("activation_alpha"), betas = Numbers("activation_beta");
        (double? Alpha, double? Beta)[] numbers =
        [
            .. functions.Select(function => (
                WithAlpha.Contains(function) ? alphas.Dequeue() : (double?)null,
                WithBeta.Contains(function) ? betas.Dequeue() : (double?)null)),
        ];
        var options = new GruOptions
        {
            ResetAfter = given.TryGetProperty("linear_before_reset", out JsonElement after) && after.GetInt32() == 1,
            GateActivation = Enum.Parse<GateActivation>(functions[0]),
            GateActivationAlpha = numbers[0].Alpha,
            GateActivationBeta = numbers[0].Beta,
            Activation = Enum.Parse<Activation>(functions[1]),
            ActivationAlpha = numbers[1].Alpha,
            ActivationBeta = numbers[1].Beta,
            Clip = given.TryGetProperty("clip", out JsonElement clip) ? clip.GetDouble() : 0,
        };
        return functions.Length == 2 ? options : options with
        {
            Bidirectional = true,
            ReverseGateActivation = Enum.Parse<GateActivation>(functions[2]),
            ReverseGateActivationAlpha = numbers[2].Alpha,
            ReverseGateActivationBeta = numbers[2].Beta,
            ReverseActivation = Enum.Parse<Activation>(functions[3]),
            ReverseActivationAlpha = numbers[3].Alpha,
            ReverseActivationBeta = numbers[3].Beta,
        };

        Queue<double> Numbers(string key) => new(given.TryGetProperty(key, out JsonElement values) ? Flat(values) : []);
    }

    /// <summary>[steps, directions, batch, size] as [batch, steps, directions, size].</summary>
    private static double[] InOrderOfSequences(double[] values, int steps, int directions, int batch, int size) =>
    [
        .. from b in Enumerable.Range(0, batch)
           from t in Enumerable.Range(0, steps)
           from d in Enumerable.Range(0, directions)
           from value in values.Skip(((t * directions + d) * batch + b) * size).Take(size)
           select value,
    ];

    private static double[] InOurOrder(double[] gates)
    {
        int third = gates.Length / 3;
        return [.. gates[third..(2 * third)], .. gates[..third], .. gates[(2 * third)..]];
    }

    private static int[] Shape(JsonElement array) => array.ValueKind == JsonValueKind.Array ? [array.GetArrayLength(), .. Shape(array[0])] : [];

    private static double[] Flat(JsonElement values) =>
        values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray().SelectMany(Flat)] : [values.GetDouble()];
}
