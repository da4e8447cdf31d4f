namespace GruGen;

/// <summary>
/// What training minimises: a mean over the targets that count. Losses are computed from logits, the last layer before its activation,
/// so that they neither overflow nor lose precision however sure a model is.
/// </summary>
/// <remarks>
/// A loss of one's own derives from <see cref="RowLoss"/>, which looks at one row of outputs at a time, or from
/// <see cref="SequenceLoss"/>, which looks at all steps of a sequence at once. It has no state: one instance serves any number of models
/// and threads. The page docs/training.md of the repository has an example of each.
/// </remarks>
public abstract partial class Loss
{
    private protected Loss(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The loss's name.</summary>
    public string Name { get; }

    /// <summary>What the mean is over: what the sum of the loss is divided by.</summary>
    protected internal abstract Averaging Averaging { get; }

    /// <summary>Whether gradients of all rows that count are written, and none of them is faint (<see cref="Kernels.Faint"/>).</summary>
    private protected virtual bool WritesFlushedGradients => false;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>
    /// Throws an <see cref="ArgumentException"/> unless the loss has a meaning for such outputs and targets. Called before training and
    /// evaluating; unless overridden everything fits.
    /// </summary>
    /// <param name="targets">The outputs and targets.</param>
    protected internal virtual void CheckFits(in OutputTargets targets)
    {
    }

    internal void CheckFits(ModelSchema schema, SequenceDataset data) => CheckFits(OutputTargets.Of(schema, data));

    /// <summary>The loss that goes with a model's last activation.</summary>
    internal static Loss For(ModelSchema schema) => schema.OutputActivation switch
    {
        Activation.Sigmoid => BinaryCrossEntropy,
        Activation.Softmax => CategoricalCrossEntropy,
        _ => MeanSquaredError,
    };

    /// <summary>
    /// The sum of the loss over the rows of a block, added to <paramref name="sum"/>. Leaves in <see cref="OutputBlock.Gradients"/> the
    /// gradient of that sum times <paramref name="gradientScale"/>, zero where nothing counts, unless the scale is zero and no gradient
    /// is wanted.
    /// </summary>
    internal abstract double Run(OutputBlock block, double gradientScale, double sum = 0);

    private protected void RequireActivation(in OutputTargets targets, Activation activation)
    {
        if (targets.Activation != activation)
        {
            throw new ArgumentException(
                $"{Name} needs a last layer with Activation.{activation}, "
                    + $"but that of {targets.Model.Name} has Activation.{targets.Activation}.",
                "loss");
        }
    }

    /// <summary>Numbers, or labels of a single output.</summary>
    private protected void RequireValues(in OutputTargets targets)
    {
        if (targets.HasClasses)
        {
            throw new ArgumentException(
                $"{Name} compares each of the {targets.Size} outputs of {targets.Model.Name} with a number, "
                    + "but the dataset has labels of classes.",
                "loss");
        }
    }
}

/// <summary>What a mean is over.</summary>
public enum Averaging
{
    /// <summary>All targets that count: a class is one, and of numbers each output has one (PyTorch's <c>reduction="mean"</c>).</summary>
    Targets,

    /// <summary>The rows that count: sequences, or steps of them, however many outputs a row has.</summary>
    Rows,

    /// <summary>The sequences of which a row counts.</summary>
    Sequences,
}
