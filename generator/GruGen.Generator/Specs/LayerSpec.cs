namespace GruGen.Generator.Specs;

/// <summary>One layer as it is declared.</summary>
internal abstract record LayerSpec
{
    /// <summary>The size of one step of its output, given that of its input.</summary>
    public abstract int OutputSizeOn(int inputSize);

    /// <summary>The shape that a kernel is emitted for; null if the runtime has all the code.</summary>
    /// <param name="inputSize">The size of one step of its input.</param>
    /// <param name="below">The layer that hands on these steps; null for the inputs of the model.</param>
    public virtual LayerShape? ShapeOn(int inputSize, LayerSpec? below) => null;
}

/// <summary>A table of <paramref name="Vocabulary"/> vectors of <paramref name="Size"/> numbers.</summary>
internal sealed record EmbeddingSpec(int Vocabulary, int Size) : LayerSpec
{
    /// <summary>The token that only fills sequences; −1 if there is none.</summary>
    public int PaddingToken { get; init; } = -1;

    public override int OutputSizeOn(int inputSize) => Size;

    public override LayerShape ShapeOn(int inputSize, LayerSpec? below) => new EmbeddingShape(Vocabulary, Size);
}

/// <summary>A recurrent layer.</summary>
/// <param name="HiddenSize">The size of its state.</param>
/// <param name="EveryStep">Whether it hands on the state of every step, as declared or by its place; otherwise only the final one.</param>
internal sealed record GruSpec(int HiddenSize, bool EveryStep) : LayerSpec
{
    private const long MaxTableBytes = 4 << 20;

    /// <summary>The directions it reads sequences in.</summary>
    public Direction Direction { get; init; }

    /// <summary>How the outputs of two directions become one.</summary>
    public Merge Merge { get; init; }

    public bool ResetAfter { get; init; } = true;

    /// <summary>Whether z is the part of the state that is replaced, as in papers, and not the part that is kept.</summary>
    public bool UpdateReplaces { get; init; }

    public bool Bias { get; init; } = true;

    public Curve Activation { get; init; } = Curve.Tanh;

    public GateCurve GateActivation { get; init; }

    public bool LearnedInitialState { get; init; }

    /// <summary>The fraction of the inputs that training sets to zero, one mask for a sequence.</summary>
    public double Dropout { get; init; }

    /// <summary>The same of the state where it enters the products.</summary>
    public double RecurrentDropout { get; init; }

    public bool Residual { get; init; }

    /// <summary>Whether steps read the weights as bfloat16.</summary>
    public bool BFloat16 { get; init; }

    public override int OutputSizeOn(int inputSize) => Direction == Direction.Both && Merge == Merge.Concat ? 2 * HiddenSize : HiddenSize;

    public override LayerShape ShapeOn(int inputSize, LayerSpec? below)
    {
        bool tokens = below is EmbeddingSpec embedding && ReadsTokensOf(embedding);
        return new GruShape(inputSize, HiddenSize, new GruVariant(ResetAfter, Activation, GateActivation, Masked: RecurrentDropout > 0, Pairs: BFloat16 && ResetAfter, tokens));
    }

    /// <summary>
    /// Whether the layer reads tokens in place of their vectors. The inputs' part of its gates is then computed once for each token and not at every step:
    /// for predictions of the whole vocabulary, in training of the tokens that a batch has. These are four numbers a token and unit, and the more of them there
    /// are, the less does a step find them in the cache: a batch of 3,200 different tokens out of 10,000 trains faster from their vectors. A layer that
    /// needs the vectors themselves reads those.
    /// </summary>
    private bool ReadsTokensOf(EmbeddingSpec embedding) =>
        16L * embedding.Vocabulary * WholeVectors(HiddenSize) <= MaxTableBytes && ResetAfter && !BFloat16 && Direction == Direction.Forward && Dropout == 0 && !Residual;

    /// <summary>The units of a state in memory.</summary>
    private static int WholeVectors(int units) => (units + 15) / 16 * 16;
}

/// <summary>A fully connected layer.</summary>
internal sealed record DenseSpec(int Units, Curve Activation) : LayerSpec
{
    public bool Residual { get; init; }

    public override int OutputSizeOn(int inputSize) => Units;

    public override LayerShape ShapeOn(int inputSize, LayerSpec? below) => new DenseShape(inputSize, Units);
}

/// <summary>A fraction of the numbers set to zero while training.</summary>
internal sealed record DropoutSpec(double Rate) : LayerSpec
{
    public override int OutputSizeOn(int inputSize) => inputSize;
}

/// <summary>Layer normalisation.</summary>
internal sealed record LayerNormSpec(double Epsilon) : LayerSpec
{
    public override int OutputSizeOn(int inputSize) => inputSize;
}

/// <summary>One vector of all steps.</summary>
internal sealed record PoolSpec(Pooling Pooling) : LayerSpec
{
    public override int OutputSizeOn(int inputSize) => inputSize;
}

/// <summary>The directions a recurrent layer reads sequences in.</summary>
internal enum Direction
{
    Forward,
    Reverse,
    Both,
}

/// <summary>The merges, in the order of <c>GruGen.Merge</c>.</summary>
internal enum Merge
{
    Concat,
    Sum,
    Multiply,
    Average,
}

/// <summary>The activations, in the order of <c>GruGen.Activation</c>.</summary>
internal enum Curve
{
    Linear,
    Sigmoid,
    Tanh,
    Relu,
    Softmax,
    Softsign,
}

/// <summary>The activations of gates, in the order of <c>GruGen.GateActivation</c>.</summary>
internal enum GateCurve
{
    Sigmoid,
    HardSigmoid,
    HardSigmoidKeras2,
}

/// <summary>The poolings, in the order of <c>GruGen.Pooling</c>.</summary>
internal enum Pooling
{
    Last,
    Mean,
    Max,
}
