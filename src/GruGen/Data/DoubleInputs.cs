namespace GruGen;

/// <summary>
/// Extension methods that add features and targets in double precision to a dataset of features: <c>data.Add(doubles, 1)</c>. They are
/// kept as <see cref="float"/>, rounded to the nearest.
/// </summary>
public static partial class DoubleInputs
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

    /// <summary>Adds a sequence with a label and its weight.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="label">The class, 0 to outputs − 1; 0 or 1 for a model with a single output.</param>
    /// <param name="weight">How much it counts, from 0 on.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.Add(ReadOnlySpan{TInput}, int, double)" path="/exception"/>
    public static void Add(this SequenceDataset<float> data, ReadOnlySpan<double> input, int label, double weight)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Add(Singles(input), label, weight);
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

    /// <summary>Adds a sequence with a number, for a model with a single output, and its weight.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="target">The number.</param>
    /// <param name="weight">How much it counts, from 0 on.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.Add(ReadOnlySpan{TInput}, double, double)" path="/exception"/>
    public static void Add(this SequenceDataset<float> data, ReadOnlySpan<double> input, double target, double weight)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Add(Singles(input), target, weight);
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

    /// <summary>Adds a sequence with a number for each output, and a weight.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="target">The numbers.</param>
    /// <param name="weight">How much they count, from 0 on.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.Add(ReadOnlySpan{TInput}, ReadOnlySpan{float}, double)" path="/exception"/>
    public static void Add(this SequenceDataset<float> data, ReadOnlySpan<double> input, ReadOnlySpan<double> target, double weight)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Add(Singles(input), Singles(target), weight);
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

    /// <summary>Adds a sequence with a label for every step, and weights.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="labels">The labels, one for each step; −1 for a step that does not count.</param>
    /// <param name="weights">The weight of each step, or one for all of them; empty if each is 1.</param>
    /// <inheritdoc
    ///     cref="SequenceDataset{TInput}.AddPerStep(ReadOnlySpan{TInput}, ReadOnlySpan{int}, ReadOnlySpan{float})" path="/exception"/>
    public static void AddPerStep(
        this SequenceDataset<float> data, ReadOnlySpan<double> input, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.AddPerStep(Singles(input), labels, weights);
    }

    /// <summary>Adds a sequence with a number for each output of every step.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="input">The features of all steps one after another.</param>
    /// <param name="targets">targets[steps, output size]</param>
    /// <param name="counted">Whether each step counts; empty, the default, if all do.</param>
    /// <param name="weights">The weight of each step, or one for all of them; empty, the default, if each is 1.</param>
    /// <inheritdoc
    ///     cref="SequenceDataset{TInput}.AddPerStep(ReadOnlySpan{TInput}, ReadOnlySpan{float}, ReadOnlySpan{bool}, ReadOnlySpan{float})"
    ///     path="/exception"/>
    public static void AddPerStep(
        this SequenceDataset<float> data,
        ReadOnlySpan<double> input,
        ReadOnlySpan<double> targets,
        ReadOnlySpan<bool> counted = default,
        ReadOnlySpan<float> weights = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.AddPerStep(Singles(input), Singles(targets), counted, weights);
    }

    internal static float[] Singles(ReadOnlySpan<double> values)
    {
        float[] singles = new float[values.Length];
        for (int i = 0; i < singles.Length; i++)
        {
            singles[i] = (float)values[i];
        }

        return singles;
    }
}
