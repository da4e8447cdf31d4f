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

/// <summary>What a normalisation by hand computes on its way: each step's mean, difference to it, variance, …</summary>
internal enum Statistic
{
    Mean,
    Centred,
    Square,
    Variance,
    Deviation,
    InverseDeviation,
}

/// <summary>A statistic over the features of each step.</summary>
/// <param name="of">What it is computed of.</param>
/// <param name="kind">Which.</param>
/// <param name="epsilon">What was added to the variance, if something was.</param>
internal sealed class FeatureStatistic(Signal of, Statistic kind, double epsilon = 0) : Value
{
    public Signal Of { get; } = of;

    public Statistic Kind { get; } = kind;

    public double Epsilon { get; } = epsilon;

    public override string Describe() => $"the {Kind switch
    {
        Statistic.Mean => "mean",
        Statistic.Centred => "difference to the mean",
        Statistic.Square => "squared difference to the mean",
        Statistic.Variance => "variance",
        Statistic.Deviation => "standard deviation",
        _ => "inverse standard deviation",
    }} of the features of a step";
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
