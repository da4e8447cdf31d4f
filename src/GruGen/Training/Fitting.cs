namespace GruGen;

/// <summary>Extension methods that train a model: <c>model.Fit(data)</c>.</summary>
public static class Fitting
{
    /// <summary>Trains the model for all epochs of the options.</summary>
    /// <remarks>
    /// Meanwhile predictions use the weights of the end of the last epoch. The same model, data and options, with their seed, give the same
    /// parameters to the bit.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="data">The data to learn from, which is not changed.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Stops before the next batch. The model keeps what it has learned so far.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">
    /// The data or the validation data is empty or for another kind of model; the loss or a metric does not fit the last activation or the
    /// targets; the options have both kinds of validation, or a split that leaves one part empty;
    /// <see cref="TrainingOptions.FrozenLayers"/> has the name of no layer; <see cref="TrainingOptions.ParameterGroups"/> names what is not
    /// there, or one thing twice; gradients are to be clipped in two ways; the schedule sets a momentum that the optimiser does not have;
    /// or the optimiser's moments have unsuitable names (<see cref="Optimizer.MomentNames"/>).
    /// </exception>
    /// <exception cref="TrainingClusterException">
    /// Another process of <see cref="TrainingOptions.Cluster"/> has failed, or processes do different things.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// There are several <see cref="TrainingOptions.Shards"/>, but a metric cannot be added up (<see cref="MetricAccumulator.Merge"/>).
    /// </exception>
    /// <exception cref="TrainingCanceledException">
    /// Training was cancelled. The exception has the history of the complete epochs.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model is being trained already.</exception>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or the norm of the gradients is not finite, or a moment or a parameter would not be after the step. The model has the
    /// parameters from before that step.
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
        return options.Cluster.Together(() =>
        {
            data.CheckFits(model.Schema);
            DataParts<SequenceDataset<TInput>> parts = DataParts<SequenceDataset<TInput>>.Of(data, options);
            parts.ValidationData.CheckFits(model.Schema);
            Loss loss = options.Loss ?? Loss.For(model.Schema);
            Evaluations.CheckFits(model.Schema, data, loss, options.Metrics);
            Evaluations.CheckFits(model.Schema, parts.ValidationData, loss, options.Metrics);
            using var trainer = new Trainer<TInput>(model, options);
            return trainer.Fit(data, epochs: null, mayGoOn: false, cancellationToken);
        });
    }

    /// <summary>
    /// Trains the model on data that is larger than memory: a source, which is read anew in each epoch, on another thread. It is otherwise
    /// as training on a dataset, with the same bits where the order of the sequences is the same.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The source.</param>
    /// <param name="options">The options, without <see cref="TrainingOptions.ValidationSplit"/>; null for the defaults.</param>
    /// <param name="cancellationToken">Stops before the next batch. The model keeps what it has learned so far.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">
    /// The source's sequences are not for such a model; the loss or a metric does not fit the last activation or the targets; the options
    /// ask for a split, sampling weights or grouping by length, which need the whole data; or the source is in parts, which are not as
    /// many as the shards, or more than a batch has sequences.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model is being trained already; or the source has no sequences, or adds more than one for an item.
    /// </exception>
    /// <inheritdoc cref="Fit{TInput}(SequenceModel{TInput}, SequenceDataset{TInput}, TrainingOptions, CancellationToken)"
    ///     path="/exception[contains(@cref, 'Canceled') or contains(@cref, 'NotFinite') or contains(@cref, 'Memory')]"/>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static History Fit<TInput>(
        this SequenceModel<TInput> model,
        SequenceSource<TInput> source,
        TrainingOptions? options = null,
        CancellationToken cancellationToken = default)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        return (options?.Cluster).Together(() =>
        {
            using var trainer = new Trainer<TInput>(model, options);
            return trainer.Fit(source, epochs: null, mayGoOn: false, cancellationToken);
        });
    }

    /// <summary>Begins training in a loop of your own; the model is being trained until the trainer is disposed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">
    /// The options, of which the validation options are for <c>Fit</c> alone, and <see cref="TrainingOptions.Epochs"/> only shows in
    /// progress reports. Null for the defaults.
    /// </param>
    /// <returns>A trainer before its first step. Dispose it, with <c>using</c>, to end training.</returns>
    /// <exception cref="ArgumentException">
    /// <see cref="TrainingOptions.FrozenLayers"/> has the name of no layer; <see cref="TrainingOptions.ParameterGroups"/> names what is not
    /// there, or one thing twice; gradients are to be clipped in two ways; the schedule sets a momentum that the optimiser does not have;
    /// the optimiser's moments have unsuitable names (<see cref="Optimizer.MomentNames"/>); or there are more processes than shards.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model is being trained already, by <c>Fit</c> or by a trainer or an updater that somebody still has.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The optimiser's moments do not fit into memory.</exception>
    /// <exception cref="NotSupportedException">
    /// There are several <see cref="TrainingOptions.Shards"/>, but a metric cannot be added up (<see cref="MetricAccumulator.Merge"/>).
    /// </exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static Trainer<TInput> BeginTraining<TInput>(this SequenceModel<TInput> model, TrainingOptions? options = null)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        return (options?.Cluster).Together(() => new Trainer<TInput>(model, options));
    }

    /// <summary>
    /// Begins training with gradients that your own code computes with passes; the model is being trained until the updater is disposed.
    /// </summary>
    /// <param name="model">The model whose parameters it changes.</param>
    /// <param name="optimizer">The optimiser; null for <see cref="Adam"/> with its defaults.</param>
    /// <returns>An updater before its first step. Dispose it, with <c>using</c>, to end training.</returns>
    /// <exception cref="ArgumentException">
    /// The optimiser's moments have unsuitable names (<see cref="Optimizer.MomentNames"/>).
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model is being trained already, by <c>Fit</c> or by a trainer or an updater that somebody still has.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The optimiser's moments do not fit into memory.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static ParameterUpdater<TInput> BeginUpdating<TInput>(this SequenceModel<TInput> model, Optimizer? optimizer = null)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ParameterUpdater<TInput>(model, new TrainingOptions { Optimizer = optimizer ?? new Adam() }, team: null);
    }
}
