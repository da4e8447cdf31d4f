using System.Text.Json;

namespace GruGen.Tool;

/// <summary>A layer of RTNeural's JSON.</summary>
/// <param name="Number">Its place.</param>
/// <param name="Json">What is said of it.</param>
/// <param name="Size">The size of its output.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Source">The file, for messages.</param>
internal sealed record RTNeuralLayer(int Number, JsonElement Json, int Size, IReadOnlyList<StoredTensor> Weights, string Source)
{
    private string Name => $"layers[{Number}]";

    /// <summary>A layer out of its JSON.</summary>
    public static RTNeuralLayer Of(JsonElement json, int number, string source)
    {
        IReadOnlyList<JsonElement> weights = json.Find("weights") is { } list ? ((JsonElement?)list).Items("A list of weights", source)
            : [];
        return new RTNeuralLayer(
            number,
            json,
            RTNeuralFile.Last(json.Find("shape"), source),
            [.. weights.Select((weight, i) => weight.Tensor($"layers[{number}].weights[{i}]", source))],
            source);
    }

    /// <summary>The layer.</summary>
    /// <param name="size">The size of a step of its input.</param>
    /// <param name="notes">Takes what is worth saying.</param>
    public DraftLayer Read(int size, List<string> notes)
    {
        string type = Json.Find("type").Text($"The type of {Name}", Source);
        string activation = Json.Find("activation") is { } text ? ((JsonElement?)text).Text($"The activation of {Name}", Source) : "";
        switch (type)
        {
            case "dense" or "time-distributed-dense":
                StoredTensor kernel = Weight(0, size, Size), bias = Weight(1, Size);
                Activation function = Function(activation);
                return new DraftLayer(
                    Name,
                    LayerSchema.Dense(Size, function),
                    TextbookEach.Dense(
                        Size, (o, i) => kernel.Values[(i * Size) + o], o => bias.Values[o], TextbookFunctions.OfVector(function)),
                    (parameters, name) => parameters
                        .Set($"{name}.weight", kernel.Transposed(kernel.Name).Singles())
                        .Set($"{name}.bias", bias.Singles()));
            case "gru":
                return Gru(size, activation);
            case "conv1d":
                int groups = One("groups", 1);
                if (groups > 1)
                {
                    notes.Add($"The {groups} groups of {Name} became one kernel with zeros between them.");
                }

                if (groups < 1)
                {
                    throw new InvalidDataException($"{Name} of {Source} has {groups} groups.");
                }

                return KerasLayers.Convolution(
                    Name,
                    Weight(0, One("kernel_size", 1), size / groups, Size),
                    Weight(1, Size),
                    groups,
                    One("dilation", 1),
                    ConvPadding.Causal,
                    One("strides", 1),
                    Function(activation));
            case "batchnorm":
                double epsilon = Json.Find("epsilon").Number($"'epsilon' of {Name}", Source);
                int plain = Weights.Count == 2 ? 2 : 0; // averages alone, where there are no weights
                return DraftLayer.BatchNorm(
                    Name,
                    plain > 0 ? null : Weight(0, size),
                    plain > 0 ? null : Weight(1, size),
                    Weight(2 - plain, size),
                    Weight(3 - plain, size),
                    epsilon);
            case "prelu":
                StoredTensor slopes = Weights is [{ } only] && (only.Length == 1 || only.Length == size) ? only
                    : throw new InvalidDataException($"{Name} of {Source} has no slopes for {size} numbers.");
                return KerasLayers.PRelu(
                    Name, slopes.Length == 1 ? [.. Enumerable.Repeat(slopes.Values[0], size)] : slopes.Values.ToArray());
            default:
                throw new NotSupportedException($"{Name} of {Source} is a '{type}', which is not read.");
        }
    }

    private DraftLayer Gru(int size, string activation)
    {
        if (activation is not ("tanh" or ""))
        {
            throw new NotSupportedException($"{Name} of {Source} has the activation '{activation}', but RTNeural's GRU has tanh.");
        }

        StoredTensor kernel = Weight(0, size, checked(3 * Size)), recurrent = Weight(1, Size, 3 * Size), bias = Weight(2, 2, 3 * Size);
        return new DraftLayer(
            Name,
            LayerSchema.Gru(Size, SequenceOutput.EveryStep),
            new TextbookGru(GruCell.Keras(Size, kernel.Values, recurrent.Values, bias.Values), null, default, everyStep: true),
            (parameters, name) => parameters.SetGru(name, GruWeights.FromKeras(kernel.Singles(), recurrent.Singles(), bias.Singles())));
    }

    private Activation Function(string name) => name switch
    {
        "" or "linear" => Activation.Linear,
        "tanh" => Activation.Tanh,
        "sigmoid" => Activation.Sigmoid,
        "relu" => Activation.Relu,
        "softmax" => Activation.Softmax,
        "elu" => Activation.Elu,
        _ => throw new NotSupportedException($"{Name} of {Source} has the activation '{name}', which is not read."),
    };

    private int One(string option, int otherwise) => Json.Find(option).One(otherwise, $"'{option}' of {Name}", Source);

    private StoredTensor Weight(int place, params int[] shape) => place < Weights.Count && Weights[place].Shape.SequenceEqual(shape)
        ? Weights[place]
        : throw new InvalidDataException(
            $"weights[{place}] of {Name} in {Source} is "
                + $"{(place < Weights.Count ? $"[{string.Join(", ", Weights[place].Shape)}]" : "missing")}, "
                + $"but [{string.Join(", ", shape)}] is expected.");
}
