namespace GruGen;

/// <summary>
/// What training makes small: a mean over all targets that count. Losses are computed from logits, the last layer before its activation, so
/// that they neither overflow nor lose precision however sure a model is.
/// </summary>
public abstract class Loss
{
    private protected Loss(string name) => Name = name;

    /// <summary><c>(a − y)²</c>, where a is the output of any activation and y a number, or the label 0 or 1 of a single output.</summary>
    public static Loss MeanSquaredError { get; } = new MeanSquaredError();

    /// <summary>
    /// <c>−y·ln σ(l) − (1 − y)·ln(1 − σ(l))</c> for a last layer with <see cref="Activation.Sigmoid"/>; y is a number from 0 to 1, or the
    /// label 0 or 1 of a single output.
    /// </summary>
    public static Loss BinaryCrossEntropy { get; } = new BinaryCrossEntropy();

    /// <summary><c>−ln softmax(l)_y</c> for a last layer with <see cref="Activation.Softmax"/>; y is the label of a class.</summary>
    public static Loss CategoricalCrossEntropy { get; } = new CategoricalCrossEntropy();

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
    /// <see cref="OutputBlock.Gradients"/> the gradient of that sum times
    /// <paramref name="gradientScale"/>, zero for rows that do not count, unless the scale is zero and no gradient is wanted.
    /// </summary>
    internal abstract double Run(OutputBlock block, double gradientScale, double sum = 0);

    private protected void RequireActivation(ModelSchema schema, Activation activation)
    {
        if (schema.OutputActivation != activation)
        {
            throw new ArgumentException(
                $"{Name} needs a last layer with Activation.{activation}, but that of {schema.Name} has Activation.{schema.OutputActivation}.", "loss");
        }
    }

    /// <summary>Numbers, or labels of a single output.</summary>
    private protected void RequireValues(ModelSchema schema, SequenceDataset data)
    {
        if (data.HasClasses)
        {
            throw new ArgumentException(
                $"{Name} compares each of the {schema.OutputSize} outputs of {schema.Name} with a number, but the dataset has labels of classes.", "loss");
        }
    }
}
