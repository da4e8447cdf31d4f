namespace GruGen;

/// <summary>
/// Turns a partial class into a recurrent model: the layer attributes that stand on the same declaration are its layers,
/// in their order, and the build emits the code that runs and trains exactly these shapes.
/// </summary>
/// <remarks>A model reads tokens if its first layer is an <see cref="EmbeddingAttribute"/>, and features otherwise.</remarks>
/// <param name="inputSize">The number of features a step; 0, the default, for a model that reads tokens.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class GruModelAttribute(int inputSize = 0) : Attribute
{
    /// <summary>The number of features a step, or 0 for a model that reads tokens.</summary>
    public int InputSize { get; } = inputSize;
}

/// <summary>Looks every token up in a table of vectors. Only the first layer of a model can be an embedding.</summary>
/// <param name="vocabulary">The number of different tokens, 1 to 16,777,216; tokens are 0 to <paramref name="vocabulary"/> − 1.</param>
/// <param name="size">The size of a token's vector, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class EmbeddingAttribute(int vocabulary, int size) : Attribute
{
    /// <summary>The number of different tokens.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <summary>The size of a token's vector.</summary>
    public int Size { get; } = size;
}

/// <summary>
/// A gated recurrent unit with the reset gate after the product (PyTorch's <c>nn.GRU</c>, Keras' <c>reset_after=True</c>):
/// <c>r = σ(W_ir·x + b_ir + W_hr·h + b_hr)</c>, <c>z = σ(W_iz·x + b_iz + W_hz·h + b_hz)</c>,
/// <c>n = tanh(W_in·x + b_in + r ∘ (W_hn·h + b_hn))</c>, <c>h' = (1 − z) ∘ n + z ∘ h</c>.
/// </summary>
/// <param name="hiddenSize">The size of the state, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class GruAttribute(int hiddenSize) : Attribute
{
    /// <summary>The size of the state.</summary>
    public int HiddenSize { get; } = hiddenSize;

    /// <summary>
    /// What the layer hands on. Unless given: every step below another recurrent layer, and the final state at the top.
    /// </summary>
    public Steps Output { get; set; }
}

/// <summary>A fully connected layer, <c>y = activation(W·x + b)</c>, on every step it is given or on the final state.</summary>
/// <param name="units">The size of the output, 1 to 65,536.</param>
/// <param name="activation">The activation; linear unless given.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class DenseAttribute(int units, Activation activation = Activation.Linear) : Attribute
{
    /// <summary>The size of the output.</summary>
    public int Units { get; } = units;

    /// <summary>The activation.</summary>
    public Activation Activation { get; } = activation;
}

/// <summary>Which steps a recurrent layer hands on.</summary>
public enum Steps
{
    /// <summary>The state after the last step of each sequence.</summary>
    Last,

    /// <summary>The state after every step.</summary>
    Every,
}

/// <summary>The activation of a <see cref="DenseAttribute">Dense</see> layer.</summary>
public enum Activation
{
    /// <summary><c>y = x</c></summary>
    Linear,

    /// <summary><c>y = 1 / (1 + e^−x)</c></summary>
    Sigmoid,

    /// <summary><c>y = tanh(x)</c></summary>
    Tanh,

    /// <summary><c>y = max(x, 0)</c></summary>
    Relu,

    /// <summary><c>y_i = e^x_i / Σ_j e^x_j</c> over the units of the layer</summary>
    Softmax,
}
