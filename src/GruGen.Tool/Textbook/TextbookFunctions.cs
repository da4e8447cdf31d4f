namespace GruGen.Tool;

/// <summary>Activations in double precision.</summary>
internal static class TextbookFunctions
{
    /// <summary>An activation of single numbers.</summary>
    public static Func<double, double> Of(Activation activation, double? alpha = null, double? beta = null) => activation switch
    {
        Activation.Linear => x => x,
        Activation.Sigmoid => Sigmoid,
        Activation.Tanh => Math.Tanh,
        Activation.Relu => x => Math.Max(x, 0),
        Activation.Softsign => x => x / (1 + Math.Abs(x)),
        Activation.Silu => x => x * Sigmoid(x),
        Activation.Elu => x => x > 0 ? x : (alpha ?? 1) * (Math.Exp(x) - 1),
        Activation.LeakyRelu => x => x > 0 ? x : (alpha ?? 0.01) * x,
        Activation.Gelu => x => x * (1 + Erf(x / Math.Sqrt(2))) / 2,
        Activation.ScaledTanh => x => (alpha ?? 1.7159) * Math.Tanh((beta ?? 2.0 / 3) * x),
        Activation.Affine => x => ((alpha ?? 1) * x) + (beta ?? 0),
        Activation.HardSigmoid => HardSigmoid(alpha ?? 1.0 / 6, beta ?? 0.5),
        _ => throw new ArgumentException($"{activation} is no function of single numbers.", nameof(activation)),
    };

    /// <summary>An activation of the gates.</summary>
    public static Func<double, double> Of(GateActivation activation, double? alpha = null, double? beta = null) => activation switch
    {
        GateActivation.HardSigmoidKeras2 => HardSigmoid(alpha ?? 0.2, beta ?? 0.5),
        _ => Of(Enum.Parse<Activation>(activation.ToString()), alpha, beta),
    };

    /// <summary>An activation of vectors.</summary>
    public static Func<double[], double[]> OfVector(Activation activation)
    {
        if (activation == Activation.Softmax)
        {
            return x =>
            {
                double largest = x.Max(), sum = x.Sum(value => Math.Exp(value - largest));
                return [.. x.Select(value => Math.Exp(value - largest) / sum)];
            };
        }

        Func<double, double> function = Of(activation);
        return x => [.. x.Select(function)];
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static Func<double, double> HardSigmoid(double alpha, double beta) => x => Math.Clamp((alpha * x) + beta, 0, 1);

    /// <summary>
    /// The error function by its series near 0 and its continued fraction far from it (Abramowitz and Stegun 7.1.6, 7.1.14).
    /// </summary>
    private static double Erf(double x)
    {
        double size = Math.Abs(x);
        if (size < 3)
        {
            double term = x, sum = x;
            for (int n = 1; n < 100; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
        }

        double fraction = 0;
        for (int n = 60; n > 0; n--)
        {
            fraction = n / 2.0 / (size + fraction);
        }

        return Math.Sign(x) * (1 - (Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (size + fraction)));
    }
}
