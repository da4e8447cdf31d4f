namespace GruGen;

/// <summary>A loss that needs the outputs of all steps of a sequence at once, as connectionist temporal classification does.</summary>
/// <remarks>
/// The outputs of all steps of a batch are held for it, which takes memory that a <see cref="RowLoss"/> does without. Sequences of which
/// no step counts have no loss.
/// </remarks>
public abstract class SequenceLoss : Loss
{
    /// <summary>A loss.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected SequenceLoss(string name)
        : base(name)
    {
    }

    /// <summary>What the mean is over; unless overridden <see cref="Averaging.Sequences"/>.</summary>
    protected internal override Averaging Averaging => Averaging.Sequences;

    /// <summary>
    /// Computes the loss of one sequence, and, if they are wanted, the gradients of its logits: in <see cref="OutputRows.Gradients"/> of
    /// every step, whether its own target counts or not, the derivative of the loss by each logit times
    /// <see cref="OutputRows.GradientScale"/>. What is not set is 0.
    /// </summary>
    /// <param name="steps">The outputs of the sequence, a row for each step; of a model with one output for a sequence one row.</param>
    /// <returns>The loss of the sequence.</returns>
    protected internal abstract double Compute(in OutputRows steps);

    internal sealed override double Run(OutputBlock block, double gradientScale, double sum = 0)
    {
        block.ClearGradients();
        sum += Compute(new OutputRows(block, gradientScale));
        if (gradientScale != 0)
        {
            block.FlushGradients();
            block.ClearPadding();
        }

        return sum;
    }
}
