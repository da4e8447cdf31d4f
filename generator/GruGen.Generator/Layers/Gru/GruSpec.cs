using GruGen.Generator.Planning;

namespace GruGen.Generator.Layers;

/// <summary>A recurrent layer.</summary>
/// <param name="HiddenSize">The size of its state.</param>
/// <param name="EveryStep">Whether it outputs the state of every step, as declared or by its place; otherwise only the final one.</param>
internal sealed record GruSpec(int HiddenSize, bool EveryStep) : LayerSpec
{
    private const long MaxTokenBytes = 4 << 20;

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

    /// <inheritdoc/>
    public override string? NeedsEnds => Direction switch
    {
        Direction.Both => "is bidirectional and reads them from their ends too",
        Direction.Reverse => "reads them from their ends",
        _ => null,
    };

    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => Direction == Direction.Both && Merge == Merge.Concat ? 2 * HiddenSize : HiddenSize;

    /// <inheritdoc/>
    public override bool EveryStepOn(bool everyStep) => EveryStep;

    /// <summary>
    /// The inputs' part of its gates is then computed once for each token and not at every step: for predictions of the whole vocabulary, in
    /// training of the tokens that a batch has. These are four numbers a token and unit, and the more of them there are, the less does a
    /// step find them in the cache: a batch of 3,200 different tokens out of 10,000 trains faster from their vectors. A layer that needs the
    /// vectors themselves reads those.
    /// </summary>
    public override bool TakesTokensOf(int vocabulary) =>
        16L * vocabulary * KernelPlan.Padded(HiddenSize) <= MaxTokenBytes
        && this is { ResetAfter: true, BFloat16: false, Direction: Direction.Forward, Dropout: 0, Residual: false };

    /// <inheritdoc/>
    public override LayerSpec InBFloat16() => this with { BFloat16 = true };

    /// <inheritdoc/>
    public override LayerShape? ShapeOn(int inputSize, LayerSpec? below) => new GruShape(inputSize, HiddenSize, new GruVariant(
        ResetAfter,
        Activation,
        GateActivation,
        Masked: RecurrentDropout > 0,
        Pairs: BFloat16 && ResetAfter,
        Tokens: below?.Vocabulary is int vocabulary && TakesTokensOf(vocabulary)));

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting)
    {
        var shape = (GruShape)setting.Shape!;
        return new GruLayerPlan(this, GruPlan.For(shape))
        {
            Table = shape.Variant.Tokens ? (EmbeddingLayerPlan)setting.Below! : null,
        };
    }
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

/// <summary>The activations of gates, in the order of <c>GruGen.GateActivation</c>.</summary>
internal enum GateCurve
{
    Sigmoid,
    HardSigmoid,
    HardSigmoidKeras2,
}
