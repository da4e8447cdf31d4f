namespace GruGen.Generator.Specs;

/// <summary>One layer as it is declared.</summary>
internal abstract record LayerSpec
{
    /// <summary>The size of one step of its output.</summary>
    public abstract int OutputSize { get; }

    /// <summary>The layer's shape on steps of <paramref name="inputSize"/> numbers.</summary>
    public abstract LayerShape ShapeOn(int inputSize);
}

/// <summary>A table of <paramref name="Vocabulary"/> vectors of <paramref name="Size"/> numbers.</summary>
internal sealed record EmbeddingSpec(int Vocabulary, int Size) : LayerSpec
{
    public override int OutputSize => Size;

    public override LayerShape ShapeOn(int inputSize) => new EmbeddingShape(Vocabulary, Size);
}

/// <summary>A recurrent layer.</summary>
/// <param name="HiddenSize">The size of its state.</param>
/// <param name="EveryStep">Whether it hands on the state of every step, as declared or by its place; otherwise only the final one.</param>
internal sealed record GruSpec(int HiddenSize, bool EveryStep) : LayerSpec
{
    public override int OutputSize => HiddenSize;

    public override LayerShape ShapeOn(int inputSize) => new GruShape(inputSize, HiddenSize);
}

/// <summary>A fully connected layer.</summary>
internal sealed record DenseSpec(int Units, DenseActivation Activation) : LayerSpec
{
    public override int OutputSize => Units;

    public override LayerShape ShapeOn(int inputSize) => new DenseShape(inputSize, Units);
}

/// <summary>The activations, in the order of <c>GruGen.Activation</c>.</summary>
internal enum DenseActivation
{
    Linear,
    Sigmoid,
    Tanh,
    Relu,
    Softmax,
}
