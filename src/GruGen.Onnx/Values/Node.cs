using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace GruGen.Onnx;

/// <summary>What a layer of the model is found to be.</summary>
internal enum NodeKind
{
    Input,
    Embedding,
    Gru,
    Dense,
    Conv,
    LayerNorm,
    BatchNorm,
    PReLU,
    Pool,

    /// <summary>Others one behind the other, as they are.</summary>
    Join,

    /// <summary>The sum of others.</summary>
    Sum,
}

/// <summary>What of the steps of a layer's output is meant.</summary>
internal enum Moment
{
    /// <summary>All there are.</summary>
    Whole,

    /// <summary>The last step.</summary>
    Last,

    /// <summary>The first step.</summary>
    First,

    /// <summary>Of a GRU the state of each direction after its own last step.</summary>
    Final,
}

/// <summary>The output of a layer, or what of its steps is meant.</summary>
internal readonly record struct Source(Node Node, Moment Moment);

/// <summary>Numbers, and the initializers that they are from.</summary>
internal sealed record Weights(float[] Values, ImmutableHashSet<string> From)
{
    public Weights Map(Func<float, int, float> map, ImmutableHashSet<string>? from = null) =>
        new([.. Values.Select(map)], from is null ? From : From.Union(from));
}

/// <summary>
/// A layer as the graph has it. It never changes: where something is folded into it, that is another one, and those that no output needs
/// are left out in the end.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Origin">The node of the graph that it is from, for messages.</param>
/// <param name="Size">The number of its outputs a step.</param>
/// <param name="Order">Its place in the order of the graph.</param>
/// <param name="Inputs">What it reads: one after another as one vector, or of a sum all added up.</param>
internal sealed record Node(NodeKind Kind, string Origin, int Size, int Order, ImmutableArray<Source> Inputs)
{
    /// <summary>
    /// The weights, of a GRU one tensor for each direction: [3H, I] in the order z, r, n; of others one, laid out as in files here.
    /// </summary>
    public ImmutableArray<Weights> W { get; init; } = [];

    /// <summary>The recurrent weights of each direction, [3H, H]; of a batch normalisation the mean and the variance.</summary>
    public ImmutableArray<Weights> R { get; init; } = [];

    /// <summary>The biases, of a GRU [6H] for each direction; empty if there are none.</summary>
    public ImmutableArray<Weights> B { get; init; } = [];

    /// <summary>The learned first states of each direction; empty if they are zeros.</summary>
    public ImmutableArray<Weights> State { get; init; } = [];

    public GruOptions? Gru { get; init; }

    public int HiddenSize { get; init; }

    public Activation Activation { get; init; }

    public bool Residual { get; init; }

    public double Epsilon { get; init; }

    public Pooling Pooling { get; init; }

    public int PaddingToken { get; init; } = -1;

    /// <summary>Of an embedding, the number of tokens.</summary>
    public int Vocabulary { get; init; }

    public int KernelSize { get; init; }

    public int Dilation { get; init; }

    public int Stride { get; init; }

    /// <summary>The zeros that a convolution reads before a sequence.</summary>
    public long Before { get; init; }

    /// <summary>Those behind it.</summary>
    public long After { get; init; }

    /// <summary>Whether the file has the number of steps of each sequence, so that what is behind that is no step.</summary>
    public bool HasLengths { get; init; }

    /// <summary>
    /// Whether a layer that it reads, directly or by way of others, makes steps of others than the one and those before it.
    /// </summary>
    public bool ReadsMixedSteps { get; init; }

    /// <summary>Whether its steps are made of later steps too, or are fewer, so that lengths of sequences mean other steps here.</summary>
    public bool MixesSteps => ReadsMixedSteps || Kind switch
    {
        NodeKind.Conv => After > 0 || Stride > 1 || Before < (KernelSize - 1L) * Dilation,
        NodeKind.Pool => KernelSize > 0,
        _ => false,
    };

    /// <summary>Whether the graph is that of one step, so that a state is final after each.</summary>
    public bool IsOneStep { get; init; }

    /// <summary>Whether it has an output for every step.</summary>
    public bool IsTimed { get; init; }

    /// <summary>What the activation was applied to.</summary>
    public Signal? Argument { get; init; }

    /// <summary>The number of features that it reads a step.</summary>
    public int InputSize => Inputs.Sum(input => input.Node.Size);

    /// <summary>Whether it is affine in what it reads, so that a scale and a shift of its outputs are others of its weights.</summary>
    public bool IsAffine => Kind == NodeKind.LayerNorm
        || (Kind is NodeKind.Dense or NodeKind.Conv && Activation == Activation.Linear && !Residual);

    /// <summary>What the file calls it: of <c>GRU '/encoder/gru/GRU'</c> it is <c>gru</c>; empty if it has no such name.</summary>
    public string Path { get; init; } = "";

    public bool Equals(Node? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Origin;
}
