namespace GruGen;

/// <summary>The extension method that counts which classes a model confuses: <c>model.ConfusionMatrix(data)</c>.</summary>
public static class ConfusionMatrices
{
    /// <summary>Predicts all sequences of a dataset and counts each prediction beside its target.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">
    /// Data with labels of classes, with probabilities of them, or with 0 and 1 for a single output. If the model gives an output for every
    /// step, each step that counts is one.
    /// </param>
    /// <param name="threshold">The number above which a single output says yes.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The counts; of each row its weight, if the data has weights.</returns>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model, or its targets are no classes; or the model has several numbers that say yes or no,
    /// each for itself, or several outputs with names.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static ConfusionMatrix ConfusionMatrix<TInput>(
        this SequenceModel<TInput> model,
        SequenceDataset<TInput> data,
        double threshold = 0.5,
        CancellationToken cancellationToken = default)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        data.CheckFits(model.Schema);
        if (model.Schema.Outputs.Length > 1)
        {
            throw new ArgumentException(
                $"A confusion matrix is of one output, but {model.Schema.Name} has {model.Schema.OutputNames}.", nameof(model));
        }

        var confusion = new ConfusionMetric((float)Check.Finite(threshold, nameof(threshold)));
        confusion.CheckFits(model.Schema, data);
        var range = new DataRange<TInput>(data, 0, data.Count);
        Evaluations.Evaluate(model, range, new NoLoss(), [confusion], cancellationToken);
        return confusion.Matrix(Math.Max(2, model.Schema.OutputSize));
    }

    /// <summary>Nothing is minimised here.</summary>
    private sealed class NoLoss() : RowLoss("none")
    {
        protected internal override void Compute(in OutputRows rows)
        {
        }
    }
}
