
namespace GruGen.Generator.Tests.Planning;

/// <summary>Variants of a recurrent layer in which each of its curves comes once, after and before the product.</summary>
internal static class Variants
{
    public static IReadOnlyList<GruVariant> All { get; } =
    [
        GruVariant.Plain,
        new(ResetAfter: false, Curve.Tanh, GateCurve.Sigmoid, Masked: false),
        new(ResetAfter: true, Curve.Relu, GateCurve.HardSigmoid, Masked: true),
        new(ResetAfter: false, Curve.Softsign, GateCurve.HardSigmoidKeras2, Masked: true),
        new(ResetAfter: true, Curve.Tanh, GateCurve.Sigmoid, Masked: false, Pairs: true),
        new(ResetAfter: true, Curve.Linear, GateCurve.HardSigmoidKeras2, Masked: false),
        new(ResetAfter: false, Curve.Sigmoid, GateCurve.HardSigmoid, Masked: false),
        new(ResetAfter: false, Curve.Linear, GateCurve.Sigmoid, Masked: true),
        new(ResetAfter: true, Curve.Tanh, GateCurve.Sigmoid, Masked: false, Tokens: true),
        new(ResetAfter: true, Curve.Softsign, GateCurve.Sigmoid, Masked: true, Tokens: true),
    ];

    /// <summary>What a layer is declared with to be of a variant.</summary>
    public static GruOptions Options(GruVariant variant) => new()
    {
        ResetAfter = variant.ResetAfter,
        Activation = (Activation)variant.Activation,
        GateActivation = (GateActivation)variant.Gates,
        RecurrentDropout = variant.Masked ? 0.5 : 0,
    };
}
