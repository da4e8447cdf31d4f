namespace GruGen.Tests.Reference;

/// <summary>The activations of single numbers, and their slopes, from what came out or from what went in.</summary>
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
        Activation.Silu => x * Sigmoid(x),
        Activation.Gelu => x * Normal(x),
        Activation.Elu => x > 0 ? x : x < -0.5 ? Math.Exp(x) - 1 : 2 * Math.Exp(x / 2) * Math.Sinh(x / 2),
        Activation.LeakyRelu => x > 0 ? x : 0.01 * x,
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
        Activation.Elu => y > 0 ? 1 : y + 1,
        Activation.LeakyRelu => y > 0 ? 1 : 0.01,
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "It is no curve of single numbers."),
    };

    /// <summary>dy/dx at x.</summary>
    public static double SlopeAt(Activation activation, double x) => activation switch
    {
        Activation.Silu => Sigmoid(x) * (1 + (x * Sigmoid(-x))),
        Activation.Gelu => Normal(x) + (x * Density(x)),
        _ => Slope(activation, Of(activation, x)),
    };

    /// <summary>The standard normal distribution: its series near 0, its continued fraction elsewhere.</summary>
    public static double Normal(double x)
    {
        double t = Math.Abs(x), below = t > 40 ? 0 : t < 2 ? 0.5 - (Density(t) * Series()) : Density(t) / Fraction();
        return x < 0 ? below : 1 - below;

        double Series()
        {
            double term = t, sum = t;
            for (int n = 1; n < 60; n++)
            {
                term *= t * t / ((2 * n) + 1);
                sum += term;
            }

            return sum;
        }

        double Fraction()
        {
            double fraction = t;
            for (int n = 200; n > 0; n--)
            {
                fraction = t + (n / fraction);
            }

            return fraction;
        }
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
