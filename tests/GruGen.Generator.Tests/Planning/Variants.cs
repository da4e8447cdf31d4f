
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
        new(ResetAfter: true, Values.Activation.Elu, Values.GateActivation.Elu, Masked: true)
        {
            NewNumbers = new(0.5, null), GateNumbers = new(0.25, null), Clip = 3, Replaces = true,
        },
        new(ResetAfter: false, Values.Activation.ScaledTanh, Values.GateActivation.ScaledTanh, Masked: true)
        {
            NewNumbers = new(-1.5, 0.75), GateNumbers = new(0.8, 1.25), Clip = 0.875, Replaces = true,
        },
        new(ResetAfter: true, Values.Activation.LeakyRelu, Values.GateActivation.HardSigmoid, Masked: false, Pairs: true)
        {
            NewNumbers = new(0.01, null), GateNumbers = new(0.3, 0.45), Clip = 3,
        },
        new(ResetAfter: true, Values.Activation.HardSigmoid, Values.GateActivation.Affine, Masked: false, Tokens: true)
        {
            NewNumbers = new(-0.3, 0.5), GateNumbers = new(-0.25, 0.5), Clip = 2.5, Replaces = true,
        },
        new(ResetAfter: false, Values.Activation.Affine, Values.GateActivation.LeakyRelu, Masked: false)
        {
            NewNumbers = new(0.5, 0.1), GateNumbers = new(0.125, null),
        },
        new(ResetAfter: true, Values.Activation.HardSigmoid, Values.GateActivation.Tanh, Masked: false) { Clip = 4 },
        new(ResetAfter: true, Values.Activation.Linear, Values.GateActivation.Relu, Masked: false) { Clip = 6 },
    ];

    /// <summary>What a layer is declared with to be of a variant.</summary>
    public static GruOptions Options(GruVariant variant) => new()
    {
        ResetAfter = variant.ResetAfter,
        Activation = (Activation)variant.Activation,
        GateActivation = (GateActivation)variant.Gates,
        ActivationAlpha = variant.NewNumbers.Alpha,
        ActivationBeta = variant.NewNumbers.Beta,
        GateActivationAlpha = variant.GateNumbers.Alpha,
        GateActivationBeta = variant.GateNumbers.Beta,
        UpdateGate = variant.Replaces ? UpdateGate.Replace : UpdateGate.Keep,
        Clip = variant.Clip,
        RecurrentDropout = variant.Masked ? 0.5 : 0,
    };
}
