using System.Collections.Immutable;
using System.Globalization;

namespace GruGen;

/// <summary>
/// What a file says of itself in its metadata: whether it is a model's or a trainer's, and of each layer the options that change its
/// numbers and that no tensor shows. The keys and words are a format of its own, docs/files.md, and do not follow the names of types. A
/// file without them, such as one of PyTorch's, says nothing and is believed.
/// </summary>
internal sealed partial class FileContent
{
    private const string VersionKey = "layers.version", Version = "1", LayersKey = "layers", ContentKey = "content";
    private const string Model = "model", Trainer = "trainer", Mask = "mask";

    private readonly ModelSchema _schema;
    private readonly string _content;

    private FileContent(ModelSchema schema, string content) => (_schema, _content) = (schema, content);

    /// <summary>The parameters of a model.</summary>
    public static FileContent OfModel(ModelSchema schema) => new(schema, Model);

    /// <summary>The parameters of a model and the state of its training.</summary>
    public static FileContent OfTrainer(ModelSchema schema) => new(schema, Trainer);

    /// <summary>Whether a file has a checksum: one of training, from which a program goes on without anybody having looked at it.</summary>
    public bool HasChecksum => _content == Trainer;

    /// <summary>The strings that say so.</summary>
    public ImmutableDictionary<string, string> Metadata() => ImmutableDictionary.CreateRange(
        StringComparer.Ordinal,
        [
            new("format", "pt"), .. Options(_schema), new(ContentKey, _content), new(VersionKey, Version), new(LayersKey, Layers(_schema)),
        ]);

    /// <summary>Checks that a file is of this kind, if it says what it is.</summary>
    /// <exception cref="InvalidDataException">It is of the other.</exception>
    public void CheckKind(IReadOnlyDictionary<string, string> metadata, string source)
    {
        if (metadata.ContainsKey(VersionKey) && metadata.TryGetValue(ContentKey, out string? content) && content != _content)
        {
            throw new InvalidDataException(content switch
            {
                Trainer => $"{source} is a trainer's: it has the state of training beside the parameters, and Trainer.Restore reads it.",
                Model => $"{source} is a model's: it has no state of training, and Load or LoadParameters of {_schema.Name} reads it.",
                _ => $"{source} has '{content}' as its content, but '{_content}' is expected.",
            });
        }
    }

    /// <summary>Checks that the layers of a file, if it says what they are, compute what those of the model compute.</summary>
    /// <exception cref="InvalidDataException">They do not; the first difference is named.</exception>
    public void CheckLayers(IReadOnlyDictionary<string, string> metadata, string source)
    {
        if (!metadata.TryGetValue(VersionKey, out string? version))
        {
            return;
        }

        if (version != Version)
        {
            throw new InvalidDataException(
                $"{source} describes its layers in version {version} of the format, but this library knows version {Version}.");
        }

        string layers = Layers(_schema);
        Dictionary<string, string> options = new(Options(_schema).Append(new(LayersKey, layers)), StringComparer.Ordinal);
        if (Text(LayersKey) != layers)
        {
            throw new InvalidDataException(
                $"{source} does not fit {_schema.Name}: its layers are {Text(LayersKey)}, but the model's are {layers}.");
        }

        foreach (string key in options.Keys.Concat(metadata.Keys.Where(IsOfLayer)))
        {
            string inFile = Text(key), inModel = options.GetValueOrDefault(key, "not known");
            if (inFile != inModel)
            {
                int dot = key.IndexOf('.', StringComparison.Ordinal);
                (string layer, string option) = (key[..dot], key[(dot + 1)..]);
                throw new InvalidDataException(
                    $"{source} does not fit {_schema.Name}: '{option}' of {layer} is {inFile} in the file, but {inModel} in the model.");
            }
        }

        string Text(string key) => metadata.GetValueOrDefault(key, "not given");

        bool IsOfLayer(string key) =>
            key.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot
            && _schema.Layers.Select(layer => layer.Name).Append(Mask).Any(name => key.AsSpan(0, dot).SequenceEqual(name));
    }

    /// <summary>The layers in their order, without dropout, which is at work in training only.</summary>
    private static string Layers(ModelSchema schema) =>
        string.Join(' ', schema.Layers.Where(layer => layer.Kind != LayerKind.Dropout).Select(layer => layer.Name));

    private static IEnumerable<KeyValuePair<string, string>> Options(ModelSchema schema)
    {
        foreach (LayerSchema layer in schema.Layers)
        {
            foreach ((string name, string value) in OptionsOf(layer))
            {
                yield return new($"{layer.Name}.{name}", value);
            }

            foreach ((string name, string value) in Reading(schema, layer))
            {
                yield return new($"{layer.Name}.{name}", value);
            }
        }

        if (schema.MaskValue is { } mask)
        {
            yield return new($"{Mask}.value", Word(mask));
        }

        if (schema.RepeatsOutputs)
        {
            yield return new($"{Mask}.output", "repeat");
        }
    }

    /// <summary>What a layer reads, and whether it is an output, where that is not as in a stack.</summary>
    private static IEnumerable<(string Name, string Value)> Reading(ModelSchema schema, LayerSchema layer)
    {
        if (layer.Kind == LayerKind.Dropout)
        {
            yield break;
        }

        LayerSchema? before = schema.Layers.TakeWhile(other => other != layer).LastOrDefault(other => other.Kind != LayerKind.Dropout);
        string from = string.Join(' ', layer.From.Select(source => Below(schema, source)));
        if (from != (before?.Name ?? LayerNames.Input))
        {
            yield return ("from", from);
        }

        if (layer.Combine == Combine.Sum && layer.From.Length > 1)
        {
            yield return ("combine", "sum");
        }

        if (layer.IsOutput && layer != schema.Layers[^1])
        {
            yield return ("output", "true");
        }
    }

    /// <summary>The layer of a name, or the one below it, or several, where it is dropout.</summary>
    private static string Below(ModelSchema schema, string name) =>
        schema.Layers.FirstOrDefault(layer => layer.Name == name) is { Kind: LayerKind.Dropout } dropout
            ? string.Join('+', dropout.From.Select(source => Below(schema, source)))
            : name;

    private static IEnumerable<(string Name, string Value)> OptionsOf(LayerSchema layer)
    {
        switch (layer)
        {
            case { Kind: LayerKind.Embedding }:
                yield return ("padding_token", layer.PaddingToken < 0 ? "none" : layer.PaddingToken.ToString(CultureInfo.InvariantCulture));
                break;
            case { Options: { } gru }:
                yield return ("direction", gru.Bidirectional ? "both" : gru.Reverse ? "reverse" : "forward");
                if (gru.Bidirectional)
                {
                    yield return ("merge", Word(gru.Merge));
                }

                yield return ("reset", gru.ResetAfter ? "after" : "before");
                yield return ("update", gru.UpdateGate == UpdateGate.Replace ? "replace" : "keep");
                foreach ((string Name, string Value) option in Activations(GruActivations.Of(gru)))
                {
                    yield return option;
                }

                foreach ((string name, string value) in OfReverse(gru))
                {
                    yield return ("reverse_" + name, value);
                }

                if (gru.Clip > 0)
                {
                    yield return ("clip", Word(gru.Clip));
                }

                yield return ("residual", Word(gru.Residual));
                break;
            case { Kind: LayerKind.Dense }:
                yield return ("activation", Word(layer.Activation));
                yield return ("residual", Word(layer.Residual));
                break;
            case { Kind: LayerKind.LayerNorm or LayerKind.BatchNorm }:
                yield return ("epsilon", layer.Epsilon.ToString("R", CultureInfo.InvariantCulture));
                break;
            case { Kind: LayerKind.Pool }:
                yield return ("pooling", Word(layer.Pooling));
                if (layer.Window > 0)
                {
                    yield return ("window", layer.Window.ToString(CultureInfo.InvariantCulture));
                    yield return ("stride", layer.Stride.ToString(CultureInfo.InvariantCulture));
                }

                break;
            case { Kind: LayerKind.Conv1D }:
                yield return ("activation", Word(layer.Activation));
                yield return ("dilation", layer.Dilation.ToString(CultureInfo.InvariantCulture));
                yield return ("padding", Word(layer.Padding));
                if (layer.Stride > 1)
                {
                    yield return ("stride", layer.Stride.ToString(CultureInfo.InvariantCulture));
                }

                break;
        }
    }

    /// <summary>
    /// The activations of a direction, and the numbers of those that have some: hard sigmoids as two words, or with numbers.
    /// </summary>
    private static IEnumerable<(string Name, string Value)> Activations(GruActivations activations)
    {
        (Activation function, ActivationParameters numbers, GateActivation gates, ActivationParameters gateNumbers) = activations;
        foreach ((string name, string word, ActivationParameters own) in new[]
        {
            ("activation", function == Activation.HardSigmoid ? HardSigmoid(numbers) : Word(function), numbers),
            ("gate_activation", Word(gates, gateNumbers), gateNumbers),
        })
        {
            yield return (name, word);
            bool saysNumbers = !word.StartsWith("hard_sigmoid_", StringComparison.Ordinal);
            if (saysNumbers && own.Alpha is { } alpha)
            {
                yield return (name + "_alpha", Word(alpha));
            }

            if (saysNumbers && own.Beta is { } beta)
            {
                yield return (name + "_beta", Word(beta));
            }
        }
    }

    /// <summary>What the second direction has otherwise than the first.</summary>
    private static IEnumerable<(string Name, string Value)> OfReverse(GruOptions options) => !options.Bidirectional
        ? []
        : Activations(GruActivations.OfReverse(options)).Except(Activations(GruActivations.Of(options)));

    /// <summary>A number as the float that it is computed with.</summary>
    private static string Word(double number) => ((float)number).ToString("R", CultureInfo.InvariantCulture);

    private static string Word(bool value) => value ? "true" : "false";
}
