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

/// <summary>The number of real steps of each sequence, ONNX' <c>sequence_lens</c>.</summary>
/// <param name="paddingToken">The token that the other steps hold; −1 if the caller gives the numbers.</param>
internal sealed class Lengths(int paddingToken) : Value
{
    public int PaddingToken { get; } = paddingToken;

    public override string Describe() => "lengths of sequences";
}

/// <summary>For each step of tokens whether it is one of padding, or whether it is none.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="paddingToken">The token of padding.</param>
/// <param name="isReal">Whether real steps are the ones that are true.</param>
internal sealed class Mask(Signal tokens, int paddingToken, bool isReal) : Value
{
    public Signal Tokens { get; } = tokens;

    public int PaddingToken { get; } = paddingToken;

    public bool IsReal { get; } = isReal;

    public override string Describe() => "a mask of steps";
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
