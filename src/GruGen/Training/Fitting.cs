namespace GruGen;

/// <summary>Training a model on a dataset. The methods are called on the model: <c>model.Fit(data)</c>.</summary>
public static class Fitting
{
    /// <summary>Trains the model.</summary>
    /// <remarks>
    /// Meanwhile predictions use the weights of the end of the last epoch. The same model, data, options and seed give the same bits.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="data">The data to learn from, which stays as it is.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Stops before the next batch. The model keeps what it has learned so far.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model; the loss or a metric does not fit the last activation or the targets; or the
    /// options ask for validation twice, or on nothing, or leave nothing to train on.
    /// </exception>
    /// <exception cref="TrainingCanceledException">It was cancelled. The exception has the history of the epochs before.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained already.</exception>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or the gradient is not finite, or a moment or a parameter would not be after the step. The parameters are those before
    /// that step.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">A batch of the data's longest sequences does not fit into memory.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static History Fit<TInput>(
        this SequenceModel<TInput> model,
        SequenceDataset<TInput> data,
        TrainingOptions? options = null,
        CancellationToken cancellationToken = default)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new TrainingOptions();
        data.CheckFits(model.Schema);
        DataParts<SequenceDataset<TInput>> parts = DataParts<SequenceDataset<TInput>>.Of(data, options);
        parts.ValidationData.CheckFits(model.Schema);
        Loss loss = options.Loss ?? Loss.For(model.Schema);
        Evaluations.CheckFits(model.Schema, data, loss, options.Metrics);
        Evaluations.CheckFits(model.Schema, parts.ValidationData, loss, options.Metrics);
        using var trainer = new Trainer<TInput>(model, options);
        return trainer.Fit(parts, cancellationToken);
    }

    /// <summary>Takes the model for training step by step, until the trainer is disposed of.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">
    /// How; <see cref="TrainingOptions.Epochs"/> and the validation options are for <c>Fit</c> alone. Null for the defaults.
    /// </param>
    /// <returns>A trainer at its first step, for <c>using</c>.</returns>
    /// <exception cref="ArgumentException">
    /// <see cref="TrainingOptions.FrozenLayers"/> has the name of no layer, or moments of the optimiser have no names of their own.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model is being trained already, by <c>Fit</c> or by a trainer or an updater that somebody still has.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The optimiser's moments do not fit into memory.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static Trainer<TInput> BeginTraining<TInput>(this SequenceModel<TInput> model, TrainingOptions? options = null)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        return new Trainer<TInput>(model, options);
    }

    /// <summary>Takes the model for updates along gradients that a loop of one's own computes, until the updater is disposed of.</summary>
    /// <param name="model">The model whose parameters it changes.</param>
    /// <param name="optimizer">How; null for <see cref="Adam"/>.</param>
    /// <returns>An updater at its first step, for <c>using</c>.</returns>
    /// <exception cref="ArgumentException">Moments of the optimiser have no names of their own.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model is being trained already, by <c>Fit</c> or by a trainer or an updater that somebody still has.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The optimiser's moments do not fit into memory.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static ParameterUpdater<TInput> BeginUpdating<TInput>(this SequenceModel<TInput> model, Optimizer? optimizer = null)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ParameterUpdater<TInput>(model, optimizer, frozen: [], team: null);
    }
}
