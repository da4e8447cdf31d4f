#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>α and β of an activation; null where it has none.</summary>
internal readonly record struct ActivationParameters(double? Alpha, double? Beta)
{
    /// <summary>Those of an activation, unless others are given.</summary>
    public static ActivationParameters Of(Activation activation) => activation switch
    {
        Activation.Elu => new(1, null),
        Activation.LeakyRelu => new(0.01, null),
        Activation.ScaledTanh => new(1.7159, 2.0 / 3),
        Activation.Affine => new(1, 0),
        Activation.HardSigmoid => new(1.0 / 6, 0.5),
        _ => default,
    };

    /// <inheritdoc cref="Of(Activation)"/>
    public static ActivationParameters Of(GateActivation activation) => activation switch
    {
        GateActivation.Elu => Of(Activation.Elu),
        GateActivation.LeakyRelu => Of(Activation.LeakyRelu),
        GateActivation.ScaledTanh => Of(Activation.ScaledTanh),
        GateActivation.Affine => Of(Activation.Affine),
        GateActivation.HardSigmoid => Of(Activation.HardSigmoid),
        GateActivation.HardSigmoidKeras2 => new(0.2, 0.5),
        _ => default,
    };

    /// <summary>Whether only recurrent layers have an activation, where α and β can be given.</summary>
    public static bool AreOfRecurrentLayers(Activation activation) => activation is
        Activation.ScaledTanh or Activation.Affine or Activation.HardSigmoid;

    /// <summary>With what is given of what there is.</summary>
    public ActivationParameters With(double? alpha, double? beta) => new(
        Alpha is null ? null : alpha ?? Alpha,
        Beta is null ? null : beta ?? Beta);
}
