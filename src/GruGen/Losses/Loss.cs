namespace GruGen;

/// <summary>
/// What training minimises: a mean over the targets that count. Losses are computed from logits, the outputs of the last layer before its
/// activation, so that they neither overflow nor lose precision where probabilities are close to 0 or 1.
/// </summary>
/// <remarks>
/// A custom loss derives from <see cref="RowLoss"/>, a sum over rows of outputs, or from <see cref="SequenceLoss"/>, which needs all steps
/// of a sequence at once. It must have no state: one instance serves any number of models and threads. The page docs/extending.md of the
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

    /// <summary>
    /// Whether the sum of the losses, each times its weight in the dataset, is divided by the sum of these weights, so that it is a
    /// weighted mean; otherwise by their number, as Keras does with <c>sample_weight</c>, and PyTorch with <c>BCELoss(weight)</c>: then the
    /// weights of a batch say how far it moves the model. False by default; without weights it makes no difference.
    /// </summary>
    public bool NormalizesWeights { get; init; }

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

    /// <summary>The loss of one output of a model, and how much it counts beside those of others.</summary>
    internal virtual (Loss Loss, double Weight) Of(OutputSchema output) => (this, 1);

    internal virtual void CheckFits(ModelSchema schema, SequenceDataset data)
    {
        for (int i = 0; i < schema.Outputs.Length; i++)
        {
            Of(schema.Outputs[i]).Loss.CheckFits(OutputTargets.Of(schema, i, data.Targets[i]));
        }
    }

    /// <summary>The losses that go with the activations of a model's outputs.</summary>
    internal static Loss For(ModelSchema schema) => schema.Outputs.Length == 1
        ? For(schema.Outputs[0])
        : new OutputLosses(schema.Outputs.ToDictionary(output => output.Name, For));

    /// <summary>The loss that goes with the activation of an output.</summary>
    internal static Loss For(OutputSchema output) => output.Activation switch
    {
        Activation.Sigmoid => BinaryCrossEntropy,
        Activation.Softmax => CategoricalCrossEntropy,
        _ => MeanSquaredError,
    };

    /// <summary>What a sequence adds to the number that the sum of the loss is divided by; 0 if nothing of it counts.</summary>
    internal virtual double Divisor(TargetColumn data, int index)
    {
        double rows = NormalizesWeights ? data.WeightOfRows(index) : data.CountedRows(index);
        return Averaging switch
        {
            Averaging.Targets => rows * data.TargetsPerRow,
            Averaging.Rows => rows,
            _ => rows == 0 ? 0 : rows / data.CountedRows(index),
        };
    }

    /// <summary>
    /// The sum of the loss over the rows of a block, added to <paramref name="sum"/>. Leaves in <see cref="OutputBlock.Gradients"/> the
    /// gradient of that sum times <paramref name="gradientScale"/>, zero where nothing counts, unless the scale is zero and no gradient
    /// is wanted.
    /// </summary>
    internal abstract double Run(OutputBlock block, double gradientScale, double sum = 0);

    /// <summary>Numbers of one output from an option that has one for each, with room to whole vectors.</summary>
    private protected static float[] Padded(IReadOnlyList<double> values)
    {
        float[] padded = new float[Kernels.Simd.Padded(values.Count)];
        for (int i = 0; i < values.Count; i++)
        {
            padded[i] = (float)values[i];
        }

        return padded;
    }

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

    /// <summary>Labels of several classes.</summary>
    private protected void RequireLabelsOfClasses(in OutputTargets targets)
    {
        if (!targets.HasClasses)
        {
            throw new ArgumentException(
                $"{Name} needs labels of classes as targets, but those for the {targets.Size} outputs of {targets.Model.Name} are numbers.",
                "loss");
        }
    }

    /// <summary>A softmax, and beside it labels of classes, or numbers that are probabilities of all classes.</summary>
    private protected void RequireProbabilities(in OutputTargets targets)
    {
        const float tolerance = 1e-4f;
        RequireActivation(targets, Activation.Softmax);
        if (targets.Size == 1)
        {
            throw new ArgumentException(
                $"{Name} needs two classes at least, but {targets.Model.Name} has one output; "
                    + "BinaryCrossEntropy with Activation.Sigmoid is for that.",
                "loss");
        }

        if (!targets.HasClasses && !(targets.SmallestValue >= 0 && targets.LargestSumError <= tolerance))
        {
            throw new ArgumentException(
                $"{Name} needs labels of classes as targets, or probabilities that sum to 1 within {tolerance}, but the dataset has values "
                    + $"from {targets.SmallestValue} to {targets.LargestValue}, whose sums are up to {targets.LargestSumError} from 1.",
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

    /// <summary>Numbers from one to another, or labels.</summary>
    private protected void RequireRange(in OutputTargets targets, float smallest, float largest)
    {
        if (!targets.HasLabels && (targets.SmallestValue < smallest || targets.LargestValue > largest))
        {
            throw new ArgumentException(
                $"{Name} needs targets from {smallest}{(float.IsFinite(largest) ? $" to {largest}" : " on")}, "
                    + $"but those of the dataset go from {targets.SmallestValue} to {targets.LargestValue}.",
                "loss");
        }
    }

    /// <summary>As many numbers in an option as there are outputs.</summary>
    private protected void RequireCount(in OutputTargets targets, int count, string option)
    {
        if (count != targets.Size)
        {
            throw new ArgumentException(
                $"{option} of {Name} has {count} elements, but {targets.Model.Name} has {targets.Size} outputs.", "loss");
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
