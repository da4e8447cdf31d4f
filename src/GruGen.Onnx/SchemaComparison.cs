using System.Globalization;

namespace GruGen.Onnx;

/// <summary>Finds for each layer of a model the one of a file that stands in its place, and says in sentences what differs.</summary>
internal sealed class SchemaComparison
{
    private const string Learned = "learned", Zeros = "zeros";

    private readonly Dictionary<string, LayerSchema> _inFile = new(StringComparer.Ordinal);
    private readonly List<string> _differences = [];

    private SchemaComparison(ModelSchema file, ModelSchema model)
    {
        (LayerSchema[] fileLayers, LayerSchema[] layers) = (Layers(file), Layers(model));
        Compare("the input", "reads", Input(file), Input(model));
        var names = new Dictionary<string,
            string>(StringComparer.Ordinal)
        { [LayerNames.Input] = LayerNames.Input }; // the model's by the file's
        List<LayerSchema> left = [.. fileLayers];
        foreach (LayerSchema layer in layers)
        {
            // One of its kind that reads the same, and among those one that is the same; otherwise the next one of its kind.
            LayerSchema[] alike = [.. left.Where(other => other.Kind == layer.Kind)];
            LayerSchema[] wired = [.. alike.Where(other => Wiring(file, other, names) == Wiring(model, layer))];
            LayerSchema? found = wired.FirstOrDefault(other => Options(other).SequenceEqual(Options(layer))) ?? wired.FirstOrDefault()
                ?? alike.FirstOrDefault();
            if (found is not null)
            {
                left.Remove(found);
                _inFile.Add(layer.Name, found);
                names.Add(found.Name, layer.Name);
            }
        }

        if (left.Count > 0 || _inFile.Count < layers.Length)
        {
            Compare("the model", "layers", Names(fileLayers), Names(layers));
        }

        foreach (LayerSchema layer in layers.Where(layer => _inFile.ContainsKey(layer.Name)))
        {
            LayerSchema other = _inFile[layer.Name];
            Compare(layer.Name, "reads", Wiring(file, other, names), Wiring(model, layer));
            foreach (((string option, string inFile), (_, string inModel)) in Options(other).Zip(Options(layer)))
            {
                Compare(layer.Name, option, inFile, inModel);
            }
        }

        Compare("the input", "mask value", Number(file.MaskValue), Number(model.MaskValue));
    }

    /// <summary>All differences between the file and the model; none if both compute the same.</summary>
    public IReadOnlyList<string> Differences => _differences;

    public static SchemaComparison Of(ModelSchema file, ModelSchema model) => new(file, model);

    /// <summary>The layer of the file in the place of one of the model.</summary>
    public LayerSchema InFile(string layer) => _inFile[layer];

    /// <summary>
    /// Whether σ(−a) = 1 − σ(a) for the gates of a layer: then h' = (1 − z) ∘ h + z ∘ n with the weights of z negated is the other form.
    /// </summary>
    public static bool IsSymmetric(GruOptions options) => new[] { GruActivations.Of(options), GruActivations.OfReverse(options) }.All(of =>
        of.Gates == GateActivation.Sigmoid
        || (of.Gates is GateActivation.HardSigmoid or GateActivation.HardSigmoidKeras2 && (float)of.GateParameters.Beta!.Value == 0.5f));

    private void Compare(string layer, string option, string file, string model)
    {
        // A learned state may have been left at zeros.
        if (file != model && (file, model) != (Zeros, Learned))
        {
            _differences.Add($"{layer}: {option} {file} in the file, {model} in the model");
        }
    }

    /// <summary>
    /// The layers that compute something, and those that are outputs; what only joins others is a matter of who reads it.
    /// </summary>
    private static LayerSchema[] Layers(ModelSchema schema) =>
        [.. schema.Layers.Where(layer => layer.Kind != LayerKind.Dropout && (layer.Kind != LayerKind.Join || layer.IsOutput))];

    private static string Names(LayerSchema[] layers) => string.Join(' ', layers.Select(layer => layer.Name));

    private static string Input(ModelSchema schema) => schema.ReadsTokens ? $"{schema.InputSize} tokens" : $"{schema.InputSize} features";

    /// <summary>What a layer reads, by names of the model.</summary>
    private static string Wiring(ModelSchema schema, LayerSchema layer, Dictionary<string, string>? names = null)
    {
        string[] sources = [.. layer.From.Select(source => Source(schema, source, names))];
        return layer.Combine == Combine.Sum && sources.Length > 1
            ? $"({string.Join(" + ", sources.Order(StringComparer.Ordinal))})" : string.Join(", ", sources);
    }

    /// <summary>A layer by its name; a dropout or a join by what it reads.</summary>
    private static string Source(ModelSchema schema, string source, Dictionary<string, string>? names) =>
        schema.Layers.FirstOrDefault(layer => layer.Name == source) is { Kind: LayerKind.Dropout or LayerKind.Join } through
            ? Wiring(schema, through, names) : names?.GetValueOrDefault(source, source) ?? source;

    private static IEnumerable<(string Option, string Value)> Options(LayerSchema layer)
    {
        yield return ("input size", Number(layer.InputSize));
        yield return ("size", Number(layer.Options is null ? layer.OutputSize : layer.HiddenSize));
        yield return ("gives", layer.Output == SequenceOutput.Final ? "one vector of a sequence" : "every step");
        yield return ("is an output", YesNo(layer.IsOutput));
        switch (layer)
        {
            case { Options: { } gru }:
                yield return ("direction", gru.Bidirectional ? "both" : gru.Reverse ? "reverse" : "forward");
                yield return ("merge", gru.Bidirectional ? gru.Merge.ToString() : "none");
                yield return ("reset gate", gru.ResetAfter ? "after the product" : "before the product");
                yield return ("update gate", gru.UpdateGate == UpdateGate.Replace && !IsSymmetric(gru) ? "replaces" : "keeps");
                yield return ("bias", YesNo(gru.Bias));
                yield return ("activations", Text(GruActivations.Of(gru)));
                yield return ("activations of the backward direction", gru.Bidirectional ? Text(GruActivations.OfReverse(gru)) : "none");
                yield return ("clip", Number(gru.Clip));
                yield return ("first state", gru.InitialState == InitialState.Learned ? Learned : Zeros);
                yield return ("residual", YesNo(gru.Residual));
                break;
            case { Kind: LayerKind.Embedding }:
                yield return ("padding token", layer.PaddingToken < 0 ? "none" : Number(layer.PaddingToken));
                break;
            case { Kind: LayerKind.Dense or LayerKind.Conv1D }:
                yield return ("activation", layer.Activation.ToString());
                yield return ("bias", YesNo(layer.Bias));
                yield return ("residual", YesNo(layer.Residual));
                yield return ("kernel size", Number(layer.KernelSize));
                yield return ("dilation", Number(layer.Dilation));
                yield return ("padding", layer.KernelSize > 1 ? layer.Padding.ToString() : "none");
                yield return ("stride", Number(layer.Stride));
                break;
            case { Kind: LayerKind.Pool }:
                yield return ("pooling", layer.Pooling.ToString());
                yield return ("window", Number(layer.Window));
                yield return ("stride", Number(layer.Stride));
                break;
            default:
                yield return ("epsilon", Number(layer.Epsilon));
                break;
        }
    }

    private static string Text(GruActivations activations)
    {
        string gates = activations.Gates == GateActivation.HardSigmoidKeras2
            ? nameof(GateActivation.HardSigmoid) : activations.Gates.ToString();
        return $"{Text(activations.New.ToString(), activations.NewParameters)}, gates {Text(gates, activations.GateParameters)}";
    }

    private static string Text(string name, ActivationParameters parameters) => parameters switch
    {
        { Alpha: 1, Beta: 0 } => nameof(Activation.Linear),
        { Alpha: null, Beta: null } => name,
        { Beta: null } => $"{name}(α = {Number(parameters.Alpha)})",
        _ => $"{name}(α = {Number(parameters.Alpha)}, β = {Number(parameters.Beta)})",
    };

    private static string YesNo(bool value) => value ? "yes" : "no";

    /// <summary>A number as the float that it is computed with.</summary>
    private static string Number(double? value) =>
        value is { } number ? ((float)number).ToString("R", CultureInfo.InvariantCulture) : "none";
}
