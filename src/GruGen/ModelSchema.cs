using System.Collections.Immutable;

namespace GruGen;

/// <summary>The kinds of layers.</summary>
public enum LayerKind
{
    /// <summary>A table of vectors, one for each token.</summary>
    Embedding,

    /// <summary>A gated recurrent unit.</summary>
    Gru,

    /// <summary>A fully connected layer.</summary>
    Dense,
}

/// <summary>One layer of a model: what it is and the sizes it works on.</summary>
public sealed record LayerSchema
{
    internal const int MaximumSize = 65_536;
    private const int MaximumVocabulary = 1 << 24;

    private LayerSchema(LayerKind kind) => Kind = kind;

    /// <summary>What the layer does.</summary>
    public LayerKind Kind { get; }

    /// <summary>The layer's name in files: <c>embedding</c>, <c>gru1</c>, <c>gru2</c>, <c>dense1</c>, …</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The size of one step of input; of an embedding, its vocabulary.</summary>
    public int InputSize { get; internal init; }

    /// <summary>The size of one step of output: an embedding's vector, a GRU's state, a Dense layer's units.</summary>
    public int OutputSize { get; private init; }

    /// <summary>The steps the layer hands on; of other layers than a GRU, those it is given.</summary>
    public Steps Output { get; internal init; }

    /// <summary>The activation of a Dense layer.</summary>
    public Activation Activation { get; private init; }

    /// <summary>An embedding.</summary>
    /// <param name="vocabulary">The number of different tokens, 1 to 16,777,216.</param>
    /// <param name="size">The size of a token's vector, 1 to 65,536.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LayerSchema Embedding(int vocabulary, int size) => new(LayerKind.Embedding)
    {
        InputSize = InRange(vocabulary, MaximumVocabulary, nameof(vocabulary)),
        OutputSize = InRange(size, MaximumSize, nameof(size)),
        Output = Steps.Every,
    };

    /// <summary>A gated recurrent unit.</summary>
    /// <param name="hiddenSize">The size of the state, 1 to 65,536.</param>
    /// <param name="output">The steps it hands on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range.</exception>
    public static LayerSchema Gru(int hiddenSize, Steps output) => new(LayerKind.Gru)
    {
        OutputSize = InRange(hiddenSize, MaximumSize, nameof(hiddenSize)),
        Output = output,
    };

    /// <summary>A fully connected layer.</summary>
    /// <param name="units">The size of its output, 1 to 65,536.</param>
    /// <param name="activation">Its activation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range.</exception>
    public static LayerSchema Dense(int units, Activation activation = Activation.Linear) => new(LayerKind.Dense)
    {
        OutputSize = InRange(units, MaximumSize, nameof(units)),
        Activation = activation,
    };

    private static int InRange(int value, int maximum, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, maximum, name);
        return value;
    }
}

/// <summary>One tensor among the parameters, in PyTorch's name and shape.</summary>
/// <param name="Name">The name in files, such as <c>gru1.weight_ih_l0</c>.</param>
/// <param name="Shape">The shape, row-major.</param>
/// <param name="Offset">Where it starts among the floats of all parameters.</param>
public sealed record TensorSchema(string Name, ImmutableArray<int> Shape, long Offset)
{
    /// <summary>The number of floats.</summary>
    public long Length { get; } = Shape.Aggregate(1L, (product, size) => checked(product * size));
}

/// <summary>A model as data: its layers with their sizes, and its parameters with their names, shapes and places.</summary>
public sealed class ModelSchema
{
    private ModelSchema(string name, bool readsTokens, int inputSize, LayerSchema[] layers)
    {
        Name = name;
        ReadsTokens = readsTokens;
        InputSize = inputSize;

        var counts = new Dictionary<LayerKind, int>();
        var built = ImmutableArray.CreateBuilder<LayerSchema>(layers.Length);
        var tensors = ImmutableArray.CreateBuilder<TensorSchema>();
        int size = inputSize;
        Steps steps = Steps.Every;
        foreach (LayerSchema layer in layers)
        {
            int number = counts[layer.Kind] = counts.GetValueOrDefault(layer.Kind) + 1;
            string layerName = layer.Kind switch
            {
                LayerKind.Embedding => "embedding",
                LayerKind.Gru => $"gru{number}",
                _ => $"dense{number}",
            };
            steps = layer.Kind == LayerKind.Gru ? layer.Output : steps;
            LayerSchema placed = layer with { Name = layerName, InputSize = layer.Kind == LayerKind.Embedding ? layer.InputSize : size, Output = steps };
            built.Add(placed);
            AddTensors(placed);
            size = layer.OutputSize;
        }

        Layers = built.MoveToImmutable();
        Tensors = tensors.ToImmutable();

        void AddTensors(LayerSchema layer)
        {
            (int input, int output) = (layer.InputSize, layer.OutputSize);
            switch (layer.Kind)
            {
                case LayerKind.Embedding:
                    Add("weight", input, output);
                    break;
                case LayerKind.Gru:
                    Add("weight_ih_l0", checked(3 * output), input);
                    Add("weight_hh_l0", checked(3 * output), output);
                    Add("bias_ih_l0", checked(3 * output));
                    Add("bias_hh_l0", checked(3 * output));
                    break;
                default:
                    Add("weight", output, input);
                    Add("bias", output);
                    break;
            }

            void Add(string tensor, params int[] shape)
            {
                tensors.Add(new TensorSchema($"{layer.Name}.{tensor}", [.. shape], ParameterCount));
                ParameterCount = checked(ParameterCount + tensors[^1].Length);
            }
        }
    }

    /// <summary>The model's name.</summary>
    public string Name { get; }

    /// <summary>Whether a step of input is a token (the first layer is an embedding) or a vector of features.</summary>
    public bool ReadsTokens { get; }

    /// <summary>The number of features a step, or, of a model that reads tokens, the size of its vocabulary.</summary>
    public int InputSize { get; }

    /// <summary>The size of one output.</summary>
    public int OutputSize => Layers[^1].OutputSize;

    /// <summary>Whether there is an output for every step, or one for each sequence.</summary>
    public Steps Output => Layers[^1].Output;

    /// <summary>The activation of the last layer; linear where that is no Dense layer.</summary>
    public Activation OutputActivation => Layers[^1].Kind == LayerKind.Dense ? Layers[^1].Activation : Activation.Linear;

    /// <summary>The layers in order.</summary>
    public ImmutableArray<LayerSchema> Layers { get; }

    /// <summary>The parameters in order.</summary>
    public ImmutableArray<TensorSchema> Tensors { get; }

    /// <summary>The number of floats of all parameters.</summary>
    public long ParameterCount { get; private set; }

    /// <summary>The model of these layers that reads tokens.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="layers">The layers; only the first one is an embedding, and one at least a GRU.</param>
    /// <exception cref="ArgumentException">These layers are not a model.</exception>
    public static ModelSchema ForTokens(string name, params LayerSchema[] layers)
    {
        Check(layers);
        if (layers[0].Kind != LayerKind.Embedding)
        {
            throw new ArgumentException("A model that reads tokens starts with an embedding.", nameof(layers));
        }

        return new ModelSchema(name, readsTokens: true, layers[0].InputSize, layers);
    }

    /// <summary>The model of these layers that reads features.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="inputSize">The number of features a step, 1 to 65,536.</param>
    /// <param name="layers">The layers; none is an embedding, and one at least is a GRU.</param>
    /// <exception cref="ArgumentException">These layers are not a model.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputSize"/> is out of its range.</exception>
    public static ModelSchema ForFeatures(string name, int inputSize, params LayerSchema[] layers)
    {
        Check(layers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputSize, LayerSchema.MaximumSize);
        if (layers[0].Kind == LayerKind.Embedding)
        {
            throw new ArgumentException("A model that reads features has no embedding.", nameof(layers));
        }

        return new ModelSchema(name, readsTokens: false, inputSize, layers);
    }

    private static void Check(LayerSchema[] layers)
    {
        int last = Array.FindLastIndex(layers, layer => layer.Kind == LayerKind.Gru);
        if (last < 0)
        {
            throw new ArgumentException("A model has at least one GRU.", nameof(layers));
        }

        for (int i = 0; i < layers.Length; i++)
        {
            if (i > 0 && layers[i].Kind == LayerKind.Embedding)
            {
                throw new ArgumentException($"Layer {i} is an embedding; only the first layer can be one.", nameof(layers));
            }

            if (i < last && layers[i].Kind == LayerKind.Gru && layers[i].Output == Steps.Last)
            {
                throw new ArgumentException($"Layer {i} hands on its last step only, but there is another GRU above it.", nameof(layers));
            }
        }
    }
}
