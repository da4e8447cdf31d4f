namespace GruGen;

public abstract partial class Metric
{
    /// <summary>
    /// How much of what is said of a class is right, <c>tp/(tp + fp)</c>: of yes, for a single output; otherwise the mean over all classes.
    /// <see cref="PrecisionMetric"/> has options.
    /// </summary>
    public static Metric Precision { get; } = new PrecisionMetric();
}

/// <summary>
/// How much of what is said of a class is right: <c>tp/(tp + fp)</c>; 0 where it is never said. <see cref="ClassMetric"/> tells what is
/// counted.
/// </summary>
public sealed class PrecisionMetric : ClassMetric
{
    /// <summary>The metric over all classes as a macro average, or of a single output; <c>precision</c> is its name.</summary>
    public PrecisionMetric()
        : this(ClassAveraging.Macro)
    {
    }

    /// <summary>The metric over all classes; <c>precision</c> is its name, or <c>precision_micro</c>, <c>precision_weighted</c>.</summary>
    /// <param name="averaging">How the values of single classes become one. With a single output it makes no difference.</param>
    public PrecisionMetric(ClassAveraging averaging)
        : base("precision", averaging)
    {
    }

    /// <summary>The metric of one class; <c>precision_3</c> is its name.</summary>
    /// <param name="ofClass">The class, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public PrecisionMetric(int ofClass)
        : base("precision", ofClass)
    {
    }

    private protected override double Value(double right, double said, double are) => Quotient(right, said);
}
