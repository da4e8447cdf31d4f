using System.Globalization;

namespace GruGen.Onnx;

/// <summary>Says in sentences what one model computes otherwise than another.</summary>
internal static class SchemaComparison
{
    private const string Learned = "learned";

    /// <summary>All differences between a file and a model; none if both compute the same.</summary>
    public static IReadOnlyList<string> Differences(ModelSchema file, ModelSchema model)
    {
        var differences = new List<string>();
        LayerSchema[] inFile = Layers(file), inModel = Layers(model);
        Compare("the input", "reads", Input(file), Input(model));
        if (!inFile.Select(layer => layer.Kind).SequenceEqual(inModel.Select(layer => layer.Kind)))
        {
            Compare("the model", "layers", Names(inFile), Names(inModel));
        }

        foreach (LayerSchema layer in inModel)
        {
            if (inFile.FirstOrDefault(other => other.Name == layer.Name) is { } other)
            {
                CompareLayers(layer.Name, other, layer);
            }
        }

        Compare("the input", "mask value", Number(file.MaskValue), Number(model.MaskValue));
        return differences;

        void Compare(string layer, string option, string file, string model)
        {
            // A learned state may have been left at zeros.
            if (file != model && (file, model) != ("zeros", Learned))
            {
                differences.Add($"{layer}: {option} {file} in the file, {model} in the model");
            }
        }

        void CompareLayers(string name, LayerSchema file, LayerSchema model)
        {
            foreach (((string option, string inFile), (_, string inModel)) in Options(file).Zip(Options(model)))
            {
                Compare(name, option, inFile, inModel);
            }
        }
    }

    private static LayerSchema[] Layers(ModelSchema schema) => [.. schema.Layers.Where(layer => layer.Kind != LayerKind.Dropout)];

    private static string Names(LayerSchema[] layers) => string.Join(' ', layers.Select(layer => layer.Name));

    private static string Input(ModelSchema schema) => schema.ReadsTokens ? $"{schema.InputSize} tokens" : $"{schema.InputSize} features";

    private static IEnumerable<(string Option, string Value)> Options(LayerSchema layer)
    {
        yield return ("input size", Number(layer.InputSize));
        yield return ("size", Number(layer.Options is null ? layer.OutputSize : layer.HiddenSize));
        yield return ("output", layer.Output == SequenceOutput.Final ? "of the whole sequence" : "of every step");
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
                yield return ("first state", gru.InitialState == InitialState.Learned ? Learned : "zeros");
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

    /// <summary>
    /// Whether σ(−a) = 1 − σ(a) for the gates of a layer: then h' = (1 − z) ∘ h + z ∘ n with the weights of z negated is the other form.
    /// </summary>
    public static bool IsSymmetric(GruOptions options) =>
        new[] { GruActivations.Of(options), GruActivations.OfReverse(options) }.All(activations =>
        activations.Gates == GateActivation.Sigmoid
        || (activations.Gates is GateActivation.HardSigmoid or GateActivation.HardSigmoidKeras2
            && (float)activations.GateParameters.Beta!.Value == 0.5f));

    private static string Text(GruActivations activations) =>
        $"{Text(activations.New.ToString(), activations.NewParameters)}, gates "
        + Text(activations.Gates == GateActivation.HardSigmoidKeras2 ? nameof(GateActivation.HardSigmoid)
            : activations.Gates.ToString(), activations.GateParameters);

    private static string Text(string name, ActivationParameters parameters) => parameters switch
    {
        { Alpha: 1, Beta: 0 } => nameof(Activation.Linear),
        { Alpha: null, Beta: null } => name,
        { Beta: null } => $"{name}(α = {Number(parameters.Alpha)})",
        _ => $"{name}(α = {Number(parameters.Alpha)}, β = {Number(parameters.Beta)})",
    };

    private static string YesNo(bool value) => value ? "yes" : "no";

    /// <summary>A number as the float that it is computed with.</summary>
    private static string Number(double? value) => value is { } number ? ((float)number).ToString("R", CultureInfo.InvariantCulture)
        : "none";
}
