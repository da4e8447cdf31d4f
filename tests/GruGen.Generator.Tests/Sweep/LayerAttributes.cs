using System.Globalization;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>The attributes of a model as a user writes them: only what is not so anyway.</summary>
internal static class LayerAttributes
{
    /// <summary>Without brackets: <c>GruModel(3), Gru(5), Dense(2)</c>.</summary>
    public static string Of(ModelSchema schema) =>
        string.Join(", ", schema.Layers.Select((layer, i) => With(Of(schema, layer), Wiring(schema, i))).Prepend(Model(schema)));

    private static string Model(ModelSchema schema)
    {
        string attribute = Attribute(
            "GruModel",
            schema.ReadsTokens ? "" : $"{schema.InputSize}",
            schema.Initialization == default ? "" : $"Initialization = Initialization.{schema.Initialization}",
            schema.MaskValue is { } value ? $"MaskValue = {Number(value)}" : "",
            schema.MaskedOutput == default ? "" : $"MaskedOutput = MaskedOutput.{schema.MaskedOutput}",
            schema.WeightFormat == default ? "" : $"WeightFormat = WeightFormat.{schema.WeightFormat}");
        return attribute.Replace("()", "", StringComparison.Ordinal);
    }

    /// <summary>The name of a layer and what it reads, where that is not as in a stack.</summary>
    private static IEnumerable<string> Wiring(ModelSchema schema, int i)
    {
        LayerSchema layer = schema.Layers[i];
        bool isStacked = layer.From is [var below] && below == (i == 0 ? "input" : schema.Layers[i - 1].Name);
        return
        [
            Usual(schema, i) == layer.Name ? "" : $"Name = \"{layer.Name}\"",
            isStacked ? "" : $"From = [\"{string.Join("\", \"", layer.From)}\"]",
            layer.Combine == default ? "" : $"Combine = Combine.{layer.Combine}",
            layer.IsOutput && i + 1 < schema.Layers.Length ? "IsOutput = true" : "",
        ];
    }

    private static string Usual(ModelSchema schema, int i)
    {
        LayerKind kind = schema.Layers[i].Kind;
        string word = kind == LayerKind.Conv1D ? "conv" : kind.ToString().ToLowerInvariant();
        return kind == LayerKind.Embedding ? word : word + schema.Layers.Take(i + 1).Count(layer => layer.Kind == kind);
    }

    private static string With(string attribute, IEnumerable<string> more)
    {
        string added = string.Join(", ", more.Where(text => text.Length > 0));
        return added.Length == 0 ? attribute : attribute.EndsWith(')') ? $"{attribute[..^1]}, {added})" : $"{attribute}({added})";
    }

    private static string Of(ModelSchema schema, LayerSchema layer) => layer.Kind switch
    {
        LayerKind.Embedding => Attribute("Embedding", $"{layer.InputSize}", $"{layer.OutputSize}", layer.PaddingToken < 0 ? "" : $"PaddingToken = {layer.PaddingToken}"),
        LayerKind.Dense => Attribute(
            "Dense", $"{layer.OutputSize}", layer.Activation == Activation.Linear ? "" : $"Activation.{layer.Activation}",
            layer.Bias ? "" : "Bias = false", layer.Residual ? "Residual = true" : ""),
        LayerKind.Dropout => Attribute("Dropout", Number(layer.Rate)),
        LayerKind.LayerNorm => layer.Epsilon == 1e-5 ? "LayerNorm" : Attribute("LayerNorm", $"Epsilon = {Number(layer.Epsilon)}"),
        LayerKind.PReLU => "PReLU",
        LayerKind.Pool => Attribute("Pool", $"Pooling.{layer.Pooling}"),
        LayerKind.Conv1D => Attribute(
            "Conv1D",
            $"{layer.OutputSize}",
            $"{layer.KernelSize}",
            layer.Dilation == 1 ? "" : $"Dilation = {layer.Dilation}",
            layer.Padding == default ? "" : $"Padding = ConvPadding.{layer.Padding}",
            layer.Activation == default ? "" : $"Activation = Activation.{layer.Activation}",
            layer.Bias ? "" : "Bias = false"),
        _ => Attribute("Gru", [$"{layer.HiddenSize}", .. Options(layer.Options!), SaysEveryStep(schema, layer) ? "Output = SequenceOutput.EveryStep" : ""]),
    };

    private static IEnumerable<string> Options(GruOptions options) =>
    [
        options.Bidirectional ? "Bidirectional = true" : "",
        options.Merge == default ? "" : $"Merge = Merge.{options.Merge}",
        options.Reverse ? "Reverse = true" : "",
        options.ResetAfter ? "" : "ResetAfter = false",
        options.UpdateGate == default ? "" : $"UpdateGate = UpdateGate.{options.UpdateGate}",
        options.Bias ? "" : "Bias = false",
        options.Activation == Activation.Tanh ? "" : $"Activation = Activation.{options.Activation}",
        options.GateActivation == default ? "" : $"GateActivation = GateActivation.{options.GateActivation}",
        Given("ActivationAlpha", options.ActivationAlpha),
        Given("ActivationBeta", options.ActivationBeta),
        Given("GateActivationAlpha", options.GateActivationAlpha),
        Given("GateActivationBeta", options.GateActivationBeta),
        options.ReverseActivation is { } activation ? $"ReverseActivation = Activation.{activation}" : "",
        Given("ReverseActivationAlpha", options.ReverseActivationAlpha),
        Given("ReverseActivationBeta", options.ReverseActivationBeta),
        options.ReverseGateActivation is { } gates ? $"ReverseGateActivation = GateActivation.{gates}" : "",
        Given("ReverseGateActivationAlpha", options.ReverseGateActivationAlpha),
        Given("ReverseGateActivationBeta", options.ReverseGateActivationBeta),
        options.Clip == 0 ? "" : $"Clip = {Number(options.Clip)}",
        options.InitialState == default ? "" : $"InitialState = InitialState.{options.InitialState}",
        options.Dropout == 0 ? "" : $"Dropout = {Number(options.Dropout)}",
        options.RecurrentDropout == 0 ? "" : $"RecurrentDropout = {Number(options.RecurrentDropout)}",
        options.Residual ? "Residual = true" : "",
    ];

    /// <summary>
    /// A layer that hands on every step says so only where it would not do so anyway, below another recurrent layer or a pooling one.
    /// </summary>
    private static bool SaysEveryStep(ModelSchema schema, LayerSchema layer) =>
        layer.Output == SequenceOutput.EveryStep && (schema.Outputs.Length > 1 || schema.Layers.Any(any => any.From.Length > 1)
            || layer == schema.Layers.Last(any => any.Kind is LayerKind.Gru or LayerKind.Pool or LayerKind.Conv1D));

    private static string Attribute(string name, params string[] arguments) => $"{name}({string.Join(", ", arguments.Where(text => text.Length > 0))})";

    private static string Given(string name, double? value) => value is { } given ? $"{name} = {Number(given)}" : "";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
