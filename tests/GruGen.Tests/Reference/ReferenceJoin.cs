namespace GruGen.Tests.Reference;

/// <summary>What it reads, as it is.</summary>
internal sealed class ReferenceJoin(LayerSchema schema) : ReferenceLayer(schema)
{
    public override double[][] Forward(double[][] x) => x;

    public override double[][] Backward(double[][] dy) => dy;
}
