namespace GruGen;

/// <content>Targets of several outputs.</content>
public sealed partial class SequenceDataset<TInput>
{
    /// <summary>Adds a sequence with a target for each output of a model that has several.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="targets">A target for each output, in the order of <see cref="ModelSchema.Outputs"/>.</param>
    /// <exception cref="ArgumentNullException">A target is null.</exception>
    /// <exception cref="ArgumentException">
    /// There are not as many targets as outputs, or an input or a target has a length that does not fit the model.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, a number is not finite, there is no such label, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// An output has targets of another kind in the dataset, or labels, where its targets are numbers.
    /// </exception>
    public void AddTargets(ReadOnlySpan<TInput> input, params ReadOnlySpan<OutputTarget> targets)
    {
        int steps = CheckInput(input);
        CheckOpen();
        if (targets.Length != Targets.Length)
        {
            throw new ArgumentException(
                $"'{nameof(targets)}' has {targets.Length} elements, but {Schema.Name} has {Targets.Length} outputs: "
                    + $"{Schema.OutputNames}.",
                nameof(targets));
        }

        for (int i = 0; i < targets.Length; i++)
        {
            CheckTarget(Targets[i], targets[i], steps);
        }

        int kept = AddInput(input);
        for (int i = 0; i < targets.Length; i++)
        {
            Append(Targets[i], targets[i], input);
        }

        AppendLength(kept);
    }

    private void CheckTarget(TargetColumn column, OutputTarget target, int steps)
    {
        int rows = Schema.OutputSteps(steps);
        string name = column.Output.Name;
        ArgumentNullException.ThrowIfNull(target, name);
        if (target.Labels is not null)
        {
            column.CheckLabels(target.Labels, rows, EachStep(steps), name);
            if (target.Counted is not null)
            {
                throw new ArgumentException(
                    $"The target of {name} has labels; −1 says that one does not count, and '{nameof(OutputTarget.Counted)}' has no place.",
                    name);
            }
        }
        else if (target.Values is not null)
        {
            column.CheckValues(target.Values, [.. target.Counted ?? []], rows, PerStep ? EachStep(steps) : null, name);
        }

        CheckWeights([.. target.Weights ?? []], steps);
    }

    private void Append(TargetColumn column, OutputTarget target, ReadOnlySpan<TInput> input)
    {
        float[] weights = [.. target.Weights ?? []];
        ReadOnlySpan<float> own = weights.Length <= 1 ? weights : Kept(input, weights, 1);
        if (target.Labels is { } labels)
        {
            column.Append(Kept(input, labels, 1), own);
        }
        else if (target.Values is { } values)
        {
            bool[] counted = [.. target.Counted ?? []];
            column.Append(Kept(input, values, column.Output.Size), counted.Length == 0 ? counted : Kept(input, counted, 1), own);
        }
        else
        {
            column.AppendNothing(Schema.OutputSteps(Schema.StepsOf(input)), own);
        }
    }

    /// <summary>What belongs to the steps that do not only fill the sequence; of a model with one output a sequence, all.</summary>
    private ReadOnlySpan<T> Kept<T>(ReadOnlySpan<TInput> input, T[] values, int size) =>
        PerStep ? TargetsOf<T>(input, values, size) : values;
}
