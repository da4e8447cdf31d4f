using GruGen.Kernels;

namespace GruGen;

/// <summary>What a model is judged by beside its loss: a mean over all targets that count.</summary>
public abstract class Metric
{
    private protected Metric(string name) => Name = name;

    /// <summary>
    /// The part that is right: of one output, and of numbers as targets of sigmoids, those on the same side of 0.5, above it or not; of
    /// classes, the label with the largest output (of equal ones the first); where a model has outputs every step, of all steps that
    /// count.
    /// </summary>
    public static Metric Accuracy { get; } = new Accuracy();

    /// <summary>The mean of <c>|output − target|</c>.</summary>
    public static Metric MeanAbsoluteError { get; } = new MeanAbsoluteError();

    /// <summary>The name in a <see cref="History"/>, as Keras has it: <c>accuracy</c>, <c>mae</c>.</summary>
    public string Name { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Accuracy where it has a meaning, else the mean absolute error.</summary>
    internal static Metric For(ModelSchema schema, SequenceDataset data) =>
        GruGen.Accuracy.Fits(schema, data) ? Accuracy : MeanAbsoluteError;

    /// <summary>Throws unless the metric has a meaning for these outputs and targets.</summary>
    internal abstract void CheckFits(ModelSchema schema, SequenceDataset data);

    /// <summary>The sum over all targets of a block that count; outputs have their activation.</summary>
    internal abstract double Sum(OutputBlock block);
}

/// <inheritdoc cref="Metric.Accuracy"/>
internal sealed class Accuracy() : Metric("accuracy")
{
    public static bool Fits(ModelSchema schema, SequenceDataset data) =>
        data.Kind == TargetKind.Labels || schema.OutputActivation == Activation.Sigmoid;

    internal override void CheckFits(ModelSchema schema, SequenceDataset data)
    {
        if (!Fits(schema, data))
        {
            throw new ArgumentException(
                $"{Name} needs labels as targets, or a last layer with Activation.Sigmoid; "
                    + $"the dataset has values, and {schema.Name} ends with Activation.{schema.OutputActivation}.",
                "metrics");
        }
    }

    internal override double Sum(OutputBlock block)
    {
        long right = 0;
        for (int row = 0; row < block.Rows; row++)
        {
            int label = block.Labels[row];
            if (label >= 0)
            {
                Span<float> outputs = block.Row(block.Outputs, row);
                right += block.HasClasses ? IsFirstLargest(outputs, label) ? 1 : 0 : SameSides(outputs, block.Row(block.Targets, row));
            }
        }

        return right;
    }

    /// <summary>Whether the first of the largest outputs is that of <paramref name="label"/>.</summary>
    private static bool IsFirstLargest(Span<float> outputs, int label)
    {
        float own = outputs[label];
        return !float.IsNaN(own)
            && Reduce.Max(ref outputs[0], label) < own
            && (label == outputs.Length - 1 || Reduce.Max(ref outputs[label + 1], outputs.Length - label - 1) <= own);
    }

    private static int SameSides(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        int same = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            same += (outputs[i] > 0.5f) == (targets[i] > 0.5f) ? 1 : 0;
        }

        return same;
    }
}

/// <inheritdoc cref="Metric.MeanAbsoluteError"/>
internal sealed class MeanAbsoluteError() : Metric("mae")
{
    internal override void CheckFits(ModelSchema schema, SequenceDataset data)
    {
        if (data.HasClasses)
        {
            throw new ArgumentException(
                $"{Name} compares each of the {schema.OutputSize} outputs of {schema.Name} with a number, "
                    + "but the dataset has labels of classes.",
                "metrics");
        }
    }

    internal override double Sum(OutputBlock block)
    {
        double sum = 0;
        for (int row = 0; row < block.Rows; row++)
        {
            if (block.Labels[row] >= 0)
            {
                Span<float> outputs = block.Row(block.Outputs, row), targets = block.Row(block.Targets, row);
                for (int i = 0; i < outputs.Length; i++)
                {
                    sum += Math.Abs((double)outputs[i] - targets[i]);
                }
            }
        }

        return sum;
    }
}
