namespace GruGen.Generator.Specs;

/// <summary>One layer as it is declared.</summary>
internal abstract record LayerSpec
{
    /// <summary>The size of one step of its output, given that of its input.</summary>
    public abstract int OutputSizeOn(int inputSize);
}

/// <summary>A table of <paramref name="Vocabulary"/> vectors of <paramref name="Size"/> numbers.</summary>
internal sealed record EmbeddingSpec(int Vocabulary, int Size) : LayerSpec
{
    /// <summary>The token that only fills sequences; −1 if there is none.</summary>
    public int PaddingToken { get; init; } = -1;

    public override int OutputSizeOn(int inputSize) => Size;
}

/// <summary>A recurrent layer.</summary>
/// <param name="HiddenSize">The size of its state.</param>
/// <param name="EveryStep">Whether it hands on the state of every step, as declared or by its place; otherwise only the final one.</param>
internal sealed record GruSpec(int HiddenSize, bool EveryStep) : LayerSpec
{
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
}

/// <summary>A fully connected layer.</summary>
internal sealed record DenseSpec(int Units, Curve Activation) : LayerSpec
{
    public bool Residual { get; init; }

    public override int OutputSizeOn(int inputSize) => Units;
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
