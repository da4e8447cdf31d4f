namespace GruGen;

/// <summary>A loss that needs the outputs of all steps of a sequence at once, as connectionist temporal classification does.</summary>
/// <remarks>
/// The outputs of all steps of a batch are kept for it, memory that a <see cref="RowLoss"/> does not need. Sequences of which no step
/// counts have no loss. The weight of a sequence, by which its loss and gradients are multiplied, is the mean of the weights of its steps
/// that count.
/// </remarks>
public abstract class SequenceLoss : Loss
{
    /// <summary>Initialises the loss.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected SequenceLoss(string name)
        : base(name)
    {
    }

    /// <summary>What the mean is over; unless overridden <see cref="Averaging.Sequences"/>.</summary>
    protected internal override Averaging Averaging => Averaging.Sequences;

    /// <summary>
    /// Computes the loss of one sequence, and, with <see cref="OutputRows.WantsGradients"/>, writes the derivative of the loss with respect
    /// to each logit, times <see cref="OutputRows.GradientScale"/>, to <see cref="OutputRows.Gradients"/> of every step, whether its own
    /// target counts or not. What is not set is 0.
    /// </summary>
    /// <param name="steps">A row for each step of the sequence; a single row if the model gives one output for a sequence.</param>
    /// <returns>The loss of the sequence.</returns>
    protected internal abstract double Compute(in OutputRows steps);

    internal sealed override double Run(OutputBlock block, double gradientScale, double sum = 0)
    {
        bool wantsGradients = gradientScale != 0;
        if (wantsGradients)
        {
            block.ClearGradients();
        }

        double weight = block.MeanWeight;
        sum += weight == 0 ? 0 : weight * Compute(new OutputRows(block, gradientScale * weight, isSequence: true));
        if (wantsGradients)
        {
            block.FlushGradients();
            block.ClearPadding();
        }

        return sum;
    }
}
