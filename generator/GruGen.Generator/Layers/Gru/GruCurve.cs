using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>An activation as kernels compute it.</summary>
/// <param name="Name">The runtime's function.</param>
/// <param name="Numbers">The α and β that it is given; none where it has its own.</param>
internal readonly record struct GruCurve(string Name, ActivationParameters Numbers)
{
    /// <summary>Whether 0 and 1 are its limits, with a straight line between them.</summary>
    public bool IsHardSigmoid => Name is nameof(GateActivation.HardSigmoid) or nameof(GateActivation.HardSigmoidKeras2);

    /// <summary>Whether it is one whose line is too steep to give anything tiny but 0.</summary>
    public bool HasNoTail => IsHardSigmoid && Numbers.Alpha is null;

    /// <summary>Whether <c>f(−a) = 1 − f(a)</c>, so that negated weights turn what is kept into what is replaced.</summary>
    public bool IsSymmetric => Name == nameof(GateActivation.Sigmoid) || (IsHardSigmoid && Numbers.Beta is null or 0.5);

    /// <summary>Whether it falls.</summary>
    public bool Falls => Name switch
    {
        nameof(Activation.HardSigmoid) or nameof(Activation.Affine) => Numbers.Alpha < 0,
        nameof(Activation.ScaledTanh) => Numbers.Alpha * Numbers.Beta < 0,
        _ => false,
    };

    /// <summary>The calls that are inlined with it, and itself.</summary>
    public int Calls => Name switch
    {
        nameof(Activation.Linear) => 0,
        nameof(Activation.Relu) => 1,
        nameof(Activation.Affine) => 2,
        nameof(Activation.HardSigmoid) or nameof(GateActivation.HardSigmoidKeras2) => 3,
        nameof(Activation.LeakyRelu) => 4,
        nameof(Activation.Softsign) => 5,
        nameof(Activation.Sigmoid) => 16,
        nameof(Activation.Tanh) => 18,
        nameof(Activation.ScaledTanh) => 21,
        nameof(Activation.Elu) => 26,
        _ => 30, // as for any that nobody has counted
    };

    /// <summary>What the names of kernels have of it: each number with the letters that a name can have.</summary>
    public string Suffix => Name + Number(Numbers.Alpha) + (Numbers.Beta is null ? "" : "x" + Number(Numbers.Beta));

    /// <summary>A number as a part of a name.</summary>
    public static string Number(double? number) =>
        number is { } given ? ModelText.Real(given).Replace('.', '_').Replace('-', 'm').Replace("+", "") : "";
}
