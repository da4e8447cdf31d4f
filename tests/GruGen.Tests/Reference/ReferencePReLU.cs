namespace GruGen.Tests.Reference;

/// <summary>y = max(0, x) + weight ∘ min(0, x)</summary>
internal sealed class ReferencePReLU(LayerSchema schema, double[] weight, double[] dWeight) : ReferenceLayer(schema)
{
    private double[][] _x = [];

    public override double[][] Forward(double[][] x)
    {
        _x = x;
        return [.. x.Select(step => Slopes(step).Zip(step, (slope, value) => slope * value).ToArray())];
    }

    public override double[][] Backward(double[][] dy)
    {
        foreach ((double[] x, double[] d) in _x.Zip(dy))
        {
            Add(dWeight, [.. x.Zip(d, (value, gradient) => Math.Min(value, 0) * gradient)]);
        }

        return [.. _x.Zip(dy, (x, d) => Product(Slopes(x), d))];
    }

    private double[] Slopes(double[] x) => [.. x.Zip(weight, (value, slope) => value > 0 ? 1 : slope)];
}
