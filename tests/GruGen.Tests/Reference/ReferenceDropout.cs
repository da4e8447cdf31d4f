namespace GruGen.Tests.Reference;

/// <summary>y = mask ∘ x while dropout is at work: a mask for every step, or one for the one row of a sequence.</summary>
/// <param name="schema">The layer.</param>
/// <param name="dropping">Where masks come from.</param>
/// <param name="index">The number of its mask in the model.</param>
internal sealed class ReferenceDropout(LayerSchema schema, ReferenceDropping dropping, int index) : ReferenceLayer(schema)
{
    private double[][]? _mask;

    public override double[][] Forward(double[][] x)
    {
        _mask = Schema.Output == SequenceOutput.EveryStep
            ? dropping.OfSteps(index, Schema.InputSize, Schema.Rate, x.Length)
            : dropping.OfSequence(index, Schema.InputSize, Schema.Rate) is { } mask ? [mask] : null;
        return Masked(x);
    }

    public override double[][] Backward(double[][] dy) => Masked(dy);

    private double[][] Masked(double[][] rows) => _mask is null ? rows : [.. rows.Zip(_mask, Product)];
}
