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

    protected static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    protected static double[] Product(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];

    protected static double[][] Sum(double[][] a, double[][] b) => [.. a.Zip(b, Sum)];

    protected static void Add(double[] sum, double[] values)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += values[i];
        }
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
