using System.Buffers;
using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>Outputs as labels, for models that end with a softmax or a single sigmoid.</content>
public abstract partial class SequenceModel<TInput>
{
    /// <summary>Predicts the label of one sequence, with a model that ends with a softmax or a single sigmoid.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another; may be empty.</param>
    /// <returns>
    /// With a softmax the most probable class, the first one if several are equally probable; with a single sigmoid 1 if the output is
    /// above 0.5, else 0.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// The model ends with something else, or gives an output for every step, for which
    /// <see cref="PredictStepLabels(ReadOnlySpan{TInput})"/> is.
    /// </exception>
    /// <exception cref="ArgumentException">The input has a length that does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public int PredictLabel(ReadOnlySpan<TInput> input)
    {
        OutputLabels.Require(Schema, SequenceOutput.Final);
        float[] rented = ArrayPool<float>.Shared.Rent(Schema.OutputSize);
        Span<float> output = rented.AsSpan(0, Schema.OutputSize);
        Predict(input, output);
        int label = OutputLabels.Of(output);
        ArrayPool<float>.Shared.Return(rented);
        return label;
    }

    /// <summary>Predicts the label of each step of one sequence, with a model that gives an output for every step.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another; may be empty.</param>
    /// <returns>
    /// The label of each step, as <see cref="PredictLabel"/> gives it; −1 (<see cref="SequenceDataset.NotCounted"/>) at masked steps.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// The model ends with no softmax or single sigmoid, or gives one output for a sequence, for which <see cref="PredictLabel"/> is.
    /// </exception>
    /// <exception cref="ArgumentException">The input has a length that does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public int[] PredictStepLabels(ReadOnlySpan<TInput> input)
    {
        OutputLabels.Require(Schema, SequenceOutput.EveryStep);
        int[] labels = new int[Schema.OutputSteps(CheckInput(input, nameof(input)))];
        int size = Schema.OutputSize;
        float[] rented = ArrayPool<float>.Shared.Rent(checked(labels.Length * size));
        Span<float> outputs = rented.AsSpan(0, labels.Length * size);
        Predict(input, outputs);
        LabelSteps(input, outputs, labels);
        ArrayPool<float>.Shared.Return(rented);
        return labels;
    }

    /// <summary>Predicts the label of each step of many sequences, in batches, with a model that gives an output for every step.</summary>
    /// <param name="inputs">The sequences: tokens, or the features of all steps one after another.</param>
    /// <param name="options">Parallelism, lengths and states; null for one thread, whole sequences and the model's states.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>
    /// For each sequence the label of each step, as <see cref="PredictStepLabels(ReadOnlySpan{TInput})"/> gives them; −1 also past its
    /// length, where <see cref="PredictOptions.Lengths"/> has one.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// The model ends with no softmax or single sigmoid, or gives one output for a sequence, for which <see cref="PredictLabels"/> is.
    /// </exception>
    /// <exception cref="ArgumentException">A sequence is null, or one, the lengths or the states do not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary, or a length is not one of its sequence.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int[][] PredictStepLabels(
        IReadOnlyList<TInput[]> inputs, PredictOptions? options = null, CancellationToken cancellationToken = default)
    {
        OutputLabels.Require(Schema, SequenceOutput.EveryStep);
        ArgumentNullException.ThrowIfNull(inputs);
        float[][] outputs = Predict(inputs, options, cancellationToken);
        int[][] labels = new int[outputs.Length][];
        for (int i = 0; i < labels.Length; i++)
        {
            int steps = inputs[i].Length / StepSize, length = options?.Lengths?[i] ?? steps;
            labels[i] = new int[Schema.OutputSteps(steps)];
            LabelSteps(inputs[i].AsSpan(0, length * StepSize), outputs[i], labels[i].AsSpan(0, Schema.OutputSteps(length)));
            labels[i].AsSpan(Schema.OutputSteps(length)).Fill(NoLabel);
        }

        return labels;
    }

    /// <summary>Predicts the labels of many sequences, in batches, with a model that gives one output for each.</summary>
    /// <param name="inputs">The sequences: tokens, or the features of all steps one after another.</param>
    /// <param name="options">Parallelism, lengths and states; null for one thread, whole sequences and the model's states.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The label of each sequence, as <see cref="PredictLabel"/> gives it.</returns>
    /// <exception cref="InvalidOperationException">
    /// The model ends with no softmax or single sigmoid, or gives an output for every step.
    /// </exception>
    /// <exception cref="ArgumentException">A sequence is null, or one, the lengths or the states do not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary, or a length is not one of its sequence.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int[] PredictLabels(
        IReadOnlyList<TInput[]> inputs, PredictOptions? options = null, CancellationToken cancellationToken = default)
    {
        OutputLabels.Require(Schema, SequenceOutput.Final);
        ArgumentNullException.ThrowIfNull(inputs);
        int size = Schema.OutputSize;
        float[] outputs = new float[checked(inputs.Count * size)];
        Predict(inputs, outputs, options, cancellationToken);
        return [.. Enumerable.Range(0, inputs.Count).Select(i => OutputLabels.Of(outputs.AsSpan(i * size, size)))];
    }

    private void LabelSteps(ReadOnlySpan<TInput> input, ReadOnlySpan<float> outputs, Span<int> labels)
    {
        int size = Schema.OutputSize;
        bool changes = Schema.ChangesSteps; // then the first outputs are those of the steps that are not masked
        int own = changes ? Schema.OutputSteps(Schema.StepsOf(input)) : labels.Length;
        for (int t = 0; t < labels.Length; t++)
        {
            labels[t] = t >= own || (!changes && Schema.IsMasked(input, t)) ? NoLabel : OutputLabels.Of(outputs.Slice(t * size, size));
        }
    }

    /// <summary>The label of a step that only fills a sequence, <c>SequenceDataset.NotCounted</c>.</summary>
    internal const int NoLabel = -1;
}
