namespace GruGen.Tests.Reference;

/// <summary>
/// r = σ(W_ir·x + b_ir + W_hr·h + b_hr), z = σ(W_iz·x + b_iz + W_hz·h + b_hz), n = tanh(W_in·x + b_in + r ∘ (W_hn·h + b_hn)),
/// h' = (1 − z) ∘ n + z ∘ h.
/// </summary>
internal sealed class ReferenceGru(LayerSchema schema, ReferenceGru.Weights weights, ReferenceGru.Weights gradients) : ReferenceLayer(schema)
{
    private readonly int _size = schema.OutputSize;
    private readonly List<Step> _steps = [];

    public double[] Initial { get; set; } = new double[schema.OutputSize];

    public double[] Final { get; private set; } = [];

    public double[] FinalGradient { get; set; } = new double[schema.OutputSize];

    public double[] InitialGradient { get; private set; } = [];

    public override double[][] Forward(double[][] x)
    {
        _steps.Clear();
        double[] h = Initial;
        var states = new List<double[]>();
        foreach (double[] xt in x)
        {
            var step = new Step(xt, h, _size);
            for (int i = 0; i < _size; i++)
            {
                step.R[i] = Sigmoid(Input(i, xt) + Hidden(i, h));
                step.Z[i] = Sigmoid(Input(_size + i, xt) + Hidden(_size + i, h));
                step.Q[i] = Hidden(2 * _size + i, h);
                step.N[i] = Math.Tanh(Input(2 * _size + i, xt) + step.R[i] * step.Q[i]);
            }

            h = [.. Enumerable.Range(0, _size).Select(i => (1 - step.Z[i]) * step.N[i] + step.Z[i] * step.H[i])];
            _steps.Add(step);
            states.Add(h);
        }

        Final = h;
        return Schema.Output == Steps.Last ? [h] : [.. states];
    }

    public override double[][] Backward(double[][] dy)
    {
        double[][] dx = Zeros(_steps.Count, Schema.InputSize);
        double[] dh = [.. FinalGradient];
        if (Schema.Output == Steps.Last)
        {
            Add(dh, dy[0]);
        }

        for (int t = _steps.Count - 1; t >= 0; t--)
        {
            if (Schema.Output == Steps.Every)
            {
                Add(dh, dy[t]);
            }

            dh = StepBackward(_steps[t], dh, dx[t]);
        }

        InitialGradient = dh;
        return dx;
    }

    private double[] StepBackward(Step s, double[] dNext, double[] dx)
    {
        double[] dh = new double[_size];
        for (int i = 0; i < _size; i++)
        {
            // gradients of what stands inside each curve
            double dn = dNext[i] * (1 - s.Z[i]) * (1 - s.N[i] * s.N[i]);
            double dz = dNext[i] * (s.H[i] - s.N[i]) * s.Z[i] * (1 - s.Z[i]);
            double dr = dn * s.Q[i] * s.R[i] * (1 - s.R[i]);
            dh[i] += dNext[i] * s.Z[i];
            InputBackward(i, dr, s, dx);
            InputBackward(_size + i, dz, s, dx);
            InputBackward(2 * _size + i, dn, s, dx);
            HiddenBackward(i, dr, s, dh);
            HiddenBackward(_size + i, dz, s, dh);
            HiddenBackward(2 * _size + i, dn * s.R[i], s, dh);
        }

        return dh;
    }

    private double Input(int row, double[] x)
    {
        double sum = weights.InputBias[row];
        for (int k = 0; k < x.Length; k++)
        {
            sum += weights.Input[row * x.Length + k] * x[k];
        }

        return sum;
    }

    private double Hidden(int row, double[] h)
    {
        double sum = weights.HiddenBias[row];
        for (int k = 0; k < _size; k++)
        {
            sum += weights.Hidden[row * _size + k] * h[k];
        }

        return sum;
    }

    private void InputBackward(int row, double d, Step s, double[] dx)
    {
        gradients.InputBias[row] += d;
        for (int k = 0; k < dx.Length; k++)
        {
            gradients.Input[row * dx.Length + k] += d * s.X[k];
            dx[k] += d * weights.Input[row * dx.Length + k];
        }
    }

    private void HiddenBackward(int row, double d, Step s, double[] dh)
    {
        gradients.HiddenBias[row] += d;
        for (int k = 0; k < _size; k++)
        {
            gradients.Hidden[row * _size + k] += d * s.H[k];
            dh[k] += d * weights.Hidden[row * _size + k];
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static void Add(double[] sum, double[] values)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += values[i];
        }
    }

    /// <summary>weight_ih[3H, input], weight_hh[3H, H], bias_ih[3H], bias_hh[3H], gates r, z, n.</summary>
    internal sealed record Weights(double[] Input, double[] Hidden, double[] InputBias, double[] HiddenBias);

    /// <summary>What a step had and computed; q = W_hn·h + b_hn.</summary>
    private sealed class Step(double[] x, double[] h, int size)
    {
        public double[] X { get; } = x;

        public double[] H { get; } = h;

        public double[] R { get; } = new double[size];

        public double[] Z { get; } = new double[size];

        public double[] N { get; } = new double[size];

        public double[] Q { get; } = new double[size];
    }
}
