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

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
