namespace GruGen.Tests.Reference;

/// <summary>
/// y_t = activation(Σ_j W_j·x_(t·stride + j·dilation − before) + b), where steps before and after the sequence are zeros; before a causal
/// layer they are the state that the sequence starts from, the inputs of the steps that its outputs still read. Without padding there are
/// as many outputs as windows in the sequence.
/// </summary>
internal sealed class ReferenceConv1D(LayerSchema schema, double[] weight, double[]? bias, double[] dWeight, double[]? dBias)
    : ReferenceLayer(schema), IReferenceState
{
    private readonly int _reach = (schema.KernelSize - 1) * schema.Dilation;
    private int _steps;
    private double[][] _padded = [], _arguments = [], _y = [];

    public double[]? Given { get; set; }

    public double[] Final { get; private set; } = [];

    public double[] FinalGradient { get; set; } = [];

    public double[] InitialGradient { get; private set; } = [];

    public bool HasHistory => IsCausal && _reach > 0 && Schema.Stride == 1;

    private bool IsCausal => Schema.Padding == ConvPadding.Causal;

    private int Before => Schema.Padding switch
    {
        ConvPadding.Causal => _reach,
        ConvPadding.Same => _reach / 2,
        _ => 0,
    };

    private int After => Schema.Padding == ConvPadding.Same ? _reach - Before : 0;

    public override double[][] Forward(double[][] x)
    {
        double[][] before = HasHistory && Given is not null ? [.. Given.Chunk(Schema.InputSize)] : Zeros(Before, Schema.InputSize);
        _padded = [.. before, .. x, .. Zeros(After, Schema.InputSize)];
        Final = HasHistory ? [.. _padded[x.Length..].SelectMany(step => step)] : [];
        _steps = x.Length;
        int outputs = _padded.Length <= _reach ? 0 : ((_padded.Length - _reach - 1) / Schema.Stride) + 1;
        _arguments = [.. Enumerable.Range(0, outputs).Select(Linear)];
        _y = [.. _arguments.Select(argument => ReferenceDense.Activate(Schema.Activation, argument))];
        return _y;
    }

    public override double[][] Backward(double[][] dy)
    {
        double[][] dPadded = Zeros(_padded.Length, Schema.InputSize);
        for (int t = 0; t < dy.Length; t++)
        {
            double[] d = ReferenceDense.ActivateBackward(Schema.Activation, _arguments[t], _y[t], dy[t]);
            foreach ((int o, int i, int tap, int place) in Terms())
            {
                int step = (t * Schema.Stride) + (tap * Schema.Dilation);
                dWeight[place] += d[o] * _padded[step][i];
                dPadded[step][i] += d[o] * weight[place];
            }

            if (dBias is not null)
            {
                Add(dBias, d);
            }
        }

        if (HasHistory)
        {
            foreach ((double[] step, double[] final) in dPadded[dy.Length..].Zip(FinalGradient.Chunk(Schema.InputSize)))
            {
                Add(step, final);
            }

            InitialGradient = [.. dPadded[.._reach].SelectMany(step => step)];
        }

        return dPadded[Before..(Before + _steps)];
    }

    private double[] Linear(int t)
    {
        double[] y = bias?.ToArray() ?? new double[Schema.OutputSize];
        foreach ((int o, int i, int tap, int place) in Terms())
        {
            y[o] += weight[place] * _padded[(t * Schema.Stride) + (tap * Schema.Dilation)][i];
        }

        return y;
    }

    private IEnumerable<(int Output, int Input, int Tap, int Place)> Terms()
    {
        int place = 0;
        for (int o = 0; o < Schema.OutputSize; o++)
        {
            for (int i = 0; i < Schema.InputSize; i++)
            {
                for (int tap = 0; tap < Schema.KernelSize; tap++)
                {
                    yield return (o, i, tap, place++);
                }
            }
        }
    }
}
