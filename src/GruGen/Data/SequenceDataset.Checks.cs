namespace GruGen;

/// <content>What is refused when it is added, or when a model is trained or evaluated on it.</content>
public abstract partial class SequenceDataset
{
    /// <summary>Throws unless this is data for a model of <paramref name="schema"/>.</summary>
    internal void CheckFits(ModelSchema schema)
    {
        if (Schema.ReadsTokens != schema.ReadsTokens || Schema.InputSize != schema.InputSize
            || Schema.OutputSize != schema.OutputSize || Schema.Output != schema.Output)
        {
            throw new ArgumentException($"The dataset is for {Describe(Schema)}, but {schema.Name} has {Describe(schema)}.", "data");
        }

        if (PerStep && !Schema.HasClocksOf(schema))
        {
            throw new ArgumentException($"The dataset has targets for other steps than those of {schema.Name}'s outputs.", "data");
        }

        if (Schema.PaddingToken != schema.PaddingToken || !Nullable.Equals(Schema.MaskValue, schema.MaskValue))
        {
            throw new ArgumentException(
                $"The dataset was made for other masked steps than those of {schema.Name}, which are left out when a sequence is added.",
                "data");
        }

        if (Count == 0)
        {
            throw new ArgumentException("The dataset is empty.", "data");
        }
    }

    private protected void CheckLabel(int label)
    {
        CheckTargets(perStep: false, TargetKind.Labels);
        CheckHasLabels();
        CheckClass(label, "label", "The label");
    }

    private protected void CheckLabels(ReadOnlySpan<int> labels, int steps)
    {
        CheckTargets(perStep: true, TargetKind.Labels);
        CheckHasLabels();
        CheckLength(labels.Length, Schema.OutputSteps(steps), "labels", $"one for {EachStep(steps)}");
        for (int t = 0; t < labels.Length; t++)
        {
            if (labels[t] != NotCounted)
            {
                CheckClass(labels[t], "labels", $"The label of step {t}");
            }
        }
    }

    private protected void CheckValues(ReadOnlySpan<float> values, ReadOnlySpan<bool> counted, int steps, bool perStep, string name)
    {
        CheckTargets(perStep, TargetKind.Values);
        int rows = perStep ? Schema.OutputSteps(steps) : 1;
        bool mayBeLabels = Schema is { OutputSize: > 1, OutputActivation: Activation.Softmax } && values.Length == rows;
        CheckLength(
            values.Length,
            (long)rows * Schema.OutputSize,
            name,
            (perStep ? $"the outputs of {EachStep(steps)}" : "one for each output")
                + (mayBeLabels ? "; for a label write 1 instead of 1f" : ""));
        if (!counted.IsEmpty)
        {
            CheckLength(counted.Length, rows, "counted", $"one for {EachStep(steps)}");
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]) && (counted.IsEmpty || counted[i / Schema.OutputSize]))
            {
                throw new ArgumentOutOfRangeException(name, values[i], $"Element {i} of '{name}' is {values[i]}, which is no target.");
            }
        }
    }

    private protected static float CheckWeight(double weight, string name) => weight >= 0 && float.IsFinite((float)weight)
        ? (float)weight
        : throw new ArgumentOutOfRangeException(
            name, weight, $"'{name}' has {weight}, but a weight must be a number from 0 to {float.MaxValue}.");

    private protected void CheckWeights(ReadOnlySpan<float> weights, int steps)
    {
        if (weights.Length > 1)
        {
            CheckLength(weights.Length, Schema.OutputSteps(steps), nameof(weights), $"one for {EachStep(steps)}, or one for all");
        }

        foreach (float weight in weights)
        {
            CheckWeight(weight, nameof(weights));
        }
    }

    /// <summary>What there is a target for, with the numbers where some of several steps have one.</summary>
    private string EachStep(int steps) => Schema.ChangesSteps ? $"each output step: {Schema.DescribeSteps(steps)}" : "each step";

    private void CheckTargets(bool perStep, TargetKind kind)
    {
        if (Streams > 0)
        {
            throw new InvalidOperationException($"The dataset has the chunks of {Streams} streams and takes no other sequences.");
        }

        if (perStep != PerStep)
        {
            throw new InvalidOperationException(PerStep
                ? $"{Schema.Name} gives an output for every step: its targets are added with AddPerStep."
                : $"{Schema.Name} gives one output for a sequence: its targets are added with Add.");
        }

        if (Kind is not null && Kind != kind)
        {
            throw new InvalidOperationException(
                $"The dataset has {Kind.Value.ToString().ToLowerInvariant()} as targets and takes no others.");
        }
    }

    /// <summary>A whole number is easily taken for a label, where it was meant as a number.</summary>
    private void CheckHasLabels()
    {
        if (Schema is { OutputSize: 1, OutputActivation: Activation.Softmax })
        {
            throw new InvalidOperationException(
                $"{Schema.Name} ends with one output and Activation.Softmax, which is 1 whatever the input: "
                    + "for the labels 0 and 1 use Activation.Sigmoid.");
        }

        if (Schema is { OutputSize: 1, OutputActivation: not Activation.Sigmoid })
        {
            throw new InvalidOperationException(
                $"{Schema.Name} ends with one output and Activation.{Schema.OutputActivation}, so its targets are numbers and no labels: "
                    + "write 1f instead of 1.");
        }
    }

    private void CheckClass(int label, string name, string what)
    {
        int last = Math.Max(1, Schema.OutputSize - 1); // of one output, 0 and 1 are its two targets
        if ((uint)label > (uint)last)
        {
            throw new ArgumentOutOfRangeException(name, label, $"{what} is {label}, but {Schema.Name} has the labels 0 to {last}.");
        }
    }

    private protected static void CheckLength(int given, long expected, string name, string what)
    {
        if (given != expected)
        {
            throw new ArgumentException($"'{name}' has {given} elements, but {expected} are expected ({what}).", name);
        }
    }

    private static string Describe(ModelSchema schema) => string.Concat(
        schema.ReadsTokens ? "a vocabulary of " : "features a step: ", schema.InputSize.ToString(), "; outputs ",
        schema.Output == SequenceOutput.EveryStep ? "every step: " : "a sequence: ", schema.OutputSize.ToString());
}
