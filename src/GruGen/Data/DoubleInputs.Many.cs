using System.Diagnostics.CodeAnalysis;

namespace GruGen;

/// <content>Many sequences in one call.</content>
public static partial class DoubleInputs
{
    /// <summary>Adds sequences with a label each: <c>data.AddRange(inputs.Zip(labels))</c>.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="sequences">The features of all steps of each sequence one after another, and its class.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.AddRange(IEnumerable{ValueTuple{TInput[], int}})" path="/exception"/>
    public static void AddRange(this SequenceDataset<float> data, IEnumerable<(double[] Input, int Label)> sequences)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(sequences);
        data.AddRange(sequences.Select(sequence => (SinglesOrNull(sequence.Input), sequence.Label)));
    }

    /// <summary>Adds sequences with a number each, for a model with a single output.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="sequences">The features of all steps of each sequence one after another, and the number.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.AddRange(IEnumerable{ValueTuple{TInput[], double}})" path="/exception"/>
    public static void AddRange(this SequenceDataset<float> data, IEnumerable<(double[] Input, double Target)> sequences)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(sequences);
        data.AddRange(sequences.Select(sequence => (SinglesOrNull(sequence.Input), sequence.Target)));
    }

    /// <summary>Adds sequences with a label for every step.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="sequences">The features of all steps of each sequence one after another, and its labels.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.AddRange(IEnumerable{ValueTuple{TInput[], int[]}})" path="/exception"/>
    public static void AddRange(this SequenceDataset<float> data, IEnumerable<(double[] Input, int[] Labels)> sequences)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(sequences);
        data.AddRange(sequences.Select(sequence => (SinglesOrNull(sequence.Input), sequence.Labels)));
    }

    /// <summary>Adds sequences with a number for each output.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="sequences">
    /// The features of all steps of each sequence one after another, and its numbers: [output size], or [steps, output size] where the
    /// model gives an output for every step.
    /// </param>
    /// <inheritdoc cref="SequenceDataset{TInput}.AddRange(IEnumerable{ValueTuple{TInput[], float[]}})" path="/exception"/>
    public static void AddRange(this SequenceDataset<float> data, IEnumerable<(double[] Input, double[] Targets)> sequences)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(sequences);
        data.AddRange(sequences.Select(sequence => (SinglesOrNull(sequence.Input), SinglesOrNull(sequence.Targets))));
    }

    /// <summary>Adds equally long sequences with labels.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="inputs">inputs[count, steps, features], row-major as NumPy has them.</param>
    /// <param name="steps">The number of steps of each sequence.</param>
    /// <param name="labels">labels[count], or labels[count, steps] where the model gives an output for every step.</param>
    /// <inheritdoc cref="SequenceDataset{TInput}.AddRange(ReadOnlySpan{TInput}, int, ReadOnlySpan{int})" path="/exception"/>
    public static void AddRange(this SequenceDataset<float> data, ReadOnlySpan<double> inputs, int steps, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.AddRange(Singles(inputs), steps, labels);
    }

    /// <summary>Adds equally long sequences with a number for each output.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="inputs">inputs[count, steps, features], row-major as NumPy has them.</param>
    /// <param name="steps">The number of steps of each sequence.</param>
    /// <param name="targets">
    /// targets[count, output size], or targets[count, steps, output size] where the model gives an output for every step.
    /// </param>
    /// <inheritdoc cref="SequenceDataset{TInput}.AddRange(ReadOnlySpan{TInput}, int, ReadOnlySpan{float})" path="/exception"/>
    public static void AddRange(this SequenceDataset<float> data, ReadOnlySpan<double> inputs, int steps, ReadOnlySpan<double> targets)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.AddRange(Singles(inputs), steps, Singles(targets));
    }

    [return: NotNullIfNotNull(nameof(values))]
    private static float[]? SinglesOrNull(double[]? values) => values is null ? null : Singles(values);
}
