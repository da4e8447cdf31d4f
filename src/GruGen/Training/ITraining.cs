namespace GruGen;

/// <summary>What a <see cref="TrainingLoop"/> drives: one model, or two that learn together.</summary>
/// <typeparam name="TData">What they learn from.</typeparam>
internal interface ITraining<TData>
    where TData : SequenceDataset
{
    /// <summary>Makes one step along the gradient of a batch. Returns its mean loss before the step.</summary>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or the gradient is not finite, or a moment or a parameter would not be after the step. The parameters are those before
    /// this step.
    /// </exception>
    double Step(TData data, ReadOnlySpan<int> indices);

    /// <summary>Makes the weights as they are now those that predictions use.</summary>
    void Publish();

    /// <summary>The loss and the metrics over some sequences, with the weights that were published last.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, before a batch.</exception>
    Evaluation Evaluate(TData data, int first, int count, CancellationToken cancellationToken);
}
