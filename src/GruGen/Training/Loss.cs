namespace GruGen;

/// <summary>
/// What training minimises: a mean over all targets that count. Losses are computed from logits, the last layer before its activation,
/// so that they neither overflow nor lose precision however sure a model is.
/// </summary>
public abstract partial class Loss
{
    private protected Loss(string name) => Name = name;

    /// <summary>The loss's name.</summary>
    public string Name { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The loss that goes with a model's last activation.</summary>
    internal static Loss For(ModelSchema schema) => schema.OutputActivation switch
    {
        Activation.Sigmoid => BinaryCrossEntropy,
        Activation.Softmax => CategoricalCrossEntropy,
        _ => MeanSquaredError,
    };

    /// <summary>Throws unless the loss fits the model's last activation and the targets.</summary>
    internal abstract void CheckFits(ModelSchema schema, SequenceDataset data);

    /// <summary>
    /// The sum of the loss over all targets of a block that count, added to <paramref name="sum"/> row by row. Leaves in
    /// <see cref="OutputBlock.Gradients"/> the gradient of that sum times <paramref name="gradientScale"/>, zero for rows that do not
    /// count, unless the scale is zero and no gradient is wanted.
    /// </summary>
    internal double Run(OutputBlock block, double gradientScale, double sum = 0)
    {
        sum = RunRows(block, gradientScale, sum);
        if (gradientScale != 0)
        {
            block.ClearUnused();
        }

        return sum;
    }

    /// <summary>As <see cref="Run"/>, but the gradients of rows that do not count, and of the padding, have no meaning.</summary>
    private protected abstract double RunRows(OutputBlock block, double gradientScale, double sum);

    private protected void RequireActivation(ModelSchema schema, Activation activation)
    {
        if (schema.OutputActivation != activation)
        {
            throw new ArgumentException(
                $"{Name} needs a last layer with Activation.{activation}, "
                    + $"but that of {schema.Name} has Activation.{schema.OutputActivation}.",
                "loss");
        }
    }

    /// <summary>Numbers, or labels of a single output.</summary>
    private protected void RequireValues(ModelSchema schema, SequenceDataset data)
    {
        if (data.HasClasses)
        {
            throw new ArgumentException(
                $"{Name} compares each of the {schema.OutputSize} outputs of {schema.Name} with a number, "
                    + "but the dataset has labels of classes.",
                "loss");
        }
    }
}
