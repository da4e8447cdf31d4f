#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>The options of a GRU layer other than its sizes. The properties are those of <c>[Gru]</c>.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
sealed record GruOptions
{
    /// <summary>The options that are all at their defaults: PyTorch's <c>nn.GRU</c>.</summary>
    public static GruOptions Default { get; } = new();

    /// <inheritdoc cref="GruAttribute.Bidirectional"/>
    public bool Bidirectional { get; init; }

    /// <inheritdoc cref="GruAttribute.Merge"/>
    public Merge Merge { get; init; }

    /// <inheritdoc cref="GruAttribute.Reverse"/>
    public bool Reverse { get; init; }

    /// <inheritdoc cref="GruAttribute.ResetAfter"/>
    public bool ResetAfter { get; init; } = true;

    /// <inheritdoc cref="GruAttribute.UpdateGate"/>
    public UpdateGate UpdateGate { get; init; }

    /// <inheritdoc cref="GruAttribute.Bias"/>
    public bool Bias { get; init; } = true;

    /// <inheritdoc cref="GruAttribute.Activation"/>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <inheritdoc cref="GruAttribute.GateActivation"/>
    public GateActivation GateActivation { get; init; }

    /// <inheritdoc cref="GruAttribute.ActivationAlpha"/>
    public double? ActivationAlpha { get; init; }

    /// <inheritdoc cref="GruAttribute.ActivationBeta"/>
    public double? ActivationBeta { get; init; }

    /// <inheritdoc cref="GruAttribute.GateActivationAlpha"/>
    public double? GateActivationAlpha { get; init; }

    /// <inheritdoc cref="GruAttribute.GateActivationBeta"/>
    public double? GateActivationBeta { get; init; }

    /// <inheritdoc cref="GruAttribute.ReverseActivation"/>
    public Activation? ReverseActivation { get; init; }

    /// <inheritdoc cref="GruAttribute.ReverseActivationAlpha"/>
    public double? ReverseActivationAlpha { get; init; }

    /// <inheritdoc cref="GruAttribute.ReverseActivationBeta"/>
    public double? ReverseActivationBeta { get; init; }

    /// <inheritdoc cref="GruAttribute.ReverseGateActivation"/>
    public GateActivation? ReverseGateActivation { get; init; }

    /// <inheritdoc cref="GruAttribute.ReverseGateActivationAlpha"/>
    public double? ReverseGateActivationAlpha { get; init; }

    /// <inheritdoc cref="GruAttribute.ReverseGateActivationBeta"/>
    public double? ReverseGateActivationBeta { get; init; }

    /// <inheritdoc cref="GruAttribute.Clip"/>
    public double Clip { get; init; }

    /// <inheritdoc cref="GruAttribute.InitialState"/>
    public InitialState InitialState { get; init; }

    /// <inheritdoc cref="GruAttribute.Dropout"/>
    public double Dropout { get; init; }

    /// <inheritdoc cref="GruAttribute.RecurrentDropout"/>
    public double RecurrentDropout { get; init; }

    /// <inheritdoc cref="GruAttribute.Residual"/>
    public bool Residual { get; init; }

    /// <summary>The number of directions, each of which has parameters and a state of its own.</summary>
    public int Directions => Bidirectional ? 2 : 1;
}
