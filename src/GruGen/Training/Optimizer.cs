namespace GruGen;

/// <summary>
/// How a training step turns gradients into new parameters. An optimiser has settings but no state: moments belong to the trainer.
/// </summary>
/// <remarks>
/// A custom optimiser derives from this record. The new value and moments of each parameter must depend on its own gradient, value and
/// moments alone: a step is divided into pieces, on as many threads as training has, and is first tried on copies, so that one that would
/// leave a number that is not finite is never made. The page docs/extending.md of the repository has an example.
/// </remarks>
public abstract record Optimizer
{
    /// <summary>Initialises the optimiser.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>The learning rate that training begins with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double LearningRate
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(LearningRate));
    }

    /// <summary>
    /// The names, in a trainer's files, of the moments: what the optimiser keeps for each parameter from step to step, such as momentum.
    /// None unless overridden. Each name must be different, not empty, without a dot, and not that of a layer.
    /// </summary>
    protected internal virtual IReadOnlyList<string> MomentNames => [];

    /// <summary>
    /// Whether a step leaves out the rows of an embedding whose tokens are not in the batch, and their moments. The embedding is then
    /// updated row by row. False unless overridden: all parameters take part in each step, those rows with gradients of 0.
    /// </summary>
    protected internal virtual bool KeepsUnusedRows => false;

    /// <summary>Whether a step takes many rows at once, and leaves no subnormal number.</summary>
    private protected virtual bool TakesManyRows => false;

    /// <summary>Makes one step for some of the parameters; called several times a step, on several threads if training has them.</summary>
    /// <param name="update">The parameters, their gradients and their moments.</param>
    protected internal abstract void Update(in ParameterUpdate update);

    /// <summary>
    /// Whether a value in a trainer's file is one that training can continue from; unless overridden, whether it is finite.
    /// </summary>
    /// <param name="moment">A name of <see cref="MomentNames"/>, or, for a value of a parameter, the name of its layer.</param>
    /// <param name="value">The value.</param>
    protected internal virtual bool IsValidMoment(string moment, float value) => float.IsFinite(value);

    /// <summary>
    /// Upper bounds of what a step leaves, infinite where a number on the way to it may be too large for float32; null if nothing is
    /// known, so that every step is tried before it is made.
    /// </summary>
    /// <param name="before">Those before the step.</param>
    /// <param name="gradient">That of the gradients, after they are scaled.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="step">The number of this step, from 1.</param>
    internal virtual Magnitudes? After(Magnitudes before, double gradient, double learningRate, long step) => null;

    /// <summary>Makes one step, row by row where the optimiser takes one at a time, and leaves no subnormal number.</summary>
    internal void Run(in ParameterUpdate update)
    {
        if (TakesManyRows)
        {
            Update(update);
            return;
        }

        foreach (int row in update.Rows.Span)
        {
            ParameterUpdate part = update.OfRow(row);
            Update(part);
            part.Flush();
        }
    }
}
