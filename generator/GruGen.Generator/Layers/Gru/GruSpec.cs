using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>A recurrent layer.</summary>
/// <param name="HiddenSize">The size of its state.</param>
/// <param name="EveryStep">Whether it outputs the state of every step, as declared or by its place; otherwise only the final one.</param>
internal sealed record GruSpec(int HiddenSize, bool EveryStep) : LayerSpec
{
    private const long MaxTokenBytes = 4 << 20;

    /// <summary>What it is beyond its size.</summary>
    public GruOptions Options { get; init; } = GruOptions.Default;

    /// <summary>The directions it reads sequences in.</summary>
    public Direction Direction => Options.Bidirectional ? Direction.Both : Options.Reverse ? Direction.Reverse : Direction.Forward;

    /// <summary>Whether its initial state is a parameter.</summary>
    public bool LearnsInitialState => Options.InitialState == InitialState.Learned;

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
    public override int OutputSizeOn(int inputSize) =>
        Options is { Bidirectional: true, Merge: Merge.Concat } ? 2 * HiddenSize : HiddenSize;

    /// <inheritdoc/>
    public override bool EveryStepOn(bool everyStep) => EveryStep;

    /// <summary>
    /// The inputs' part of its gates is then computed once for each token and not at every step: for predictions of the whole vocabulary,
    /// in training of the tokens that a batch has. These are four numbers a token and unit, and the more of them there are, the less does a
    /// step find them in the cache: a batch of 3,200 different tokens out of 10,000 trains faster from their vectors. A layer that needs
    /// the vectors themselves reads those.
    /// </summary>
    public override bool TakesTokensOf(int vocabulary) =>
        16L * vocabulary * Simd.Padded(HiddenSize) <= MaxTokenBytes
        && this is { Direction: Direction.Forward, BFloat16: false, Options: { ResetAfter: true, Dropout: 0, Residual: false } };

    /// <inheritdoc/>
    public override Repetition RepetitionOn(Repetition below) => !Options.Bidirectional ? Repetition.Whole
        : Options.Merge == Merge.Concat ? Repetition.Halves
        : Repetition.Mixed;

    /// <inheritdoc/>
    public override LayerSpec InBFloat16() => this with { BFloat16 = true };

    /// <inheritdoc/>
    public override bool GainsFromBFloat16 => Options.ResetAfter;

    /// <inheritdoc/>
    public override LayerShape? ShapeOn(int inputSize, LayerSpec? below)
    {
        var variant = new GruVariant(
            Options.ResetAfter,
            Options.Activation,
            Options.GateActivation,
            Masked: Options.RecurrentDropout > 0,
            Pairs: BFloat16 && GainsFromBFloat16,
            Tokens: below?.Vocabulary is int vocabulary && TakesTokensOf(vocabulary));
        return new GruShape(inputSize, HiddenSize, WithActivations(variant, GruActivations.Of(Options)));
    }

    /// <inheritdoc/>
    public override LayerShape? SecondShapeOn(LayerShape first)
    {
        var shape = (GruShape)first;
        return Options.Bidirectional && GruActivations.OfReverse(Options) != GruActivations.Of(Options)
            ? new GruShape(shape.InputSize, HiddenSize, WithActivations(shape.Variant, GruActivations.OfReverse(Options)))
            : null;
    }

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting)
    {
        var shape = (GruShape)setting.Shape!;
        return new GruLayerPlan(this, GruPlan.For(shape))
        {
            SecondKernel = SecondShapeOn(shape) is GruShape second ? (GruPlan.For(second), second.Name) : null,
            Table = shape.Variant.Tokens ? (EmbeddingLayerPlan)setting.Below! : null,
        };
    }

    private GruVariant WithActivations(GruVariant variant, GruActivations activations)
    {
        variant = variant.With(activations);
        return variant with { Clip = Options.Clip, Replaces = Options.UpdateGate == UpdateGate.Replace && !variant.GateCurve.IsSymmetric };
    }
}

/// <summary>The directions a recurrent layer reads sequences in.</summary>
internal enum Direction
{
    Forward,
    Reverse,
    Both,
}
