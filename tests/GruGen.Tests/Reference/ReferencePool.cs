namespace GruGen.Tests.Reference;

/// <summary>The last step, the mean of all, or the largest of each number; of no step zeros.</summary>
internal sealed class ReferencePool(LayerSchema schema) : ReferenceLayer(schema)
{
    private double[][] _x = [];

    public override double[][] Forward(double[][] x)
    {
        _x = x;
        double[] y = new double[Schema.OutputSize];
        foreach ((int t, int i, double share) in Shares())
        {
            y[i] += share * x[t][i];
        }

        return [y];
    }

    public override double[][] Backward(double[][] dy)
    {
        double[][] dx = Zeros(_x.Length, Schema.InputSize);
        foreach ((int t, int i, double share) in Shares())
        {
            dx[t][i] = share * dy[0][i];
        }

        return dx;
    }

    /// <summary>The steps that number i of the output is made of; of equal maxima it is the first.</summary>
    private IEnumerable<(int Step, int Number, double Share)> Shares() => _x.Length == 0 ? [] : Schema.Pooling switch
    {
        Pooling.Last => Numbers.Select(i => (_x.Length - 1, i, 1.0)),
        Pooling.Mean => Numbers.SelectMany(i => _x.Select((_, t) => (t, i, 1.0 / _x.Length))),
        _ => Numbers.Select(i => (Array.FindIndex(_x, step => step[i] == _x.Max(other => other[i])), i, 1.0)),
    };

    private IEnumerable<int> Numbers => Enumerable.Range(0, Schema.InputSize);
}
