namespace GruGen;

/// <summary>A loss that is a sum over rows: outputs of one sequence, or of one of its steps, beside their target.</summary>
public abstract class RowLoss : Loss
{
    /// <summary>A loss.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected RowLoss(string name)
        : base(name)
    {
    }

    /// <summary>What the mean is over; unless overridden <see cref="Averaging.Targets"/>.</summary>
    protected internal override Averaging Averaging => Averaging.Targets;

    /// <summary>
    /// Computes the loss of each row that counts, and, if they are wanted, the gradients of its logits. Called with up to 256 rows at
    /// once, by the thread that trains.
    /// </summary>
    /// <remarks>
    /// For each of <see cref="OutputRows.Counted"/>: <see cref="OutputRows.SetLoss"/> with the loss, added up over the outputs of the
    /// row; and in <see cref="OutputRows.Gradients"/> the derivative of that by each logit times <see cref="OutputRows.GradientScale"/>.
    /// What is not set is 0.
    /// </remarks>
    /// <param name="rows">The rows.</param>
    protected internal abstract void Compute(in OutputRows rows);

    internal sealed override double Run(OutputBlock block, double gradientScale, double sum = 0)
    {
        bool wantsGradients = gradientScale != 0, isPlain = !WritesFlushedGradients;
        block.ClearLosses();
        if (wantsGradients && isPlain)
        {
            block.ClearGradients();
        }

        Compute(new OutputRows(block, gradientScale));
        if (wantsGradients)
        {
            if (isPlain)
            {
                block.FlushGradients();
            }

            block.ClearUnused();
        }

        return block.AddLosses(sum);
    }
}
