using System.Collections.Immutable;

namespace GruGen;

/// <summary>One tensor among the parameters, in PyTorch's name and shape.</summary>
/// <param name="Name">The name in files, such as <c>gru1.weight_ih_l0</c>.</param>
/// <param name="Shape">The shape, row-major.</param>
/// <param name="Offset">The index of its first float in <see cref="ParameterSet.All"/>.</param>
public sealed record TensorSchema(string Name, ImmutableArray<int> Shape, long Offset)
{
    /// <summary>The number of floats.</summary>
    public long Length { get; } = Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>The value that all of it starts with; null if its values are drawn.</summary>
    internal float? Constant { get; init; }

    /// <summary>Whether training leaves it as it is, whatever is asked of it: a batch normalisation's. Its gradient is zeros.</summary>
    public bool IsFrozen { get; internal init; }

    /// <summary>The name of its layer.</summary>
    internal string LayerName => Name[..Name.IndexOf('.', StringComparison.Ordinal)];
}

/// <summary>The description of a model: its layers with their sizes, and its parameters with their names, shapes and offsets.</summary>
public sealed partial class ModelSchema
{
    private ModelSchema(string name, bool readsTokens, int inputSize, LayerSchema[] layers)
    {
        Name = name;
        ReadsTokens = readsTokens;
        InputSize = inputSize;

        LayerSchema[] named = LayerGraph.Named(layers, readsTokens);
        var built = ImmutableArray.CreateBuilder<LayerSchema>(layers.Length);
        var tensors = ImmutableArray.CreateBuilder<TensorSchema>();
        foreach (LayerSchema layer in named)
        {
            (int size, SequenceOutput steps) = LayerGraph.InputOf(layer, built, inputSize);
            LayerSchema placed = layer with
            {
                InputSize = layer.Kind == LayerKind.Embedding ? layer.InputSize : size,
                OutputSize = layer.OutputSize == 0 ? size : layer.OutputSize,
                Output = layer.Kind switch
                {
                    LayerKind.Gru => layer.Output,
                    LayerKind.Pool when layer.Window == 0 => SequenceOutput.Final,
                    _ => steps,
                },
            };
            CheckInputs(placed, steps);
            built.Add(placed);
            foreach ((string tensor, ImmutableArray<int> shape, float? constant) in placed.Tensors())
            {
                tensors.Add(new TensorSchema($"{placed.Name}.{tensor}", shape, ParameterCount)
                {
                    Constant = constant,
                    IsFrozen = placed.Kind == LayerKind.BatchNorm,
                });
                ParameterCount = checked(ParameterCount + tensors[^1].Length);
            }
        }

        Layers = built.MoveToImmutable();
        Outputs = OutputSchema.Of(name, Layers);
        ChangesSteps = Layers.Any(layer => layer.Windows is not null);
        CheckClocks();
        Tensors = tensors.ToImmutable();
        StateSizes = [.. Layers.SelectMany(layer => layer.States).Select(state => state.Size)];
        StateSize = StateSizes.Sum();
    }

    private ModelSchema(ModelSchema other)
        : this(other.Name, other.ReadsTokens, other.InputSize, [.. other.Layers]) =>
        (Initialization, WeightFormat, MaskValue, MaskedOutput) =
            (other.Initialization, other.WeightFormat, other.MaskValue, other.MaskedOutput);

    /// <summary>The model's name.</summary>
    public string Name { get; }

    /// <summary>Whether a step of input is a token, as the first layer is an embedding; otherwise it is a vector of features.</summary>
    public bool ReadsTokens { get; }

    /// <summary>The number of features per step, or, for a model that reads tokens, the size of its vocabulary.</summary>
    public int InputSize { get; }

    /// <summary>
    /// What the model gives: one output, or several, which then lie one behind the other wherever outputs are one row of numbers.
    /// </summary>
    public ImmutableArray<OutputSchema> Outputs { get; }

    /// <summary>The size of one output; of several, of all of them together.</summary>
    public int OutputSize => Outputs[^1].Offset + Outputs[^1].Size;

    /// <summary>Whether there is an output for every step, or one for each sequence.</summary>
    public SequenceOutput Output => Layers[^1].Output;

    /// <summary>
    /// The activation of the last layer if that is a Dense layer without a residual connection; otherwise, and of a model with several
    /// outputs, <see cref="Activation.Linear"/>.
    /// </summary>
    public Activation OutputActivation => Outputs.Length == 1 ? Outputs[0].Activation : Activation.Linear;

    /// <summary>
    /// Whether the model can take a sequence step by step. It cannot if a layer reads sequences from their end, or takes the mean or the
    /// maximum of their steps.
    /// </summary>
    public bool CanStream => !Layers.Any(layer => layer.NeedsWholeSequence);

    /// <summary>
    /// Whether a <see cref="DynamicModel{TInput}"/> runs the model: it is a stack of plain layers, with a GRU, and has no mask value.
    /// </summary>
    public bool CanRunDynamically => FirstSpecial is null;

    /// <summary>The name of what a <see cref="DynamicModel{TInput}"/> does not run; null if it runs all.</summary>
    internal string? FirstSpecial =>
        Layers.Where((layer, i) => !layer.IsPlain || !LayerGraph.IsStacked(Layers, i)).FirstOrDefault()?.Name
            ?? (MasksSteps ? "The mask value" : Layers.All(layer => layer.Kind != LayerKind.Gru) ? "A model without a GRU" : null);

    /// <summary>The padding token; −1 if there is none.</summary>
    public int PaddingToken => ReadsTokens ? Layers[0].PaddingToken : -1;

    /// <summary>How the initial values of the parameters are drawn.</summary>
    public Initialization Initialization { get; private init; }

    /// <summary>The format in which predictions and streams read the weights of recurrent layers.</summary>
    public WeightFormat WeightFormat { get; private init; }

    /// <summary>
    /// A step is masked, as a padding token is, if all of its features equal this number; null if no step is.
    /// </summary>
    public float? MaskValue { get; private init; }

    /// <summary>What the model gives at masked steps, if it gives an output for every step.</summary>
    public MaskedOutput MaskedOutput { get; private init; }

    /// <summary>Whether some steps may only fill a sequence.</summary>
    internal bool MasksSteps => PaddingToken >= 0 || MaskValue is not null;

    /// <summary>Whether such steps have the outputs of their neighbours.</summary>
    internal bool RepeatsOutputs => MasksSteps && MaskedOutput == MaskedOutput.Repeat && Output == SequenceOutput.EveryStep;

    /// <summary>How many of its outputs a masked step has from the step before it; the others are from the step after it.</summary>
    internal int OutputsFromBefore => LastGru switch
    {
        { Options.Bidirectional: true } top => top.HiddenSize,
        { Options.Reverse: true } => 0,
        _ => OutputSize,
    };

    /// <summary>The sizes of the recurrent states, from the first layer on: one for each GRU, two for a bidirectional one.</summary>
    public ImmutableArray<int> StateSizes { get; }

    /// <summary>The number of floats in all recurrent states of one sequence: the sum of <see cref="StateSizes"/>.</summary>
    public int StateSize { get; }

    /// <summary>The layers in order.</summary>
    public ImmutableArray<LayerSchema> Layers { get; }

    /// <summary>The parameters in order.</summary>
    public ImmutableArray<TensorSchema> Tensors { get; }

    /// <summary>The number of floats in all parameters.</summary>
    public long ParameterCount { get; private set; }

    /// <summary>A model that reads tokens.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="layers">The layers in order; the first one, and no other, is an embedding.</param>
    /// <exception cref="ArgumentException">
    /// There are no layers; the first one is no embedding, or another one is; a name is no name, is there twice, or is read where no layer
    /// before has it; nobody reads a layer that is no output; a layer that needs every step reads one vector of the sequence; or sizes do
    /// not fit each other.
    /// </exception>
    public static ModelSchema ForTokens(string name, params LayerSchema[] layers)
    {
        CheckLayers(name, layers);
        if (layers[0].Kind != LayerKind.Embedding)
        {
            throw new ArgumentException("A model that reads tokens starts with an embedding.", nameof(layers));
        }

        return new ModelSchema(name, readsTokens: true, layers[0].InputSize, layers);
    }

    /// <summary>A model that reads features.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="inputSize">The number of features per step, 1 to 65,536.</param>
    /// <param name="layers">The layers in order; none is an embedding.</param>
    /// <exception cref="ArgumentException">
    /// There are no layers, or an embedding; a name is no name, is there twice, or is read where no layer before has it; nobody reads a
    /// layer that is no output; a layer that needs every step reads one vector of the sequence; or sizes do not fit each other.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputSize"/> is out of its range.</exception>
    public static ModelSchema ForFeatures(string name, int inputSize, params LayerSchema[] layers)
    {
        CheckLayers(name, layers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputSize, LayerLimits.Size);
        if (layers[0].Kind == LayerKind.Embedding)
        {
            throw new ArgumentException("A model that reads features has no embedding.", nameof(layers));
        }

        return new ModelSchema(name, readsTokens: false, inputSize, layers);
    }

    /// <summary>The same model with another way to draw initial values.</summary>
    /// <param name="initialization">How they are drawn.</param>
    public ModelSchema With(Initialization initialization) =>
        new(this) { Initialization = Check.Defined(initialization, nameof(initialization)) };

    /// <summary>The same model with weights read in another format.</summary>
    /// <param name="format">The format.</param>
    public ModelSchema With(WeightFormat format) => new(this) { WeightFormat = Check.Defined(format, nameof(format)) };

    /// <summary>The same model with a mask value: a step is masked if all of its features equal it.</summary>
    /// <param name="maskValue">The number.</param>
    /// <exception cref="ArgumentException">The model reads tokens, for which its embedding can have a padding token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public ModelSchema WithMaskValue(float maskValue)
    {
        if (ReadsTokens)
        {
            throw new ArgumentException(
                $"{Name} reads tokens, so the padding token of its embedding is what fills sequences.", nameof(maskValue));
        }

        return float.IsFinite(maskValue)
            ? new(this) { MaskValue = maskValue }
            : throw new ArgumentOutOfRangeException(
                nameof(maskValue), maskValue, $"'{nameof(maskValue)}' is {maskValue}, but must be finite.");
    }

    /// <summary>The same model with other outputs at masked steps.</summary>
    /// <param name="output">Which.</param>
    /// <exception cref="ArgumentException">
    /// <see cref="MaskedOutput.Repeat"/> is asked for, and the last GRU is bidirectional and either does not concatenate its directions or
    /// has another layer than dropout or a join above it, or the layers are no stack and a GRU reads from the end: each direction repeats
    /// its own outputs, which must not be mixed; or a layer makes one step of several, so that no output belongs to a masked step.
    /// </exception>
    public ModelSchema With(MaskedOutput output)
    {
        bool isMixed = LastGru is { Options: { Bidirectional: true } options } top
            && (options.Merge != Merge.Concat
                || Layers.Skip(Layers.IndexOf(top) + 1).Any(layer => layer.Kind is not (LayerKind.Dropout or LayerKind.Join)));
        if (output == MaskedOutput.Repeat && ChangesSteps)
        {
            throw new ArgumentException(
                $"{Name} cannot repeat outputs at masked steps: a layer makes one step of several, and no output is one of those.",
                nameof(output));
        }

        isMixed |= !Layers.Select((_, i) => LayerGraph.IsStacked(Layers, i)).All(isStacked => isStacked)
            && Layers.Any(layer => layer.Options is { Bidirectional: true } or { Reverse: true });
        return output == MaskedOutput.Repeat && isMixed
            ? throw new ArgumentException(
                $"{Name} cannot repeat outputs that both neighbours of a step have a part in.", nameof(output))
            : new(this) { MaskedOutput = Check.Defined(output, nameof(output)) };
    }

    /// <summary>
    /// The declaration of this model in C#: a file with a partial class and the attributes of its layers, each option that has an
    /// effect and differs from its default, and nothing else. Compiled with the generator it is a model of this schema.
    /// </summary>
    /// <param name="typeName">The name of the class; null for the model's name.</param>
    /// <param name="namespace">The namespace; null for none.</param>
    /// <exception cref="ArgumentException">The name, or a part of the namespace, is no name that C# allows.</exception>
    public string ToCSharp(string? typeName = null, string? @namespace = null) => ModelDeclaration.Write(
        this,
        ModelDeclaration.Identifier(typeName ?? Name, nameof(typeName)),
        @namespace is null
            ? "" : string.Join('.', @namespace.Split('.').Select(part => ModelDeclaration.Identifier(part, nameof(@namespace)))));

    /// <summary>The GRU above all others; null in a model of convolutions alone.</summary>
    private LayerSchema? LastGru => Layers.LastOrDefault(layer => layer.Kind == LayerKind.Gru);

    /// <summary>Throws unless the inputs of the model are of this type: the only place that says which types there are.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal void RequireInputs<TInput>(string name)
    {
        if (typeof(TInput) != (ReadsTokens ? typeof(int) : typeof(float)))
        {
            throw new ArgumentException(
                $"{Name} reads {(ReadsTokens ? "tokens (int)" : "features (float)")}, but {typeof(TInput).Name} is asked for.", name);
        }
    }
}
