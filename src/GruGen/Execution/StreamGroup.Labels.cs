namespace GruGen;

/// <content>Outputs as labels, for models that end with a softmax or a single sigmoid.</content>
public sealed partial class StreamGroup<TInput>
{
    private float[]? _outputs; // [count, output size], once labels are wanted

    /// <summary>Takes one step of every stream, of a model that ends with a softmax or a single sigmoid.</summary>
    /// <param name="inputs">tokens[count], or features[count, input size].</param>
    /// <param name="labels">
    /// Receives labels[count], as <see cref="SequenceStream{TInput}.StepLabel(ReadOnlySpan{TInput})"/> gives them.
    /// </param>
    /// <exception cref="InvalidOperationException">The model ends with something else. No stream has made a step.</exception>
    /// <inheritdoc cref="Step(ReadOnlySpan{TInput}, Span{float})" path="/exception"/>
    public void StepLabels(ReadOnlySpan<TInput> inputs, Span<int> labels)
    {
        Span<float> outputs = OutputsFor(labels, Count);
        Step(inputs, outputs);
        Label(outputs, labels);
    }

    /// <summary>Takes one step of some streams, of a model that ends with a softmax or a single sigmoid; the others keep theirs.</summary>
    /// <param name="streams">Which, in any order, each at most once; may be empty.</param>
    /// <param name="inputs">tokens[streams], or features[streams, input size], in the order of <paramref name="streams"/>.</param>
    /// <param name="labels">Receives labels[streams] in the same order.</param>
    /// <exception cref="InvalidOperationException">The model ends with something else. No stream has made a step.</exception>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{TInput}, Span{float})" path="/exception"/>
    public void StepLabels(ReadOnlySpan<int> streams, ReadOnlySpan<TInput> inputs, Span<int> labels)
    {
        Span<float> outputs = OutputsFor(labels, streams.Length);
        Step(streams, inputs, outputs);
        Label(outputs, labels);
    }

    private Span<float> OutputsFor(Span<int> labels, int streams)
    {
        OutputLabels.Require(Schema);
        CheckLength(labels.Length, streams, 1, nameof(labels));
        _outputs ??= new float[checked(Count * Schema.OutputSize)];
        return _outputs.AsSpan(0, Math.Min(streams, Count) * Schema.OutputSize); // more than there are, Step refuses
    }

    private void Label(ReadOnlySpan<float> outputs, Span<int> labels)
    {
        int size = Schema.OutputSize;
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = OutputLabels.Of(outputs.Slice(i * size, size));
        }
    }
}
