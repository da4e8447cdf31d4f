namespace GruGen.Tests.Reference;

/// <summary>
/// y_t = activation(Σ_j W_j·x_(t·stride + j·dilation − before) + b), where steps before and after the sequence are zeros; before a causal
/// layer they are the state that the sequence starts from, the inputs of the steps that its outputs still read. Without padding there are
/// as many outputs as windows in the sequence.
/// </summary>
internal sealed class ReferenceConv1D(LayerSchema schema, double[] weight, double[]? bias, double[] dWeight, double[]? dBias)
    : ReferenceLayer(schema), IReferenceStates
{
    private readonly int _reach = (schema.KernelSize - 1) * schema.Dilation;
    private readonly ReferenceHistory _history = new((schema.KernelSize - 1) * schema.Dilation, schema.InputSize);
    private readonly ReferenceCounter _counter = new();
    private int _steps;
    private double[][] _padded = [], _arguments = [], _y = [];

    /// <summary>What it keeps: the inputs before, unless it reads later ones, and of a stride or without padding the steps of a window.</summary>
    public IEnumerable<IReferenceState> States =>
    [
        .. HasHistory ? new IReferenceState[] { _history } : [],
        .. Schema.Windows is not null ? new IReferenceState[] { _counter } : [],
    ];

    private bool HasHistory => Schema.Padding != ConvPadding.Same && _reach > 0;

    private int Before => Schema.Padding switch
    {
        ConvPadding.Causal => _reach,
        ConvPadding.Same => _reach / 2,
        _ => 0,
    };

    private int After => Schema.Padding == ConvPadding.Same ? _reach - Before : 0;

    public override double[][] Forward(double[][] x)
    {
        _steps = x.Length;
        double[][] all = _history.Before(x); // of which without padding only the sequence is read
        _padded = Schema.Padding == ConvPadding.Causal ? all : [.. Zeros(Before, Schema.InputSize), .. x, .. Zeros(After, Schema.InputSize)];
        int outputs = _padded.Length <= _reach ? 0 : ((_padded.Length - _reach - 1) / Schema.Stride) + 1;
        _counter.Final = [x.Length - (outputs * Schema.Stride)];
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

        return !HasHistory ? dPadded[Before..(Before + _steps)]
            : _history.Backward(Schema.Padding == ConvPadding.Causal ? dPadded : [.. Zeros(_reach, Schema.InputSize), .. dPadded]);
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
