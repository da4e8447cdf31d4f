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
    /// λ of a decoupled weight decay (Loshchilov and Hutter 2019): before each step <c>w = w − lr·λ·w</c>, with the learning rate of the
    /// step. 0 unless set, for none. PyTorch has it in <see cref="AdamW"/>; it is the <c>weight_decay</c> of all of Keras' optimisers.
    /// </summary>
    /// <remarks>Which parameters decay is said at <see cref="DecaysAll"/>; a <see cref="ParameterGroup"/> may have its own λ.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double WeightDecay
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(WeightDecay));
    }

    /// <summary>
    /// λ of a decay by the gradient, the gradient of <c>λ/2·|w|²</c>: <c>g = g + λ·w</c>, after clipping. 0 unless set, for none. It is the
    /// <c>weight_decay</c> of PyTorch's optimisers other than AdamW; Keras' <c>regularizers.L2(l)</c> with l = λ/2, which clips the sum.
    /// </summary>
    /// <remarks>Which parameters decay is said at <see cref="DecaysAll"/>; a <see cref="ParameterGroup"/> may have its own λ.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double L2
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(L2));
    }

    /// <summary>
    /// Whether <see cref="WeightDecay"/> and <see cref="L2"/> are for all parameters, as in PyTorch and Keras unless told otherwise. False
    /// by default: weights decay, which are the tensors of two dimensions or more, and biases, the scales and shifts of normalisations,
    /// slopes of PReLU and learned initial states do not.
    /// </summary>
    /// <remarks>
    /// Where the table of an embedding decays, all of its rows do, in every step, so that none can be left out; but with
    /// <see cref="AdamBase.Lazy"/>, and a custom optimiser that <see cref="KeepsUnusedRows"/>, the rows of the batch's tokens alone.
    /// </remarks>
    public bool DecaysAll { get; init; }

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

    /// <summary>
    /// Whether <see cref="Update"/> takes the momentum of a schedule, <see cref="ParameterUpdate.Momentum"/>, where there is one. False
    /// unless overridden: a schedule that sets the momentum is refused.
    /// </summary>
    protected internal virtual bool TakesMomentum => false;

    /// <summary>Whether it leaves those rows out where they would decay, too: not if it does so because nothing changes them.</summary>
    internal virtual bool KeepsDecayingRows => KeepsUnusedRows;

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
    /// <param name="step">The step.</param>
    internal virtual Magnitudes? After(Magnitudes before, double gradient, StepSettings step) => null;

    /// <summary>
    /// Makes one step: clips and decays where that is to be, goes row by row where the optimiser takes one at a time, and leaves no
    /// subnormal number.
    /// </summary>
    internal void Run(in ParameterUpdate update)
    {
        if (update.NeedsPreparation)
        {
            RunPrepared(GradientPreparation.Run(update));
        }
        else
        {
            RunPrepared(update);
        }
    }

    private void RunPrepared(in ParameterUpdate update)
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

/// <summary>What all parameters of a step have in common.</summary>
/// <param name="Number">The number of the step, from 1.</param>
/// <param name="LearningRate">Its learning rate, before the factors of parameter groups.</param>
/// <param name="Momentum">The momentum that the schedule sets; null if it sets none.</param>
internal readonly record struct StepSettings(long Number, double LearningRate, double? Momentum);
