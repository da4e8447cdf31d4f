namespace GruGen.Tests.Reference;

/// <summary>An activation of a recurrent layer, by the name that it has in either enum, and its slope from its argument.</summary>
/// <param name="Name">The name.</param>
/// <param name="Alpha">α, where it has one.</param>
/// <param name="Beta">β, where it has one.</param>
internal sealed record ReferenceActivation(string Name, double Alpha, double Beta)
{
    /// <summary>That of the new gate, in the first direction or in the second.</summary>
    public static ReferenceActivation New(GruOptions options, bool second) => second && options.ReverseActivation is { } other
        ? Of(other.ToString(), options.ReverseActivationAlpha, options.ReverseActivationBeta)
        : Of(
            options.Activation.ToString(),
            (second ? options.ReverseActivationAlpha : null) ?? options.ActivationAlpha,
            (second ? options.ReverseActivationBeta : null) ?? options.ActivationBeta);

    /// <summary>That of the gates r and z, in the first direction or in the second.</summary>
    public static ReferenceActivation Gates(GruOptions options, bool second) => second && options.ReverseGateActivation is { } other
        ? Of(other.ToString(), options.ReverseGateActivationAlpha, options.ReverseGateActivationBeta)
        : Of(
            options.GateActivation.ToString(),
            (second ? options.ReverseGateActivationAlpha : null) ?? options.GateActivationAlpha,
            (second ? options.ReverseGateActivationBeta : null) ?? options.GateActivationBeta);

    /// <summary>y of x.</summary>
    public double Of(double x) => Name switch
    {
        "Linear" => x,
        "Sigmoid" => 1 / (1 + Math.Exp(-x)),
        "Tanh" => Math.Tanh(x),
        "Relu" => Math.Max(x, 0),
        "Softsign" => x / (1 + Math.Abs(x)),
        "Elu" => x > 0 ? x : Alpha * (Math.Exp(x) - 1),
        "LeakyRelu" => x > 0 ? x : Alpha * x,
        "ScaledTanh" => Alpha * Math.Tanh(Beta * x),
        "Affine" => Alpha * x + Beta,
        "HardSigmoid" or "HardSigmoidKeras2" => Math.Clamp(Alpha * x + Beta, 0, 1),
        _ => throw new InvalidOperationException($"{Name} is no curve of single numbers."),
    };

    /// <summary>dy/dx at x.</summary>
    public double Slope(double x) => Name switch
    {
        "Linear" => 1,
        "Sigmoid" => Math.Exp(-Math.Abs(x)) / Math.Pow(1 + Math.Exp(-Math.Abs(x)), 2),
        "Tanh" => 1 / Math.Pow(Math.Cosh(x), 2),
        "Relu" => x > 0 ? 1 : 0,
        "Softsign" => 1 / Math.Pow(1 + Math.Abs(x), 2),
        "Elu" => x > 0 ? 1 : Alpha * Math.Exp(x),
        "LeakyRelu" => x > 0 ? 1 : Alpha,
        "ScaledTanh" => Alpha * Beta / Math.Pow(Math.Cosh(Beta * x), 2),
        "Affine" => Alpha,
        "HardSigmoid" or "HardSigmoidKeras2" => Alpha * x + Beta is > 0 and < 1 ? Alpha : 0,
        _ => throw new InvalidOperationException($"{Name} is no curve of single numbers."),
    };

    /// <summary>α and β are those that are given, or the activation's own.</summary>
    private static ReferenceActivation Of(string name, double? alpha, double? beta)
    {
        (double ownAlpha, double ownBeta) = name switch
        {
            "Elu" => (1, 0),
            "LeakyRelu" => (0.01, 0),
            "ScaledTanh" => (1.7159, 2.0 / 3),
            "Affine" => (1, 0),
            "HardSigmoid" => (1.0 / 6, 0.5),
            "HardSigmoidKeras2" => (0.2, 0.5),
            _ => (0, 0),
        };
        return new(name, alpha ?? ownAlpha, beta ?? ownBeta);
    }
}
