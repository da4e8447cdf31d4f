namespace GruGen.Tests.Reference;

/// <summary>
/// The last step, the mean of all, or the largest of each number: of the whole sequence, zeros if it has no step, or of each window in it.
/// </summary>
internal sealed class ReferencePool(LayerSchema schema) : ReferenceLayer(schema), IReferenceStates
{
    private readonly ReferenceHistory _history = new(schema.Window - 1, schema.InputSize);
    private readonly ReferenceCounter _counter = new();
    private double[][] _x = [];

    /// <summary>What it keeps with windows: the steps before, where more than one is read, and how many the next window has.</summary>
    public IEnumerable<IReferenceState> States =>
    [
        .. HasHistory ? new IReferenceState[] { _history } : [],
        .. Schema.Window > 0 ? new IReferenceState[] { _counter } : [],
    ];

    private bool HasHistory => Schema.Window > 1 && Schema.Pooling != Pooling.Last;

    public override double[][] Forward(double[][] x)
    {
        _x = x;
        double[][] y = Zeros(Windows().Count(), Schema.OutputSize);
        _counter.Final = [x.Length - (y.Length * Schema.Stride)];
        if (HasHistory)
        {
            _history.Before(x);
        }

        foreach ((int window, int t, int i, double share) in Shares())
        {
            y[window][i] += share * x[t][i];
        }

        return y;
    }

    public override double[][] Backward(double[][] dy)
    {
        double[][] dx = Zeros(_x.Length, Schema.InputSize);
        foreach ((int window, int t, int i, double share) in Shares())
        {
            dx[t][i] += share * dy[window][i];
        }

        return HasHistory ? _history.Backward([.. Zeros(Schema.Window - 1, Schema.InputSize), .. dx]) : dx;
    }

    /// <summary>The steps of each window.</summary>
    private IEnumerable<Range> Windows()
    {
        if (Schema.Window == 0)
        {
            yield return ..;
        }

        for (int first = 0; Schema.Window > 0 && first + Schema.Window <= _x.Length; first += Schema.Stride)
        {
            yield return first..(first + Schema.Window);
        }
    }

    /// <summary>The steps that number i of each output is made of; of equal maxima it is the first.</summary>
    private IEnumerable<(int Window, int Step, int Number, double Share)> Shares()
    {
        foreach ((Range window, int number) in Windows().Select((window, number) => (window, number)))
        {
            (int first, int length) = window.GetOffsetAndLength(_x.Length);
            double[][] x = _x[window];
            for (int i = 0; i < Schema.InputSize && length > 0; i++)
            {
                double largest = x.Max(step => step[i]);
                int only = Schema.Pooling == Pooling.Last ? length - 1 : Array.FindIndex(x, step => step[i] == largest);
                for (int t = 0; t < length; t++)
                {
                    if (Schema.Pooling == Pooling.Mean || t == only)
                    {
                        yield return (number, first + t, i, Schema.Pooling == Pooling.Mean ? 1.0 / length : 1);
                    }
                }
            }
        }
    }
}
