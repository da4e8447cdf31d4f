namespace GruGen;

/// <summary>The extension method that predicts a dataset: <c>model.Predict(data, outputs)</c>.</summary>
public static class DatasetPredictions
{
    /// <summary>Predicts all sequences of a dataset; its targets are not read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="outputs">
    /// Receives the outputs in the order of the data: one of <see cref="ModelSchema.OutputSize"/> floats for each sequence, or one for
    /// each step of each sequence, masked steps excepted, which the dataset has left out.
    /// </param>
    /// <param name="options">
    /// Parallelism and states; null for one thread and the model's states. Lengths are not allowed: the dataset has its own.
    /// </param>
    /// <param name="cancellationToken">Stops before the next batch; the contents of <paramref name="outputs"/> are then undefined.</param>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model; <paramref name="outputs"/> or the states have a size that does not fit; or the
    /// options have lengths.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static void Predict<TInput>(
        this SequenceModel<TInput> model,
        SequenceDataset<TInput> data,
        Span<float> outputs,
        PredictOptions? options = null,
        CancellationToken cancellationToken = default)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        options ??= PredictOptions.Default;
        ModelSchema schema = model.Schema;
        data.CheckFits(schema);
        long expected = schema.OutputSize * (long)data.TotalRows;
        if (outputs.Length != expected)
        {
            throw new ArgumentException(
                $"'{nameof(outputs)}' has {outputs.Length} elements, but {expected} are expected.", nameof(outputs));
        }

        if (options.Lengths is not null)
        {
            throw new ArgumentException($"'{nameof(options.Lengths)}' are those of the dataset, which knows them.", nameof(options));
        }

        options.CheckStates(data.Count, schema.StateSize);
        model.PredictMany(new DataRange<TInput>(data, 0, data.Count) { Options = options }, outputs, cancellationToken);
    }
}
