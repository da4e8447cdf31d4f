namespace GruGen.Tests.Reference;

/// <summary>
/// One direction of a GRU, which reads what it is given from its start to its end and hands on every state:
/// r = σ(W_ir·x + b_ir + W_hr·h + b_hr), z = σ(W_iz·x + b_iz + W_hz·h + b_hz), n = act(W_in·x + b_in + r ∘ (W_hn·h + b_hn)), or with the
/// reset before the product n = act(W_in·x + b_in + W_hn·(r ∘ h)); h' = (1 − z) ∘ n + z ∘ h, or h' = (1 − z) ∘ h + z ∘ n where z
/// replaces. With recurrent dropout, W_h· and r ∘ meet mask ∘ h in the place of h; what is carried on is h itself. Arguments of σ and act
/// are clipped to ±clip, where there is one.
/// </summary>
internal sealed class ReferenceGru(LayerSchema schema, ReferenceGru.Weights weights, ReferenceGru.Weights gradients, bool second = false)
    : ReferenceLayer(schema), IReferenceState
{
    private readonly int _size = schema.HiddenSize;
    private readonly GruOptions _options = schema.Options!;
    private readonly ReferenceActivation _new = ReferenceActivation.New(schema.Options!, second);
    private readonly ReferenceActivation _gates = ReferenceActivation.Gates(schema.Options!, second);
    private readonly List<Step> _steps = [];

    /// <summary>The state that the next sequence starts from; null for that of the layer, learned or zeros.</summary>
    public double[]? Given { get; set; }

    /// <summary>mask[H] of the next sequence; null where nothing of the state is dropped.</summary>
    public double[]? Mask { get; set; }

    public double[] Final { get; private set; } = [];

    /// <summary>r, z, n and h' of each step of the last <see cref="Forward"/>, in the order it read them.</summary>
    public IEnumerable<(double[] R, double[] Z, double[] N, double[] Next)> Gates => _steps.Select(step => (step.R, step.Z, step.N, step.Next));

    public double[] FinalGradient { get; set; } = new double[schema.HiddenSize];

    public double[] InitialGradient { get; private set; } = [];

    public override double[][] Forward(double[][] x)
    {
        _steps.Clear();
        double[] h = Given ?? weights.InitialState ?? new double[_size];
        foreach (double[] xt in x)
        {
            _steps.Add(StepForward(xt, h));
            h = _steps[^1].Next;
        }

        Final = h;
        return [.. _steps.Select(step => step.Next)];
    }

    public override double[][] Backward(double[][] dy)
    {
        double[][] dx = Zeros(_steps.Count, Schema.InputSize);
        double[] dh = FinalGradient;
        for (int t = _steps.Count - 1; t >= 0; t--)
        {
            dh = StepBackward(_steps[t], Sum(dh, dy[t]), dx[t]);
        }

        InitialGradient = dh;
        if (Given is null && gradients.InitialState is { } learned)
        {
            Add(learned, dh);
        }

        return dx;
    }

    private Step StepForward(double[] x, double[] h)
    {
        var s = new Step(x, h, Mask is null ? h : Product(Mask, h));
        for (int i = 0; i < _size; i++)
        {
            (s.R[i], s.SlopeR[i]) = Apply(_gates, Input(i, x) + Hidden(i, s.G));
            (s.Z[i], s.SlopeZ[i]) = Apply(_gates, Input(_size + i, x) + Hidden(_size + i, s.G));
            s.P[i] = s.R[i] * s.G[i];
        }

        for (int i = 0; i < _size; i++)
        {
            s.Q[i] = Hidden(2 * _size + i, _options.ResetAfter ? s.G : s.P);
            (s.N[i], s.SlopeN[i]) = Apply(_new, Input(2 * _size + i, x) + (_options.ResetAfter ? s.R[i] * s.Q[i] : s.Q[i]));
            double kept = Kept(s.Z[i]);
            s.Next[i] = (1 - kept) * s.N[i] + kept * h[i];
        }

        return s;
    }

    private double[] StepBackward(Step s, double[] dNext, double[] dx)
    {
        double[] dh = new double[_size], dg = new double[_size], dp = new double[_size], dr = new double[_size];

        // dr, dz and dn are gradients of what stands inside each curve; before its curve, dr is that of r itself
        for (int i = 0; i < _size; i++)
        {
            double kept = Kept(s.Z[i]);
            double dKept = dNext[i] * (s.H[i] - s.N[i]);
            double dz = (_options.UpdateGate == UpdateGate.Keep ? dKept : -dKept) * s.SlopeZ[i];
            double dn = dNext[i] * (1 - kept) * s.SlopeN[i];
            dh[i] += dNext[i] * kept;
            InputBackward(_size + i, dz, s.X, dx);
            HiddenBackward(_size + i, dz, s.G, dg);
            InputBackward(2 * _size + i, dn, s.X, dx);
            if (_options.ResetAfter)
            {
                HiddenBackward(2 * _size + i, dn * s.R[i], s.G, dg);
                dr[i] = dn * s.Q[i];
            }
            else
            {
                HiddenBackward(2 * _size + i, dn, s.P, dp);
            }
        }

        for (int i = 0; i < _size; i++)
        {
            // p = r ∘ g
            dr[i] += dp[i] * s.G[i];
            dg[i] += dp[i] * s.R[i];
            dr[i] *= s.SlopeR[i];
            InputBackward(i, dr[i], s.X, dx);
            HiddenBackward(i, dr[i], s.G, dg);
        }

        return Sum(dh, Mask is null ? dg : Product(Mask, dg)); // g = mask ∘ h
    }

    /// <summary>The activation and its slope at <paramref name="x"/>, or where that is clipped to.</summary>
    private (double Value, double Slope) Apply(ReferenceActivation activation, double x)
    {
        double clip = _options.Clip > 0 ? _options.Clip : double.PositiveInfinity;
        return (activation.Of(Math.Clamp(x, -clip, clip)), Math.Abs(x) < clip ? activation.Slope(x) : 0);
    }

    /// <summary>The part of the state that stays.</summary>
    private double Kept(double z) => _options.UpdateGate == UpdateGate.Keep ? z : 1 - z;

    private double Input(int row, double[] x) => Row(weights.Input, weights.InputBias, row, x);

    private double Hidden(int row, double[] h) => Row(weights.Hidden, weights.HiddenBias, row, h);

    private void InputBackward(int row, double d, double[] x, double[] dx) =>
        RowBackward(weights.Input, gradients.Input, gradients.InputBias, row, d, x, dx);

    private void HiddenBackward(int row, double d, double[] h, double[] dh) =>
        RowBackward(weights.Hidden, gradients.Hidden, gradients.HiddenBias, row, d, h, dh);

    /// <summary>One row of W·v + b.</summary>
    private static double Row(double[] weight, double[]? bias, int row, double[] v)
    {
        double sum = bias?[row] ?? 0;
        for (int k = 0; k < v.Length; k++)
        {
            sum += weight[row * v.Length + k] * v[k];
        }

        return sum;
    }

    private static void RowBackward(double[] weight, double[] dWeight, double[]? dBias, int row, double d, double[] v, double[] dv)
    {
        if (dBias is not null)
        {
            dBias[row] += d;
        }

        for (int k = 0; k < v.Length; k++)
        {
            dWeight[row * v.Length + k] += d * v[k];
            dv[k] += d * weight[row * v.Length + k];
        }
    }

    /// <summary>
    /// weight_ih[3H, input], weight_hh[3H, H], bias_ih[3H], bias_hh[3H], gates r, z, n, and initial_state[H]; null where the layer has
    /// none.
    /// </summary>
    internal sealed record Weights(double[] Input, double[] Hidden, double[]? InputBias, double[]? HiddenBias, double[]? InitialState);

    /// <summary>
    /// What a step had and computed: g = mask ∘ h, p = r ∘ g, and q = W_hn·g + b_hn or, with the reset before the product, W_hn·p.
    /// </summary>
    private sealed class Step(double[] x, double[] h, double[] g)
    {
        public double[] X { get; } = x;

        public double[] H { get; } = h;

        public double[] G { get; } = g;

        public double[] R { get; } = new double[h.Length];

        public double[] Z { get; } = new double[h.Length];

        public double[] N { get; } = new double[h.Length];

        public double[] SlopeR { get; } = new double[h.Length];

        public double[] SlopeZ { get; } = new double[h.Length];

        public double[] SlopeN { get; } = new double[h.Length];

        public double[] P { get; } = new double[h.Length];

        public double[] Q { get; } = new double[h.Length];

        public double[] Next { get; } = new double[h.Length];
    }
}
