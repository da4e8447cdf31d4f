
namespace GruGen.Generator.Tests.Planning;

/// <summary>Variants of a recurrent layer in which each of its curves comes once, after and before the product.</summary>
internal static class Variants
{
    public static IReadOnlyList<GruVariant> All { get; } =
    [
        GruVariant.Plain,
        new(ResetAfter: false, Values.Activation.Tanh, Values.GateActivation.Sigmoid, Masked: false),
        new(ResetAfter: true, Values.Activation.Relu, Values.GateActivation.HardSigmoid, Masked: true),
        new(ResetAfter: false, Values.Activation.Softsign, Values.GateActivation.HardSigmoidKeras2, Masked: true),
        new(ResetAfter: true, Values.Activation.Tanh, Values.GateActivation.Sigmoid, Masked: false, Pairs: true),
        new(ResetAfter: true, Values.Activation.Linear, Values.GateActivation.HardSigmoidKeras2, Masked: false),
        new(ResetAfter: false, Values.Activation.Sigmoid, Values.GateActivation.HardSigmoid, Masked: false),
        new(ResetAfter: false, Values.Activation.Linear, Values.GateActivation.Sigmoid, Masked: true),
        new(ResetAfter: true, Values.Activation.Tanh, Values.GateActivation.Sigmoid, Masked: false, Tokens: true),
        new(ResetAfter: true, Values.Activation.Softsign, Values.GateActivation.Sigmoid, Masked: true, Tokens: true),
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
