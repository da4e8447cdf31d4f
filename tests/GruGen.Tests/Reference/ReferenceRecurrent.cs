namespace GruGen.Tests.Reference;

/// <summary>
/// A GRU as a layer: one direction or two, each of which may read the sequence turned in time, and what the layer makes of their states.
/// Dropout is for each direction its own, of its inputs and of its states.
/// </summary>
/// <param name="schema">The layer.</param>
/// <param name="directions">Its directions.</param>
/// <param name="dropping">Where masks come from.</param>
/// <param name="firstMask">The number of its first mask in the model.</param>
internal sealed class ReferenceRecurrent(LayerSchema schema, ReferenceGru[] directions, ReferenceDropping dropping, int firstMask) : ReferenceLayer(schema)
{
    private readonly double[]?[] _inputMasks = new double[directions.Length][];
    private readonly double[][][] _states = new double[directions.Length][][]; // [directions][steps][H], each at the step it belongs to

    public IReadOnlyList<ReferenceGru> Directions => directions;

    public override double[][] Forward(double[][] x)
    {
        int mask = firstMask;
        for (int d = 0; d < directions.Length; d++)
        {
            _inputMasks[d] = Mask(Schema.InputSize, Schema.Options!.Dropout);
            directions[d].Mask = Mask(Schema.HiddenSize, Schema.Options.RecurrentDropout);
            _states[d] = InItsTime(d, directions[d].Forward(Masked(d, InItsTime(d, x))));
        }

        if (Schema.Output == SequenceOutput.Final)
        {
            return [ReferenceMerge.Forward(Schema.Options!.Merge, Final)];
        }

        // y = merge of the states, and + x with a residual connection
        double[][] y = [.. x.Select((_, t) => ReferenceMerge.Forward(Schema.Options!.Merge, At(t)))];
        return Schema.Residual ? Sum(y, x) : y;

        double[]? Mask(int size, double rate) => rate == 0 ? null : dropping.OfSequence(mask++, size, rate);
    }

    public override double[][] Backward(double[][] dy)
    {
        int steps = _states[0].Length;
        double[][][] dStates = [.. directions.Select(_ => Zeros(steps, Schema.HiddenSize))];
        if (Schema.Output == SequenceOutput.Final)
        {
            double[][] dFinal = ReferenceMerge.Backward(Schema.Options!.Merge, Final, dy[0]);
            for (int d = 0; d < directions.Length; d++)
            {
                directions[d].FinalGradient = Sum(directions[d].FinalGradient, dFinal[d]);
            }
        }
        else
        {
            for (int t = 0; t < steps; t++)
            {
                double[][] dAt = ReferenceMerge.Backward(Schema.Options!.Merge, At(t), dy[t]);
                for (int d = 0; d < directions.Length; d++)
                {
                    dStates[d][t] = dAt[d];
                }
            }
        }

        double[][] dx = Schema.Residual ? dy : Zeros(steps, Schema.InputSize);
        for (int d = 0; d < directions.Length; d++)
        {
            dx = Sum(dx, InItsTime(d, Masked(d, directions[d].Backward(InItsTime(d, dStates[d])))));
        }

        return dx;
    }

    private double[][] Final => [.. directions.Select(direction => direction.Final)];

    private double[][] At(int t) => [.. _states.Select(states => states[t])];

    /// <summary>Inputs, or their gradients, of direction <paramref name="d"/>: one mask for all steps.</summary>
    private double[][] Masked(int d, double[][] rows) => _inputMasks[d] is { } mask ? [.. rows.Select(row => Product(mask, row))] : rows;

    /// <summary>The rows in the order of direction <paramref name="d"/>, or back from it.</summary>
    private double[][] InItsTime(int d, double[][] rows) => Schema.Options!.Reverse || d == 1 ? [.. rows.Reverse()] : rows;
}
