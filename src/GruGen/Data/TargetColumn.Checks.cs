namespace GruGen;

/// <content>What is refused when it is added.</content>
internal sealed partial class TargetColumn
{
    public void CheckLabel(int label)
    {
        CheckKind(TargetKind.Labels);
        CheckHasLabels();
        CheckClass(label, "label", "The label");
    }

    /// <param name="labels">The labels.</param>
    /// <param name="rows">How many there should be.</param>
    /// <param name="each">What there should be one for.</param>
    /// <param name="name">The name of the labels.</param>
    public void CheckLabels(ReadOnlySpan<int> labels, int rows, string each, string name = "labels")
    {
        CheckKind(TargetKind.Labels);
        CheckHasLabels();
        SequenceDataset.CheckLength(labels.Length, rows, name, $"one for {each}");
        for (int t = 0; t < labels.Length; t++)
        {
            if (labels[t] != SequenceDataset.NotCounted)
            {
                CheckClass(labels[t], name, $"The label of step {t}");
            }
        }
    }

    /// <param name="values">The values.</param>
    /// <param name="counted">Whether a row counts; empty if each does.</param>
    /// <param name="rows">How many rows there should be.</param>
    /// <param name="each">What there should be a row for; null if there is one row of the sequence.</param>
    /// <param name="name">The name of the values.</param>
    public void CheckValues(ReadOnlySpan<float> values, ReadOnlySpan<bool> counted, int rows, string? each, string name)
    {
        CheckKind(TargetKind.Values);
        bool mayBeLabels = output is { Size: > 1, Activation: Activation.Softmax } && values.Length == rows;
        SequenceDataset.CheckLength(
            values.Length,
            (long)rows * output.Size,
            name,
            (each is null ? "one for each output" : $"the outputs of {each}") + (mayBeLabels ? "; for a label write 1 instead of 1f" : ""));
        if (!counted.IsEmpty)
        {
            SequenceDataset.CheckLength(counted.Length, rows, "counted", $"one for {each ?? "each step"}");
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]) && (counted.IsEmpty || counted[i / output.Size]))
            {
                throw new ArgumentOutOfRangeException(name, values[i], $"Element {i} of '{name}' is {values[i]}, which is no target.");
            }
        }
    }

    private void CheckKind(TargetKind kind)
    {
        if (Kind is not null && Kind != kind)
        {
            string which = data.Schema.Outputs.Length > 1 ? $" of '{output.Name}'" : "";
            throw new InvalidOperationException(
                $"The dataset has {Kind.Value.ToString().ToLowerInvariant()} as targets{which} and takes no others.");
        }
    }

    /// <summary>A whole number is easily taken for a label, where it was meant as a number.</summary>
    private void CheckHasLabels()
    {
        string model = data.Schema.Name, ends = data.Schema.Outputs.Length > 1 ? $"has '{output.Name}'" : "ends";
        if (output is { Size: 1, Activation: Activation.Softmax })
        {
            throw new InvalidOperationException(
                $"{model} {ends} with one output and Activation.Softmax, which is 1 whatever the input: "
                    + "for the labels 0 and 1 use Activation.Sigmoid.");
        }

        if (output is { Size: 1, Activation: not Activation.Sigmoid })
        {
            throw new InvalidOperationException(
                $"{model} {ends} with one output and Activation.{output.Activation}, so its targets are numbers and no labels: "
                    + "write 1f instead of 1.");
        }
    }

    private void CheckClass(int label, string name, string what)
    {
        int last = Math.Max(1, output.Size - 1); // of one output, 0 and 1 are its two targets
        if ((uint)label > (uint)last)
        {
            throw new ArgumentOutOfRangeException(name, label, $"{what} is {label}, but {data.Schema.Name} has the labels 0 to {last}.");
        }
    }
}
