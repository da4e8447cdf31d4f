namespace GruGen;

/// <summary>What a <see cref="TrainingLoop"/> drives: one model, or two that learn together.</summary>
internal interface ITraining
{
    /// <summary>The number of the optimiser's steps so far.</summary>
    long StepCount { get; }

    /// <summary>The learning rate of the next step.</summary>
    double LearningRate { get; }

    /// <summary>What the learning rate is multiplied by, because a measured value no longer improves.</summary>
    double LearningRateFactor { set; }

    /// <summary>The norm of the gradients of the last step, before they were clipped.</summary>
    double GradientNorm { get; }

    /// <summary>The models.</summary>
    IReadOnlyList<ModelSchema> Models { get; }

    /// <summary>The number of parameters of all models.</summary>
    int ParameterCount { get; }

    /// <summary>Copies the parameters that predictions would use if they were published now, of one model after another.</summary>
    void CopyParametersTo(Span<float> parameters);

    /// <summary>Goes on with these parameters.</summary>
    void SetParameters(ReadOnlySpan<float> parameters);

    /// <summary>What tells whether parameters, their averages and the optimiser's moments are those of another process.</summary>
    long Checksum { get; }

    /// <summary>Makes the weights as they are now those that predictions use.</summary>
    void Publish();

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="NotSupportedException">There is no file for such a training.</exception>
    void Save(Stream stream);

    /// <summary>Writes the model, with the weights that predictions use.</summary>
    /// <exception cref="NotSupportedException">There are two.</exception>
    void SaveModel(Stream stream);

    /// <summary>Goes on from a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or from another training.</exception>
    void Restore(Stream stream, string source);
}

/// <inheritdoc/>
/// <typeparam name="TData">What the models learn from.</typeparam>
internal interface ITraining<TData> : ITraining
    where TData : SequenceDataset
{
    /// <summary>Goes forward and backward through a batch, and makes a step along the gradient of all batches since the last one.</summary>
    /// <param name="data">The data.</param>
    /// <param name="indices">Where the sequences of the batch are in it.</param>
    /// <param name="continues">Whether they go on from the final states of the batch before.</param>
    /// <param name="parts">What the batch has in all processes, where these are the sequences of this one alone; else null.</param>
    /// <returns>The mean loss of the batch, before the step.</returns>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or the gradient is not finite, or a moment or a parameter would not be after the step. The parameters are those before
    /// this step.
    /// </exception>
    double Step(TData data, ReadOnlySpan<int> indices, bool continues, BatchParts? parts);

    /// <summary>Finds out what the losses of this process's part of a batch are divided by.</summary>
    /// <param name="data">The data.</param>
    /// <param name="indices">Where the sequences of this process are in it; they may be none.</param>
    /// <param name="parts">Which of them are those of which shard; receives the divisors.</param>
    /// <exception cref="ArgumentException">The data does not fit the model, its loss or a metric.</exception>
    void Measure(TData data, ReadOnlySpan<int> indices, BatchParts parts);

    /// <summary>The loss of the first sequences, by this process alone: what losses, data and processors make of it shows there.</summary>
    double Probe(TData data);

    /// <summary>Makes the step of the last batches of an epoch, if they are fewer than a step usually waits for.</summary>
    void CompleteStep();

    /// <summary>Forgets the gradients that wait for a step.</summary>
    void ForgetGradients();

    /// <summary>The loss and the metrics over some sequences, with the weights that were published last.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, before a batch.</exception>
    Evaluation Evaluate(TData data, int first, int count, CancellationToken cancellationToken);
}
