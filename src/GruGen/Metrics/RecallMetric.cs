namespace GruGen;

public abstract partial class Metric
{
    /// <summary>
    /// How much of what there is of a class is said, <c>tp/(tp + fn)</c>: of yes, for a single output; otherwise the mean over all classes.
    /// <see cref="RecallMetric"/> has options.
    /// </summary>
    public static Metric Recall { get; } = new RecallMetric();
}

/// <summary>
/// How much of what there is of a class is said: <c>tp/(tp + fn)</c>; 0 where there is nothing of it. <see cref="ClassMetric"/> tells what
/// is counted.
/// </summary>
public sealed class RecallMetric : ClassMetric
{
    /// <summary>The metric over all classes as a macro average, or of a single output; <c>recall</c> is its name.</summary>
    public RecallMetric()
        : this(ClassAveraging.Macro)
    {
    }

    /// <summary>The metric over all classes; <c>recall</c> is its name, or <c>recall_micro</c>, <c>recall_weighted</c>.</summary>
    /// <param name="averaging">How the values of single classes become one. With a single output it makes no difference.</param>
    public RecallMetric(ClassAveraging averaging)
        : base("recall", averaging)
    {
    }

    /// <summary>The metric of one class; <c>recall_3</c> is its name.</summary>
    /// <param name="ofClass">The class, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public RecallMetric(int ofClass)
        : base("recall", ofClass)
    {
    }

    private protected override double Value(double right, double said, double are) => Quotient(right, are);
}
