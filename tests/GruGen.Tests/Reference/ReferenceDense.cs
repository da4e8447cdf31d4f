namespace GruGen.Tests.Reference;

/// <summary>y = activation(W·x + b), and + x with a residual connection; b may be missing.</summary>
internal sealed class ReferenceDense(LayerSchema schema, double[] weight, double[]? bias, double[] dWeight, double[]? dBias) : ReferenceLayer(schema)
{
    private double[][] _x = [], _arguments = [], _activated = [];

    public override double[][] Forward(double[][] x)
    {
        _x = x;
        _arguments = [.. x.Select(Linear)];
        _activated = [.. _arguments.Select(argument => Activate(Schema.Activation, argument))];
        return Schema.Residual ? Sum(_activated, x) : _activated;
    }

    public override double[][] Backward(double[][] dy)
    {
        double[][] dx = Schema.Residual ? [.. dy.Select(step => step.ToArray())] : Zeros(dy.Length, Schema.InputSize);
        for (int t = 0; t < dy.Length; t++)
        {
            double[] d = ActivateBackward(Schema.Activation, _arguments[t], _activated[t], dy[t]);
            Add(dBias ?? new double[d.Length], d);
            for (int o = 0; o < Schema.OutputSize; o++)
            {
                for (int i = 0; i < Schema.InputSize; i++)
                {
                    dWeight[o * Schema.InputSize + i] += d[o] * _x[t][i];
                    dx[t][i] += d[o] * weight[o * Schema.InputSize + i];
                }
            }
        }

        return dx;
    }

    private double[] Linear(double[] x)
    {
        double[] y = new double[Schema.OutputSize];
        for (int o = 0; o < y.Length; o++)
        {
            y[o] = bias?[o] ?? 0;
            for (int i = 0; i < x.Length; i++)
            {
                y[o] += weight[o * x.Length + i] * x[i];
            }
        }

        return y;
    }

    /// <summary>The activation of a row.</summary>
    public static double[] Activate(Activation activation, double[] a)
    {
        if (activation == Activation.Softmax)
        {
            double max = a.Max();
            double[] powers = [.. a.Select(value => Math.Exp(value - max))];
            double sum = powers.Sum();
            return [.. powers.Select(power => power / sum)];
        }

        return [.. a.Select(value => ReferenceCurve.Of(activation, value))];
    }

    /// <summary>The gradient of the argument <paramref name="a"/>, from that of the output <paramref name="y"/>.</summary>
    public static double[] ActivateBackward(Activation activation, double[] a, double[] y, double[] dy)
    {
        if (activation == Activation.Softmax)
        {
            double dot = y.Zip(dy, (value, gradient) => value * gradient).Sum();
            return [.. y.Zip(dy, (value, gradient) => value * (gradient - dot))];
        }

        return [.. a.Zip(dy, (argument, gradient) => gradient * ReferenceCurve.SlopeAt(activation, argument))];
    }
}
