using System.Globalization;

namespace GruGen;

/// <summary>Writes a model as it is declared: a partial class with the attributes of its layers.</summary>
internal static class ModelDeclaration
{
    private const int LineWidth = 120;

    private static readonly NumberFormatInfo s_thousands = new() { NumberGroupSeparator = "_" };

    /// <summary>The file. Only what differs from the default of an attribute is given.</summary>
    public static string Write(ModelSchema schema, string typeName, string @namespace)
    {
        string[] lines =
        [
            "using GruGen;",
            "",
            .. @namespace.Length == 0 ? Array.Empty<string>() : [$"namespace {@namespace};", ""],
            Attribute("GruModel", OfModel(schema)),
            .. schema.Layers.Select((layer, i) => Attribute(layer.Kind.ToString(), [.. Of(schema, layer), .. Reading(schema, i)])),
            $"internal sealed partial class {typeName};",
            "",
        ];
        return string.Join('\n', lines);
    }

    /// <summary>A name as C# writes it: <c>@</c> stands before one that may be a keyword.</summary>
    /// <exception cref="ArgumentException">It is no name of C#.</exception>
    public static string Identifier(string name, string parameter)
    {
        bool isName = name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c == '_');
        return !isName ? throw new ArgumentException($"'{name}' is no name that C# allows.", parameter)
            : name.All(char.IsAsciiLetterLower) ? "@" + name
            : name;
    }

    private static IEnumerable<string> OfModel(ModelSchema schema) =>
    [
        schema.ReadsTokens ? "" : $"inputSize: {Whole(schema.InputSize)}",
        Unless(Initialization.PyTorch, schema.Initialization),
        schema.MaskValue is { } mask ? $"{nameof(schema.MaskValue)} = {Number(mask)}" : "",
        Unless(MaskedOutput.Zero, schema.MaskedOutput),
        Unless(WeightFormat.Float32, schema.WeightFormat),
    ];

    private static IEnumerable<string> Of(ModelSchema schema, LayerSchema layer) => layer.Kind switch
    {
        LayerKind.Embedding =>
        [
            Whole(layer.InputSize), Whole(layer.OutputSize),
            layer.PaddingToken < 0 ? "" : $"{nameof(layer.PaddingToken)} = {Whole(layer.PaddingToken)}",
        ],
        LayerKind.Gru =>
            [Whole(layer.HiddenSize), .. Of(layer.Options!), SaysEveryStep(schema, layer) ? "Output = SequenceOutput.EveryStep" : ""],
        LayerKind.Dense =>
        [
            Whole(layer.OutputSize),
            layer.Activation == Activation.Linear ? "" : $"{nameof(Activation)}.{layer.Activation}",
            layer.Bias ? "" : "Bias = false",
            layer.Residual ? "Residual = true" : "",
        ],
        LayerKind.Conv1D =>
        [
            Whole(layer.OutputSize), Whole(layer.KernelSize),
            layer.Dilation == 1 ? "" : $"{nameof(layer.Dilation)} = {Whole(layer.Dilation)}",
            layer.Padding == default ? "" : $"{nameof(layer.Padding)} = {nameof(ConvPadding)}.{layer.Padding}",
            layer.Stride == 1 ? "" : $"{nameof(layer.Stride)} = {Whole(layer.Stride)}",
            Unless(Activation.Linear, layer.Activation),
            layer.Bias ? "" : "Bias = false",
        ],
        LayerKind.Dropout => [Number(layer.Rate)],
        LayerKind.LayerNorm or LayerKind.BatchNorm => [layer.Epsilon == 1e-5 ? "" : $"{nameof(layer.Epsilon)} = {Number(layer.Epsilon)}"],
        LayerKind.PReLU or LayerKind.Join => [],
        LayerKind.Pool =>
        [
            $"{nameof(Pooling)}.{layer.Pooling}",
            layer.Window == 0 ? "" : $"{nameof(layer.Window)} = {Whole(layer.Window)}",
            layer.Stride == layer.Window ? "" : $"{nameof(layer.Stride)} = {Whole(layer.Stride)}",
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer.Kind, "There is no attribute for it."),
    };

    /// <summary>The name of a layer and what it reads, where that is not as in a stack.</summary>
    private static IEnumerable<string> Reading(ModelSchema schema, int i)
    {
        LayerSchema layer = schema.Layers[i];
        bool readsBefore = layer.From is [var source] && source == (i == 0 ? LayerNames.Input : schema.Layers[i - 1].Name);
        return
        [
            layer.Name == LayerGraph.UsualName(schema.Layers, i) ? "" : $"{nameof(layer.Name)} = \"{layer.Name}\"",
            readsBefore ? "" : $"{nameof(layer.From)} = [\"{string.Join("\", \"", layer.From)}\"]",
            layer.From.Length == 1 ? "" : Unless(Combine.Concat, layer.Combine),
            layer.IsOutput && i < schema.Layers.Length - 1 ? $"{nameof(layer.IsOutput)} = true" : "",
        ];
    }

    private static IEnumerable<string> Of(GruOptions options) =>
    [
        options.Bidirectional ? "Bidirectional = true" : "",
        options.Bidirectional ? Unless(Merge.Concat, options.Merge) : "",
        options.Reverse ? "Reverse = true" : "",
        options.ResetAfter ? "" : "ResetAfter = false",
        Unless(UpdateGate.Keep, options.UpdateGate),
        options.Bias ? "" : "Bias = false",
        Unless(Activation.Tanh, options.Activation),
        Unless(GateActivation.Sigmoid, options.GateActivation),
        options is { Bidirectional: true, ReverseActivation: { } activation }
            ? $"{nameof(options.ReverseActivation)} = {nameof(Activation)}.{activation}" : "",
        options is { Bidirectional: true, ReverseGateActivation: { } gates }
            ? $"{nameof(options.ReverseGateActivation)} = {nameof(GateActivation)}.{gates}" : "",
        .. GruActivations.NumbersOf(options)
            .Where(number => number.IsUsed && (number.Name != nameof(options.Clip) || number.Value != 0))
            .Select(number => $"{number.Name} = {Number(number.Value)}"),
        Unless(InitialState.Zero, options.InitialState),
        options.Dropout == 0 ? "" : $"{nameof(options.Dropout)} = {Number(options.Dropout)}",
        options.RecurrentDropout == 0 ? "" : $"{nameof(options.RecurrentDropout)} = {Number(options.RecurrentDropout)}",
        options.Residual ? "Residual = true" : "",
    ];

    /// <summary>Below another layer that reads steps a GRU gives every step anyway.</summary>
    private static bool SaysEveryStep(ModelSchema schema, LayerSchema layer) =>
        layer.Output == SequenceOutput.EveryStep && !NeedsSteps(schema, layer.Name);

    private static bool NeedsSteps(ModelSchema schema, string name)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal); // what somebody reads who needs every step
        foreach (LayerSchema reader in schema.Layers.Reverse())
        {
            if (reader.Kind is LayerKind.Gru or LayerKind.Pool or LayerKind.Conv1D || needed.Contains(reader.Name))
            {
                needed.UnionWith(reader.From);
            }
        }

        return needed.Contains(name);
    }

    /// <summary>A property that has the name of its type.</summary>
    private static string Unless<T>(T usual, T value)
        where T : struct, Enum =>
        EqualityComparer<T>.Default.Equals(usual, value) ? "" : $"{typeof(T).Name} = {typeof(T).Name}.{value}";

    private static string Attribute(string name, IEnumerable<string> arguments)
    {
        string[] given = [.. arguments.Where(argument => argument.Length > 0)];
        string line = given.Length == 0 ? $"[{name}]" : $"[{name}({string.Join(", ", given)})]";
        return line.Length <= LineWidth ? line : $"[{name}(\n    {string.Join(",\n    ", given)})]";
    }

    private static string Whole(int value) =>
        value < 10_000 ? value.ToString(CultureInfo.InvariantCulture) : value.ToString("#,0", s_thousands);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The few digits of a float, if a double of them is rounded to it again.</summary>
    private static string Number(float value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return (float)double.Parse(text, CultureInfo.InvariantCulture) == value ? text : Number((double)value);
    }
}
