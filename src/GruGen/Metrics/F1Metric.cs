namespace GruGen;

public abstract partial class Metric
{
    /// <summary>
    /// The harmonic mean of precision and recall, <c>2·tp/(2·tp + fp + fn)</c>: of yes, for a single output; otherwise the mean over all
    /// classes. <see cref="F1Metric"/> has options.
    /// </summary>
    public static Metric F1 { get; } = new F1Metric();
}

/// <summary>
/// The harmonic mean of precision and recall, <c>2·tp/(2·tp + fp + fn)</c>; 0 where both are. The macro average is the mean of each class's
/// F1. <see cref="ClassMetric"/> tells what is counted.
/// </summary>
public sealed class F1Metric : ClassMetric
{
    /// <summary>The metric over all classes as a macro average, or of a single output; <c>f1</c> is its name.</summary>
    public F1Metric()
        : this(ClassAveraging.Macro)
    {
    }

    /// <summary>The metric over all classes; <c>f1</c> is its name, or <c>f1_micro</c>, <c>f1_weighted</c>.</summary>
    /// <param name="averaging">How the values of single classes become one. With a single output it makes no difference.</param>
    public F1Metric(ClassAveraging averaging)
        : base("f1", averaging)
    {
    }

    /// <summary>The metric of one class; <c>f1_3</c> is its name.</summary>
    /// <param name="ofClass">The class, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public F1Metric(int ofClass)
        : base("f1", ofClass)
    {
    }

    private protected override double Value(double right, double said, double are) => Quotient(2 * right, said + are);
}
