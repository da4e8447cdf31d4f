namespace GruGen;

/// <summary>Predicting a dataset. The method is called on the model: <c>model.Predict(data, outputs)</c>.</summary>
public static class DatasetPredictions
{
    /// <summary>Runs all sequences of a dataset; its targets are not read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="outputs">
    /// Receives the outputs in the order of the data: one of <see cref="ModelSchema.OutputSize"/> floats for each sequence, or one for
    /// each step of each sequence.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model, or <paramref name="outputs"/> has another length.
    /// </exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static void Predict<TInput>(this SequenceModel<TInput> model, SequenceDataset<TInput> data, Span<float> outputs)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ModelSchema schema = model.Schema;
        data.CheckFits(schema);
        long expected = schema.OutputSize * (long)(schema.Output == SequenceOutput.EveryStep ? data.TotalSteps : data.Count);
        if (outputs.Length != expected)
        {
            throw new ArgumentException(
                $"'{nameof(outputs)}' has {outputs.Length} elements, but {expected} are expected.", nameof(outputs));
        }

        model.PredictMany(new DataRange<TInput>(data, 0, data.Count), outputs);
    }
}
