namespace GruGen;

/// <summary>A loss that is a sum over rows. A row is the output of a sequence, or of one of its steps, with its target.</summary>
public abstract class RowLoss : Loss
{
    /// <summary>Initialises the loss.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected RowLoss(string name)
        : base(name)
    {
    }

    /// <summary>What the mean is over; unless overridden <see cref="Averaging.Targets"/>.</summary>
    protected internal override Averaging Averaging => Averaging.Targets;

    /// <summary>
    /// Computes the loss of each row that counts, and, with <see cref="OutputRows.WantsGradients"/>, the gradients of its logits. Called
    /// with up to 256 rows at a time, on the thread that trains or evaluates.
    /// </summary>
    /// <remarks>
    /// For each row of <see cref="OutputRows.Counted"/>, call <see cref="OutputRows.SetLoss"/> with the loss, added up over the outputs of
    /// the row, and write the derivative of that with respect to each logit, times <see cref="OutputRows.GradientScale"/>, to
    /// <see cref="OutputRows.Gradients"/>. What is not set is 0. The weight of the row is in that factor, and the loss that is set is
    /// multiplied by it, so a loss has nothing to do with weights.
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
