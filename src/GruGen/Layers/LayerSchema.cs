using System.Collections.Immutable;

namespace GruGen;

/// <summary>One layer of a model: what it is and the sizes it works on.</summary>
public sealed partial record LayerSchema
{
    private const char Separator = ' '; // no name has it

    private readonly string _from = ""; // as one text, which records compare by its letters

    private LayerSchema(LayerKind kind) => Kind = kind;

    /// <summary>The kind of the layer.</summary>
    public LayerKind Kind { get; }

    /// <summary>
    /// The layer's name, in files and where others read it. Unless set it is given by the model: <c>embedding</c>, <c>gru1</c>,
    /// <c>gru2</c>, <c>dense1</c>, …; until then it is empty.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// The names of the layers that it reads, each before it in the model; <c>input</c> is the input of the model. Empty, unless set, until
    /// the layer is part of a model: then it is the layer before it.
    /// </summary>
    public ImmutableArray<string> From
    {
        get => _from.Length == 0 ? [] : [.. _from.Split(Separator)];
        init => _from = value.IsDefaultOrEmpty ? "" : string.Join(Separator, value);
    }

    /// <summary>What becomes of several layers that it reads.</summary>
    public Combine Combine { get; init; }

    /// <summary>Whether what it gives is an output of the model; the last layer of a model always gives one.</summary>
    public bool IsOutput { get; init; }

    /// <summary>The number of features in a step of its input; for an embedding, the size of the vocabulary.</summary>
    public int InputSize { get; internal init; }

    /// <summary>The number of features in a step of its output.</summary>
    public int OutputSize { get; internal init; }

    /// <summary>The size of a GRU's state in each direction; 0 for other layers.</summary>
    public int HiddenSize { get; private init; }

    /// <summary>
    /// Whether the layer gives an output for every step or one vector for the sequence. Layers other than GRUs and pooling layers keep
    /// what they are given.
    /// </summary>
    public SequenceOutput Output { get; internal init; }

    /// <summary>The activation of a Dense layer or a convolution; those of a GRU are in <see cref="Options"/>.</summary>
    public Activation Activation { get; private init; }

    /// <summary>Whether a Dense layer or a convolution has a bias; false for a GRU, for which <see cref="Options"/> says it.</summary>
    public bool Bias { get; private init; }

    /// <summary>The options of a GRU; null for other layers.</summary>
    public GruOptions? Options { get; private init; }

    /// <summary>The padding token of an embedding; −1 if there is none.</summary>
    public int PaddingToken { get; private init; } = -1;

    /// <summary>Whether the layer's input is added to its output.</summary>
    public bool Residual { get; private init; }

    /// <summary>The fraction that a dropout layer sets to zero.</summary>
    public double Rate { get; private init; }

    /// <summary>ε of a layer normalisation or a batch normalisation.</summary>
    public double Epsilon { get; private init; }

    /// <summary>How a pooling layer reduces steps to one vector: all of them, or those of a <see cref="Window"/>.</summary>
    public Pooling Pooling { get; private init; }

    /// <summary>The number of steps that an output of a convolution is made of; of other layers 0.</summary>
    public int KernelSize { get; private init; }

    /// <summary>From one of these steps to the next; of other layers 0.</summary>
    public int Dilation { get; private init; }

    /// <summary>Where a convolution reads zeros beyond a sequence.</summary>
    public ConvPadding Padding { get; private init; }

    /// <summary>
    /// Whether the layer needs the end of a sequence before it gives anything, so that it cannot take one step after another.
    /// </summary>
    internal bool NeedsWholeSequence =>
        Options is { Bidirectional: true } or { Reverse: true } || (Kind == LayerKind.Pool && Window == 0 && Pooling != Pooling.Last)
        || (Padding == ConvPadding.Same && KernelSize > 1);

    /// <summary>Whether the layer has no option beyond PyTorch's defaults, and is an embedding, a GRU or a Dense layer.</summary>
    internal bool IsPlain => this switch
    {
        { Kind: LayerKind.Gru } => Options == GruOptions.Default,
        { Kind: LayerKind.Embedding } => PaddingToken < 0,
        { Kind: LayerKind.Dense } => !Residual && Bias,
        _ => false,
    };

    /// <summary>An embedding.</summary>
    /// <param name="vocabulary">The number of different tokens, 1 to 16,777,216.</param>
    /// <param name="size">The size of a token's vector, 1 to 65,536.</param>
    /// <param name="paddingToken">The padding token, below <paramref name="vocabulary"/>; −1 if there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LayerSchema Embedding(int vocabulary, int size, int paddingToken = -1)
    {
        InRange(vocabulary, LayerLimits.Vocabulary, nameof(vocabulary));
        ArgumentOutOfRangeException.ThrowIfLessThan(paddingToken, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(paddingToken, vocabulary);
        return new LayerSchema(LayerKind.Embedding)
        {
            InputSize = vocabulary,
            OutputSize = InRange(size, LayerLimits.Size, nameof(size)),
            Output = SequenceOutput.EveryStep,
            PaddingToken = paddingToken,
        };
    }

    /// <summary>A gated recurrent unit.</summary>
    /// <param name="hiddenSize">
    /// The size of the state, 1 to 65,536, or to 32,768 for a bidirectional layer that concatenates its outputs.
    /// </param>
    /// <param name="output">Whether it gives the final state or the state after every step.</param>
    /// <param name="options">Its options; null for those of PyTorch's <c>nn.GRU</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The size, a dropout fraction, α, β or <see cref="GruOptions.Clip"/> is out of its range, or an enum has no such value.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The options contradict each other, or <paramref name="output"/>; or an activation is not for recurrent layers.
    /// </exception>
    public static LayerSchema Gru(int hiddenSize, SequenceOutput output, GruOptions? options = null)
    {
        options ??= GruOptions.Default;
        CheckDefined(options);
        if (options is { Bidirectional: true, Reverse: true })
        {
            throw new ArgumentException("A bidirectional layer reads both ways; it cannot be reversed.", nameof(options));
        }

        Activation[] unsuitable = [.. new[] { options.Activation, options.ReverseActivation ?? options.Activation }.Where(
            activation => activation == Activation.Softmax || activation.NeedsArgument())];
        if (unsuitable.Length > 0)
        {
            throw new ArgumentException($"{unsuitable[0]} is no activation of a recurrent layer.", nameof(options));
        }

        if (GruActivations.NumbersOf(options).FirstOrDefault(number => !number.IsInRange) is { } wrong)
        {
            throw new ArgumentOutOfRangeException(wrong.Name, wrong.Value, $"'{wrong.Name}' is {wrong.Value}, but must be {wrong.Range}.");
        }

        if (options.Residual && output == SequenceOutput.Final)
        {
            throw new ArgumentException("A layer with a residual connection hands on every step.", nameof(options));
        }

        return new LayerSchema(LayerKind.Gru)
        {
            HiddenSize = InRange(hiddenSize, LayerLimits.Size, nameof(hiddenSize)),
            OutputSize = options is { Bidirectional: true, Merge: Merge.Concat }
                ? InRange(2 * hiddenSize, LayerLimits.Size, nameof(hiddenSize))
                : hiddenSize,
            Output = Check.Defined(output, nameof(output)),
            Options = options with
            {
                Dropout = Check.Fraction(options.Dropout, nameof(GruOptions.Dropout)),
                RecurrentDropout = Check.Fraction(options.RecurrentDropout, nameof(GruOptions.RecurrentDropout)),
            },
            Residual = options.Residual,
        };
    }

    /// <summary>A fully connected layer.</summary>
    /// <param name="units">The size of its output, 1 to 1,048,576.</param>
    /// <param name="activation">Its activation.</param>
    /// <param name="residual">Whether its input is added to its output.</param>
    /// <param name="bias">Whether it has a bias.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range, or there is no such activation.</exception>
    /// <exception cref="ArgumentException">The activation is only for recurrent layers.</exception>
    public static LayerSchema Dense(int units, Activation activation = Activation.Linear, bool residual = false, bool bias = true) =>
        new(LayerKind.Dense)
        {
            OutputSize = InRange(units, LayerLimits.Units, nameof(units)),
            Activation = Suitable(activation),
            Residual = residual,
            Bias = bias,
        };

    /// <summary>Dropout.</summary>
    /// <param name="rate">The fraction that is set to zero, at least 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is out of its range.</exception>
    public static LayerSchema Dropout(double rate) => new(LayerKind.Dropout) { Rate = Check.Fraction(rate, nameof(rate)) };

    /// <summary>Layer normalisation.</summary>
    /// <param name="epsilon">ε, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="epsilon"/> is not above 0, or not finite, as a <see cref="float"/>.
    /// </exception>
    public static LayerSchema LayerNorm(double epsilon = 1e-5) =>
        new(LayerKind.LayerNorm) { Epsilon = Check.PositiveSingle(epsilon, nameof(epsilon)) };

    /// <summary>Batch normalisation by running averages, which training leaves as they are.</summary>
    /// <param name="epsilon">ε, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="epsilon"/> is not above 0, or not finite, as a <see cref="float"/>.
    /// </exception>
    public static LayerSchema BatchNorm(double epsilon = 1e-5) =>
        new(LayerKind.BatchNorm) { Epsilon = Check.PositiveSingle(epsilon, nameof(epsilon)) };

    /// <summary>A ReLU whose slope below zero is learned, one for each feature.</summary>
    public static LayerSchema PReLU() => new(LayerKind.PReLU);

    /// <summary>What the layers in <see cref="From"/> give, one behind the other or their sum, as it is.</summary>
    public static LayerSchema Join() => new(LayerKind.Join);

    /// <summary>A convolution over steps.</summary>
    /// <param name="channels">The size of its output, 1 to 65,536.</param>
    /// <param name="kernelSize">
    /// The number of steps that an output is made of, 1 or more; (kernelSize − 1) · dilation · inputs is at most 16,777,216.
    /// </param>
    /// <param name="activation">Its activation.</param>
    /// <param name="dilation">From one of these steps to the next, 1 to 65,536.</param>
    /// <param name="padding">Where it reads zeros beyond a sequence.</param>
    /// <param name="bias">Whether it has a bias.</param>
    /// <param name="stride">From one output to the next, in steps, 1 to 65,536; 1 where it pads both sides.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range, or an enum has no such value.</exception>
    /// <exception cref="ArgumentException">
    /// Only recurrent layers have the activation; or there is a stride above 1 with <see cref="ConvPadding.Same"/>, which PyTorch does not
    /// have and in Keras depends on the length.
    /// </exception>
    public static LayerSchema Conv1D(
        int channels,
        int kernelSize,
        Activation activation = default,
        int dilation = 1,
        ConvPadding padding = default,
        bool bias = true,
        int stride = 1)
    {
        if (padding == ConvPadding.Same && stride > 1)
        {
            throw new ArgumentException("A convolution that pads both sides gives as many outputs as steps.", nameof(stride));
        }

        return new(LayerKind.Conv1D)
        {
            OutputSize = InRange(channels, LayerLimits.Size, nameof(channels)),
            Dilation = InRange(dilation, LayerLimits.Size, nameof(dilation)),
            KernelSize = InRange(kernelSize, (ConvLimits.History / dilation) + 1, nameof(kernelSize)),
            Output = SequenceOutput.EveryStep,
            Activation = Suitable(activation),
            Padding = Check.Defined(padding, nameof(padding)),
            Bias = bias,
            Stride = InRange(stride, LayerLimits.Size, nameof(stride)),
        };
    }

    private static void CheckDefined(GruOptions options)
    {
        Check.Defined(options.Activation, nameof(GruOptions.Activation));
        Check.Defined(options.GateActivation, nameof(GruOptions.GateActivation));
        Check.Defined(options.ReverseActivation ?? options.Activation, nameof(GruOptions.ReverseActivation));
        Check.Defined(options.ReverseGateActivation ?? options.GateActivation, nameof(GruOptions.ReverseGateActivation));
        Check.Defined(options.Merge, nameof(GruOptions.Merge));
        Check.Defined(options.UpdateGate, nameof(GruOptions.UpdateGate));
        Check.Defined(options.InitialState, nameof(GruOptions.InitialState));
    }

    private static Activation Suitable(Activation activation) =>
        !ActivationParameters.AreOfRecurrentLayers(Check.Defined(activation, nameof(activation))) ? activation
        : throw new ArgumentException($"{activation} is an activation of recurrent layers alone.", nameof(activation));

    private static int InRange(int value, int maximum, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, maximum, name);
        return value;
    }
}
