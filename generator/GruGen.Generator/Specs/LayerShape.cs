namespace GruGen.Generator.Specs;

/// <summary>What a kernel is written for. Layers of one shape share one kernel, whatever model they are in.</summary>
/// <param name="Name">The name of the kernel's type, such as <c>Gru16x64</c>.</param>
internal abstract record LayerShape(string Name);

/// <summary>A recurrent layer of <paramref name="HiddenSize"/> units on <paramref name="InputSize"/> inputs.</summary>
/// <param name="InputSize">The number of inputs.</param>
/// <param name="HiddenSize">The number of units.</param>
/// <param name="Variant">What its equations are.</param>
internal sealed record GruShape(int InputSize, int HiddenSize, GruVariant Variant) : LayerShape($"Gru{InputSize}x{HiddenSize}{Variant.Suffix}")
{
    /// <summary>PyTorch's and Keras' GRU.</summary>
    public GruShape(int inputSize, int hiddenSize)
        : this(inputSize, hiddenSize, GruVariant.Plain)
    {
    }
}

/// <summary>What sets the arithmetic of a recurrent layer apart. All else about it is a matter of packing, or of the loops around.</summary>
/// <param name="ResetAfter">Whether the reset gate is applied after the product or before.</param>
/// <param name="Activation">The activation of the new gate.</param>
/// <param name="Gates">The activation of the gates r and z.</param>
/// <param name="Masked">Whether training sets some of the state to zero where it enters the products.</param>
/// <param name="Pairs">Whether steps read their weights as bfloat16, two in a float.</param>
/// <param name="Tokens">Whether it reads tokens, for each of which the inputs' part of the gates is known.</param>
internal readonly record struct GruVariant(bool ResetAfter, Curve Activation, GateCurve Gates, bool Masked, bool Pairs = false, bool Tokens = false)
{
    /// <summary>PyTorch's and Keras' GRU.</summary>
    public static GruVariant Plain { get; } = new(ResetAfter: true, Curve.Tanh, GateCurve.Sigmoid, Masked: false);

    /// <summary>What the names of kernels have behind their sizes; nothing for the plain one.</summary>
    public string Suffix => (ResetAfter ? "" : "ResetBefore")
        + (Activation == Curve.Tanh ? "" : Activation.ToString())
        + (Gates == GateCurve.Sigmoid ? "" : Gates.ToString())
        + (Masked ? "Masked" : "")
        + (Pairs ? "BFloat16" : "")
        + (Tokens ? "Tokens" : "");
}

/// <summary>A fully connected layer of <paramref name="Units"/> units on <paramref name="InputSize"/> inputs.</summary>
internal sealed record DenseShape(int InputSize, int Units) : LayerShape($"Dense{InputSize}x{Units}");

/// <summary>A table of <paramref name="Vocabulary"/> vectors of <paramref name="Size"/> numbers.</summary>
internal sealed record EmbeddingShape(int Vocabulary, int Size) : LayerShape($"Embedding{Vocabulary}x{Size}");
