namespace GruGen.Tests.Reference;

/// <summary>A layer in double precision and textbook loops, one sequence at a time; it keeps what its backward pass needs.</summary>
internal abstract class ReferenceLayer(LayerSchema schema)
{
    protected LayerSchema Schema { get; } = schema;

    /// <summary>y[steps][output size] from x[steps][input size].</summary>
    public abstract double[][] Forward(double[][] x);

    /// <summary>dx from dy, and the gradients of the parameters added to what they are.</summary>
    public abstract double[][] Backward(double[][] dy);

    protected static double[][] Zeros(int rows, int columns)
    {
        double[][] zeros = new double[rows][];
        for (int i = 0; i < rows; i++)
        {
            zeros[i] = new double[columns];
        }

        return zeros;
    }
}

/// <summary>y = table[token]; a step of x is one number, the token.</summary>
internal sealed class ReferenceEmbedding(LayerSchema schema, double[] table, double[] dTable) : ReferenceLayer(schema)
{
    private double[][] _x = [];

    public override double[][] Forward(double[][] x)
    {
        _x = x;
        return [.. x.Select(step => table.AsSpan((int)step[0] * Schema.OutputSize, Schema.OutputSize).ToArray())];
    }

    public override double[][] Backward(double[][] dy)
    {
        for (int t = 0; t < dy.Length; t++)
        {
            for (int i = 0; i < Schema.OutputSize; i++)
            {
                dTable[(int)_x[t][0] * Schema.OutputSize + i] += dy[t][i];
            }
        }

        return [];
    }
}

/// <summary>y = activation(W·x + b)</summary>
internal sealed class ReferenceDense(LayerSchema schema, double[] weight, double[] bias, double[] dWeight, double[] dBias) : ReferenceLayer(schema)
{
    private double[][] _x = [], _y = [];

    public override double[][] Forward(double[][] x)
    {
        _x = x;
        _y = [.. x.Select(step => Activate(Linear(step)))];
        return _y;
    }

    public override double[][] Backward(double[][] dy)
    {
        double[][] dx = Zeros(dy.Length, Schema.InputSize);
        for (int t = 0; t < dy.Length; t++)
        {
            double[] d = ActivateBackward(_y[t], dy[t]);
            for (int o = 0; o < Schema.OutputSize; o++)
            {
                dBias[o] += d[o];
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
            y[o] = bias[o];
            for (int i = 0; i < x.Length; i++)
            {
                y[o] += weight[o * x.Length + i] * x[i];
            }
        }

        return y;
    }

    private double[] Activate(double[] a)
    {
        if (Schema.Activation == Activation.Softmax)
        {
            double max = a.Max();
            double[] powers = [.. a.Select(value => Math.Exp(value - max))];
            double sum = powers.Sum();
            return [.. powers.Select(power => power / sum)];
        }

        return [.. a.Select(value => Schema.Activation switch
        {
            Activation.Sigmoid => 1 / (1 + Math.Exp(-value)),
            Activation.Tanh => Math.Tanh(value),
            Activation.Relu => Math.Max(value, 0),
            Activation.Softsign => value / (1 + Math.Abs(value)),
            _ => value,
        })];
    }

    private double[] ActivateBackward(double[] y, double[] dy)
    {
        double dot = y.Zip(dy, (a, b) => a * b).Sum();
        return [.. y.Zip(dy, (value, gradient) => Schema.Activation switch
        {
            Activation.Sigmoid => gradient * value * (1 - value),
            Activation.Tanh => gradient * (1 - value * value),
            Activation.Relu => value > 0 ? gradient : 0,
            Activation.Softsign => gradient * (1 - Math.Abs(value)) * (1 - Math.Abs(value)),
            Activation.Softmax => value * (gradient - dot),
            _ => gradient,
        })];
    }
}
