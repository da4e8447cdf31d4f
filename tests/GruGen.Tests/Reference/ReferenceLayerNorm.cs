namespace GruGen.Tests.Reference;

/// <summary>
/// y = x̂ ∘ weight + bias with x̂ = (x − μ)/√(σ² + ε), where μ and σ² are the mean and the (biased) variance of a step's numbers.
/// </summary>
internal sealed class ReferenceLayerNorm(LayerSchema schema, double[] weight, double[] bias, double[] dWeight, double[] dBias) : ReferenceLayer(schema)
{
    private readonly List<(double[] Normalised, double Deviation)> _steps = [];

    /// <summary>The most that an error of an input has been multiplied by.</summary>
    public double Amplification { get; private set; }

    public override double[][] Forward(double[][] x)
    {
        _steps.Clear();
        foreach (double[] step in x)
        {
            double mean = step.Average();
            double deviation = Math.Sqrt(step.Average(value => (value - mean) * (value - mean)) + Schema.Epsilon);
            Amplification = Math.Max(Amplification, weight.Max(Math.Abs) / deviation);
            _steps.Add(([.. step.Select(value => (value - mean) / deviation)], deviation));
        }

        return [.. _steps.Select(step => step.Normalised.Select((value, i) => value * weight[i] + bias[i]).ToArray())];
    }

    public override double[][] Backward(double[][] dy) => [.. dy.Select((d, t) => StepBackward(d, _steps[t].Normalised, _steps[t].Deviation))];

    private double[] StepBackward(double[] dy, double[] normalised, double deviation)
    {
        double[] d = [.. dy.Zip(weight, (gradient, w) => gradient * w)]; // of x̂
        Add(dBias, dy);
        Add(dWeight, [.. dy.Zip(normalised, (gradient, value) => gradient * value)]);

        // dx = (d − mean(d) − x̂ · mean(d ∘ x̂))/√(σ² + ε)
        double mean = d.Average(), along = d.Zip(normalised, (gradient, value) => gradient * value).Average();
        return [.. d.Zip(normalised, (gradient, value) => (gradient - mean - value * along) / deviation)];
    }
}
