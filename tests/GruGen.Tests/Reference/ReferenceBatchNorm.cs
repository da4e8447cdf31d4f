namespace GruGen.Tests.Reference;

/// <summary>y = (x − μ)/√(σ² + ε) ∘ weight + bias with averages that are given, none of which has a gradient.</summary>
internal sealed class ReferenceBatchNorm(LayerSchema schema, double[] weight, double[] bias, double[] mean, double[] variance) : ReferenceLayer(schema)
{
    public override double[][] Forward(double[][] x) =>
        [.. x.Select(step => step.Select((value, i) => (value - mean[i]) * Scale(i) + bias[i]).ToArray())];

    public override double[][] Backward(double[][] dy) => [.. dy.Select(step => step.Select((gradient, i) => gradient * Scale(i)).ToArray())];

    private double Scale(int i) => weight[i] / Math.Sqrt(variance[i] + Schema.Epsilon);
}
