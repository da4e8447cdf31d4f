namespace GruGen.Tests.Reference;

/// <summary>The activations of single numbers, and their slopes from what came out.</summary>
internal static class ReferenceCurve
{
    /// <summary>y of x.</summary>
    public static double Of(Activation activation, double x) => activation switch
    {
        Activation.Linear => x,
        Activation.Sigmoid => Sigmoid(x),
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => Math.Max(x, 0),
        Activation.Softsign => x / (1 + Math.Abs(x)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "It is no curve of single numbers."),
    };

    /// <summary>dy/dx at y.</summary>
    public static double Slope(Activation activation, double y) => activation switch
    {
        Activation.Linear => 1,
        Activation.Sigmoid => y * (1 - y),
        Activation.Tanh => 1 - y * y,
        Activation.Relu => y > 0 ? 1 : 0,
        Activation.Softsign => (1 - Math.Abs(y)) * (1 - Math.Abs(y)), // 1 − |y| = 1/(1 + |x|)
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "It is no curve of single numbers."),
    };

    /// <summary>y of x.</summary>
    public static double Of(GateActivation activation, double x) => activation switch
    {
        GateActivation.HardSigmoid => Math.Clamp(x / 6 + 0.5, 0, 1),
        GateActivation.HardSigmoidKeras2 => Math.Clamp(0.2 * x + 0.5, 0, 1),
        _ => Sigmoid(x),
    };

    /// <summary>dy/dx at y.</summary>
    public static double Slope(GateActivation activation, double y) => activation switch
    {
        GateActivation.HardSigmoid => y is > 0 and < 1 ? 1.0 / 6 : 0,
        GateActivation.HardSigmoidKeras2 => y is > 0 and < 1 ? 0.2 : 0,
        _ => y * (1 - y),
    };

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
