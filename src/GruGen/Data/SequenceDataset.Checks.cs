namespace GruGen;

/// <content>What is refused when it is added, or when a model is trained or evaluated on it.</content>
public abstract partial class SequenceDataset
{
    /// <summary>Throws unless this is data for a model of <paramref name="schema"/>.</summary>
    internal void CheckFits(ModelSchema schema)
    {
        if (Schema.ReadsTokens != schema.ReadsTokens || Schema.InputSize != schema.InputSize
            || !HasOutputsOf(schema) || Schema.Output != schema.Output)
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

    private bool HasOutputsOf(ModelSchema schema)
    {
        bool are = Schema.Outputs.Length == schema.Outputs.Length;
        for (int i = 0; are && i < Targets.Length; i++)
        {
            are = Schema.Outputs[i].Size == schema.Outputs[i].Size;
        }

        return are;
    }

    private protected void CheckLabel(int label)
    {
        CheckTargets(perStep: false);
        Targets[0].CheckLabel(label);
    }

    private protected void CheckLabels(ReadOnlySpan<int> labels, int steps)
    {
        CheckTargets(perStep: true);
        Targets[0].CheckLabels(labels, Schema.OutputSteps(steps), EachStep(steps));
    }

    private protected void CheckValues(ReadOnlySpan<float> values, ReadOnlySpan<bool> counted, int steps, bool perStep, string name)
    {
        CheckTargets(perStep);
        Targets[0].CheckValues(values, counted, perStep ? Schema.OutputSteps(steps) : 1, perStep ? EachStep(steps) : null, name);
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
    private protected string EachStep(int steps) =>
        Schema.ChangesSteps ? $"each output step: {Schema.DescribeSteps(steps)}" : "each step";

    private void CheckTargets(bool perStep)
    {
        CheckOpen();
        if (Targets.Length > 1)
        {
            throw new InvalidOperationException(
                $"{Schema.Name} has several outputs: their targets are added with AddTargets, in the order {Schema.OutputNames}.");
        }

        if (perStep != PerStep)
        {
            throw new InvalidOperationException(PerStep
                ? $"{Schema.Name} gives an output for every step: its targets are added with AddPerStep."
                : $"{Schema.Name} gives one output for a sequence: its targets are added with Add.");
        }
    }

    /// <summary>Throws if no sequence can be added.</summary>
    private protected void CheckOpen()
    {
        if (Streams > 0)
        {
            throw new InvalidOperationException($"The dataset has the chunks of {Streams} streams and takes no other sequences.");
        }
    }

    internal static void CheckLength(int given, long expected, string name, string what)
    {
        if (given != expected)
        {
            throw new ArgumentException($"'{name}' has {given} elements, but {expected} are expected ({what}).", name);
        }
    }

    private static string Describe(ModelSchema schema) => string.Concat(
        schema.ReadsTokens ? "a vocabulary of " : "features a step: ", schema.InputSize.ToString(), "; outputs ",
        schema.Output == SequenceOutput.EveryStep ? "every step: " : "a sequence: ",
        string.Join(" and ", schema.Outputs.Select(output => output.Size)));
}
