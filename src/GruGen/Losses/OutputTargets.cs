namespace GruGen;

/// <summary>
/// The kind of outputs that a model gives and of targets they are compared with, from which a loss or a metric says whether it is defined.
/// </summary>
public readonly record struct OutputTargets
{
    /// <summary>The model.</summary>
    public required ModelSchema Model { get; init; }

    /// <summary>The number of outputs in a row.</summary>
    public required int Size { get; init; }

    /// <summary>The activation of the last layer.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Whether the model gives one row of outputs for a sequence, or one for each step.</summary>
    public required SequenceOutput Output { get; init; }

    /// <summary>
    /// Whether a target is the label of one of several classes. Otherwise there is a number for each output; the label of a model with a
    /// single output is such a number, 0 or 1.
    /// </summary>
    public required bool HasClasses { get; init; }

    /// <summary>Whether targets were given as labels: of classes, or 0 and 1 for a single output.</summary>
    public required bool HasLabels { get; init; }

    /// <summary>The smallest number among the targets; positive infinity if targets are labels.</summary>
    public float SmallestValue { get; init; }

    /// <summary>The largest number among the targets; negative infinity if targets are labels.</summary>
    public float LargestValue { get; init; }

    /// <summary>
    /// The largest difference from 1 of the sum of the numbers of a row: nearly 0 of probabilities; 0 if targets are labels.
    /// </summary>
    public double LargestSumError { get; init; }

    /// <summary>An output of a model beside the targets of data for it.</summary>
    internal static OutputTargets Of(ModelSchema schema, int output, TargetColumn data) => new()
    {
        Model = schema,
        Size = schema.Outputs[output].Size,
        Activation = schema.Outputs[output].Activation,
        Output = schema.Output,
        HasClasses = data.HasClasses,
        HasLabels = data.Kind == TargetKind.Labels,
        SmallestValue = data.SmallestValue,
        LargestValue = data.LargestValue,
        LargestSumError = data.LargestSumError,
    };
}
