namespace GruGen;

/// <summary>
/// What training minimises: a mean over the targets that count. Losses are computed from logits, the outputs of the last layer before its
/// activation, so that they neither overflow nor lose precision where probabilities are close to 0 or 1.
/// </summary>
/// <remarks>
/// A custom loss derives from <see cref="RowLoss"/>, a sum over rows of outputs, or from <see cref="SequenceLoss"/>, which needs all steps
/// of a sequence at once. It must have no state: one instance serves any number of models and threads. The page docs/training.md of the
/// repository has an example of each.
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

    /// <summary>What the sum of the loss is divided by to give the mean.</summary>
    protected internal abstract Averaging Averaging { get; }

    /// <summary>Whether gradients of all rows that count are written, and none of them is faint (<see cref="Kernels.Faint"/>).</summary>
    private protected virtual bool WritesFlushedGradients => false;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>
    /// Throws unless the loss is defined for such outputs and targets. Called before training and evaluating; unless overridden everything
    /// fits.
    /// </summary>
    /// <param name="targets">The kind of outputs and targets.</param>
    /// <exception cref="ArgumentException">The loss is not defined for them.</exception>
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

/// <summary>What a mean is taken over.</summary>
public enum Averaging
{
    /// <summary>
    /// The targets that count: one for each row with a class label, otherwise one number for each output of a row (PyTorch's
    /// <c>reduction="mean"</c>).
    /// </summary>
    Targets,

    /// <summary>The rows that count, however many outputs each has: sequences, or steps if the model gives an output for each.</summary>
    Rows,

    /// <summary>The sequences of which at least one row counts.</summary>
    Sequences,
}
