namespace GruGen;

/// <summary>How a training step turns gradients into new parameters. A description without state: moments belong to the trainer.</summary>
/// <remarks>
/// An optimiser of one's own derives from this record. Its new parameters and moments depend, for each parameter, on its own gradient,
/// value and moments alone: a step comes in pieces, on as many threads as training has, and a step that may leave a number that is not
/// finite is tried on copies before. The page docs/training.md of the repository has an example.
/// </remarks>
public abstract record Optimizer
{
    /// <summary>An optimiser.</summary>
    /// <param name="learningRate">How far a step goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>How far a step goes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double LearningRate
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(LearningRate));
    }

    /// <summary>
    /// What the optimiser remembers of each parameter, by the names that this has in files; unless overridden nothing. A name has no dot
    /// and is not that of a layer.
    /// </summary>
    protected internal virtual IReadOnlyList<string> MomentNames => [];

    /// <summary>
    /// Whether rows of an embedding, and their moments, stay as they are while no batch has their tokens. A step then leaves them out and
    /// comes row by row; unless overridden all parameters take part in each step, those rows with gradients of 0.
    /// </summary>
    protected internal virtual bool KeepsUnusedRows => false;

    /// <summary>Whether a step takes many rows at once, and leaves no subnormal number.</summary>
    private protected virtual bool TakesManyRows => false;

    /// <summary>Makes one step with some of the parameters.</summary>
    /// <param name="update">The parameters, their gradients and their moments.</param>
    protected internal abstract void Update(in ParameterUpdate update);

    /// <summary>Whether a moment in a file can have this value; unless overridden, if it is finite.</summary>
    /// <param name="moment">A name of <see cref="MomentNames"/>.</param>
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
