using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>What is known of a value of a graph.</summary>
internal abstract class Value
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Describe();
}

/// <summary>A value of which nothing can be said, because the node that makes it could not be placed, which is reported once.</summary>
internal sealed class Unplaced : Value
{
    public static readonly Unplaced Instance = new();

    public override string Describe() => "a value of a node that is reported";
}

/// <summary>Which steps only fill a sequence: those of a token, or those whose features all equal a number.</summary>
/// <param name="Token">The token; −1 if it is the number.</param>
/// <param name="Value">The number.</param>
internal sealed record Filling(int Token, float Value);

/// <summary>The number of real steps of each sequence, ONNX' <c>sequence_lens</c>.</summary>
/// <param name="filling">What the other steps hold; null if the caller gives the numbers.</param>
internal sealed class Lengths(Filling? filling) : Value
{
    public Filling? Filling { get; } = filling;

    public override string Describe() => "lengths of sequences";
}

/// <summary>For each step whether it only fills its sequence, or whether it does not.</summary>
/// <param name="axes">The axes, as those of a signal.</param>
/// <param name="filling">What the steps that fill hold.</param>
/// <param name="isReal">Whether the other steps are the ones that are true.</param>
internal sealed class Mask(ImmutableArray<string> axes, Filling filling, bool isReal) : Value
{
    public ImmutableArray<string> Axes { get; } = axes;

    public Filling Filling { get; } = filling;

    public bool IsReal { get; } = isReal;

    public override string Describe() => "a mask of steps";
}

/// <summary>For each feature whether it equals a number.</summary>
/// <param name="of">The features.</param>
/// <param name="number">The number.</param>
/// <param name="isEqual">Whether those that do are true, and not those that do not.</param>
internal sealed class Equality(Signal of, float number, bool isEqual) : Value
{
    public Signal Of { get; } = of;

    public float Number { get; } = number;

    public bool IsEqual { get; } = isEqual;

    public override string Describe() => "a mask of features";
}

/// <summary>What a normalisation that is written out computes on its way, of each step: μ and σ² are over its features.</summary>
internal enum Statistic
{
    /// <summary>μ, or −μ</summary>
    Mean,

    /// <summary>x − μ</summary>
    Centred,

    /// <summary>(x − μ)²</summary>
    Square,

    /// <summary>σ², or σ² + ε</summary>
    Variance,

    /// <summary>√(σ² + ε)</summary>
    Deviation,

    /// <summary>γ/√(σ² + ε), or without γ</summary>
    Inverse,

    /// <summary>x ∘ γ/√(σ² + ε)</summary>
    Scaled,

    /// <summary>μ ∘ γ/√(σ² + ε), its negative, or β and that</summary>
    ScaledMean,
}

/// <summary>A statistic over the features of each step.</summary>
/// <param name="of">What it is computed of.</param>
/// <param name="kind">Which.</param>
internal sealed class FeatureStatistic(Signal of, Statistic kind) : Value
{
    public Signal Of { get; } = of;

    public Statistic Kind { get; } = kind;

    /// <summary>ε; 0 where none was added.</summary>
    public double Epsilon { get; private init; }

    /// <summary>γ, or −1 of a mean; null if there is none.</summary>
    public float[]? Scale { get; private init; }

    /// <summary>β; null if there is none.</summary>
    public float[]? Shift { get; private init; }

    /// <summary>Whether the mean stands with a minus.</summary>
    public bool IsNegative { get; private init; }

    /// <summary>The initializers of γ and β.</summary>
    public ImmutableHashSet<string> From { get; private init; } = [];

    /// <summary>What follows from it.</summary>
    public FeatureStatistic With(
        Statistic kind, double? epsilon = null, float[]? scale = null, float[]? shift = null, ImmutableHashSet<string>? from = null) =>
        new(Of, kind)
        {
            Epsilon = epsilon ?? Epsilon,
            Scale = scale ?? Scale,
            Shift = shift ?? Shift,
            IsNegative = IsNegative,
            From = from is null ? From : From.Union(from),
        };

    /// <summary>The same with the other sign.</summary>
    public FeatureStatistic Negated() =>
        new(Of, Kind) { Epsilon = Epsilon, Scale = Scale, Shift = Shift, IsNegative = !IsNegative, From = From };

    /// <summary>Whether both are parts of one normalisation.</summary>
    public bool IsOfOne(FeatureStatistic other) => Of == other.Of && Epsilon.Equals(other.Epsilon) && Scale == other.Scale;

    public override string Describe() => "a statistic of the features of a step, as a normalisation has them,";
}

/// <summary>What x·Φ(x), written with the error function, computes on its way.</summary>
internal enum GeluPart
{
    /// <summary>erf(x/√2)</summary>
    Erf,

    /// <summary>1 + erf(x/√2)</summary>
    OnePlusErf,

    /// <summary>(1 + erf(x/√2))/2 = Φ(x)</summary>
    Phi,

    /// <summary>x·(1 + erf(x/√2))</summary>
    Twice,
}

/// <summary>A part of a GELU.</summary>
/// <param name="of">x</param>
/// <param name="part">Which part.</param>
internal sealed class GeluStage(Signal of, GeluPart part) : Value
{
    public Signal Of { get; } = of;

    public GeluPart Part { get; } = part;

    public override string Describe() => "a part of a GELU";
}
