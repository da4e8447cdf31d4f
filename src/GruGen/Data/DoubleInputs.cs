namespace GruGen;

/// <summary>
/// Extension methods that add features and targets in double precision to a dataset of features: <c>data.Add(doubles, 1)</c>. They are
/// kept as <see cref="float"/>, rounded to the nearest.
/// </summary>
public static class DoubleInputs
{
    /// <summary>Adds a sequence with a label.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="label">The class, 0 to outputs − 1; 0 or 1 for a model with a single output.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.Add(ReadOnlySpan{TInput}, int)" path="/exception"/>
    public static void Add(this SequenceDataset<float> data, ReadOnlySpan<double> input, int label)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Add(Singles(input), label);
    }

    /// <summary>Adds a sequence with a number, for a model with a single output.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="target">The number.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.Add(ReadOnlySpan{TInput}, double)" path="/exception"/>
    public static void Add(this SequenceDataset<float> data, ReadOnlySpan<double> input, double target)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Add(Singles(input), target);
    }

    /// <summary>Adds a sequence with a number for each output.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="target">The numbers.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.Add(ReadOnlySpan{TInput}, ReadOnlySpan{float})" path="/exception"/>
    public static void Add(this SequenceDataset<float> data, ReadOnlySpan<double> input, ReadOnlySpan<double> target)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Add(Singles(input), Singles(target));
    }

    /// <summary>Adds a sequence with a label for every step.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="labels">The labels, one for each step; −1 for a step that does not count.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.AddPerStep(ReadOnlySpan{TInput}, ReadOnlySpan{int})" path="/exception"/>
    public static void AddPerStep(this SequenceDataset<float> data, ReadOnlySpan<double> input, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.AddPerStep(Singles(input), labels);
    }

    /// <summary>Adds a sequence with a number for each output of every step.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="targets">targets[steps, output size]</param>
    /// <param name="counted">Whether each step counts; empty, the default, if all do.</param>
    /// <inheritdoc
    ///     cref="SequenceDataset{TInput}.AddPerStep(ReadOnlySpan{TInput}, ReadOnlySpan{float}, ReadOnlySpan{bool})" path="/exception"/>
    public static void AddPerStep(
        this SequenceDataset<float> data, ReadOnlySpan<double> input, ReadOnlySpan<double> targets, ReadOnlySpan<bool> counted = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.AddPerStep(Singles(input), Singles(targets), counted);
    }

    private static float[] Singles(ReadOnlySpan<double> values)
    {
        float[] singles = new float[values.Length];
        for (int i = 0; i < singles.Length; i++)
        {
            singles[i] = (float)values[i];
        }

        return singles;
    }
}
