using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Trains a model step by step, for a loop of your own; <c>model.Fit(data)</c> is such a loop. A trainer owns what training
/// needs besides the model: memory for a batch, gradients, the optimiser's moments, the numbers of steps and epochs.
/// </summary>
/// <remarks>
/// From <see cref="Fitting.BeginTraining"/> to <see cref="Dispose"/> the model is being trained: it cannot have a second trainer, and
/// predictions use the weights that were published last. Weights are published before the first step, at the end of each epoch, by
/// <see cref="Publish"/>, <see cref="Restore(string)"/> and <see cref="Dispose"/>. A step allocates nothing once the trainer has seen its
/// longest sequence. A trainer is used on one thread at a time. One that is never disposed frees its model and its threads when it is
/// garbage-collected; to begin training a model whose trainer is unreachable forces a collection.
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed partial class Trainer<TInput> : IDisposable, ITraining<SequenceDataset<TInput>>
    where TInput : unmanaged
{
    private readonly ParameterUpdater<TInput> _updater;
    private readonly TrainingLoop _loop;
    private readonly Loss _loss;
    private readonly LossParts _losses;
    private readonly ThreadTeam? _team;
    private readonly AccumulatedGradients _accumulated;
    private readonly BatchSums _sums;
    private readonly double[] _lossSums; // of a batch, of each output
    private DatasetBatches<SequenceDataset<TInput>>? _batches; // of the last epoch
    private SequencePass<TInput>? _pass;
    private float[] _states = [], _nextStates = []; // in which the chunks of the last batch of streams ended, [streams, state size]
    private bool _disposed;

    /// <summary>A trainer at its first step.</summary>
    internal Trainer(SequenceModel<TInput> model, TrainingOptions? options)
    {
        Options = options ?? new TrainingOptions();
        _loss = Options.Loss ?? Loss.For(model.Schema);
        _loop = new TrainingLoop(Options, _loss, model.Schema, model.GetType());
        _losses = new LossParts(_loss, model.Schema);
        _accumulated = new AccumulatedGradients(model.Schema);
        Options.CheckCluster();
        _sums = new BatchSums(model.Schema, Options.Shards, Options.Cluster);
        _lossSums = new double[_losses.Count];
        _team = ThreadTeam.Of(Options.MaxDegreeOfParallelism);
        try
        {
            _updater = new ParameterUpdater<TInput>(model, Options, _team);
        }
        catch
        {
            _team?.Dispose();
            throw;
        }
    }

    /// <summary>The model.</summary>
    public SequenceModel<TInput> Model => _updater.Model;

    /// <summary>The options it is trained with.</summary>
    public TrainingOptions Options { get; }

    /// <summary>
    /// The learning rate of the next step: that of <see cref="TrainingOptions.Schedule"/>, or else initially that of the optimiser, which
    /// may be set to another one before any step.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    /// <exception cref="InvalidOperationException">It is set, but a schedule gives it.</exception>
    public double LearningRate
    {
        get => _updater.LearningRate;
        set => _updater.LearningRate = value;
    }

    /// <summary>The number of steps so far, those before a restored file was saved included.</summary>
    public long StepCount => _updater.StepCount;

    /// <summary>The number of complete epochs so far, those before a restored file was saved included.</summary>
    public int EpochCount => _loop.EpochCount;

    /// <summary>
    /// The Euclidean norm of all gradients of the last step together, without those of frozen layers, before clipping; 0 before the first
    /// step.
    /// </summary>
    public double GradientNorm { get; private set; }

    /// <summary>
    /// Trains on one batch: forward, the loss, backward, and the optimiser's update, with <see cref="TrainingOptions.AccumulatedBatches"/>
    /// after every so many batches.
    /// </summary>
    /// <param name="data">The data that the batch is from. Chunks of streams start from the model's initial states here.</param>
    /// <param name="indices">
    /// The indices in <paramref name="data"/> of the sequences of the batch, 1 to <see cref="TrainingOptions.BatchSize"/> of them.
    /// </param>
    /// <returns>The mean loss of the batch before the update; 0 if no target of it counts, in which case nothing is updated.</returns>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model; the loss or a metric does not fit the model's last activation or the data's targets;
    /// or there are no indices, or too many.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence in the data.</exception>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or the norm of the gradients is not finite, or a moment or a parameter would not be after the step. The model has the
    /// parameters from before this step.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">A batch of the data's longest sequences does not fit into memory.</exception>
    /// <exception cref="TrainingClusterException">
    /// Another process of <see cref="TrainingOptions.Cluster"/> has failed, or makes another step.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public double Step(SequenceDataset<TInput> data, ReadOnlySpan<int> indices) =>
        RunAlone(data, indices);

    /// <summary>Trains once on all sequences of <paramref name="data"/> and publishes the new weights.</summary>
    /// <param name="data">
    /// The data. With <see cref="TrainingOptions.Shuffle"/> its order is drawn from the seed and the number of the epoch.
    /// </param>
    /// <param name="cancellationToken">
    /// Stops before the next batch; the steps that were made stay. The next call with the same data goes on with that epoch; with other
    /// data it begins one.
    /// </param>
    /// <returns>The means of the loss and the metrics over the epoch, of each batch before its update.</returns>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model, or the loss or a metric does not fit the model's last activation or the data's
    /// targets; or the sampling weights do not fit it.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The trainer goes on from a file that was saved in the middle of an epoch, but this data has other batches.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">As in <see cref="Step"/>.</exception>
    /// <exception cref="InsufficientMemoryException">As in <see cref="Step"/>.</exception>
    /// <exception cref="TrainingClusterException">As in <see cref="Step"/>.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public Evaluation RunEpoch(SequenceDataset<TInput> data, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Options.Cluster.Together(() =>
        {
            CheckFits(data);
            if (_batches?.Data != data || _batches.Sequences != data.Count)
            {
                _batches = new DatasetBatches<SequenceDataset<TInput>>(data, data.Count, Options);
            }

            return _loop.RunEpoch(this, _batches, cancellationToken);
        });
    }

    /// <summary>
    /// Trains once on all sequences of a source, as <see cref="RunEpoch(SequenceDataset{TInput}, CancellationToken)"/> does.
    /// </summary>
    /// <param name="source">The source, which is read once.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The means of the loss and the metrics over the epoch, of each batch before its update.</returns>
    /// <exception cref="InvalidOperationException">The source has no sequences, or adds more than one for an item.</exception>
    /// <exception cref="ArgumentException">Its parts are not as many as the shards, or more than a batch has sequences.</exception>
    /// <inheritdoc cref="RunEpoch(SequenceDataset{TInput}, CancellationToken)" path="/exception"/>
    public Evaluation RunEpoch(SequenceSource<TInput> source, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(source);
        return Options.Cluster.Together(() =>
            _loop.RunEpoch(this, new SourceBatches<TInput>(source, Model.Schema, Options), cancellationToken));
    }

    /// <summary>
    /// Trains as <see cref="Fitting.Fit{TInput}(SequenceModel{TInput}, SequenceDataset{TInput}, TrainingOptions, CancellationToken)"/>
    /// does, but goes on where this trainer is: with its moments and its numbers of steps and epochs, and after
    /// <see cref="Restore(string)"/> in the middle of an epoch.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="epochs">
    /// The number of epochs to add to those that are complete; null, the default, to train until <see cref="TrainingOptions.Epochs"/> are.
    /// </param>
    /// <param name="cancellationToken">Stops before the next batch; the next call with the same data goes on there.</param>
    /// <returns>What was measured, in earlier calls too.</returns>
    /// <exception cref="TrainingCanceledException">Training was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is below 1.</exception>
    /// <inheritdoc cref="RunEpoch(SequenceDataset{TInput}, CancellationToken)" path="/exception"/>
    public History Fit(SequenceDataset<TInput> data, int? epochs = null, CancellationToken cancellationToken = default) =>
        Fit(data, epochs, mayGoOn: true, cancellationToken);

    internal History Fit(SequenceDataset<TInput> data, int? epochs, bool mayGoOn, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Options.Cluster.Together(() =>
        {
            CheckFits(data);
            DataParts<SequenceDataset<TInput>> parts = DataParts<SequenceDataset<TInput>>.Of(data, Options);
            CheckFits(parts.ValidationData);
            var batches = new DatasetBatches<SequenceDataset<TInput>>(parts.TrainingData, parts.TrainingCount, Options);
            return _loop.Fit(this, batches, parts, EpochsUntil(epochs), mayGoOn, cancellationToken);
        });
    }

    /// <summary>Trains on a source, as <see cref="Fit(SequenceDataset{TInput}, int?, CancellationToken)"/> does.</summary>
    /// <param name="source">The source, which is read once in each epoch.</param>
    /// <param name="epochs">
    /// The number of epochs to add to those that are complete; null, the default, to train until <see cref="TrainingOptions.Epochs"/> are.
    /// </param>
    /// <param name="cancellationToken">Stops before the next batch; the next call with the same source goes on there.</param>
    /// <returns>What was measured, in earlier calls too.</returns>
    /// <exception cref="InvalidOperationException">The source has no sequences, or adds more than one for an item.</exception>
    /// <exception cref="ArgumentException">Its parts are not as many as the shards, or more than a batch has sequences.</exception>
    /// <inheritdoc cref="Fit(SequenceDataset{TInput}, int?, CancellationToken)" path="/exception"/>
    public History Fit(SequenceSource<TInput> source, int? epochs = null, CancellationToken cancellationToken = default) =>
        Fit(source, epochs, mayGoOn: true, cancellationToken);

    internal History Fit(SequenceSource<TInput> source, int? epochs, bool mayGoOn, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(source);
        return Options.Cluster.Together(() =>
        {
            var parts = DataParts<SequenceDataset<TInput>>.OfValidation(Options);
            if (parts.ValidationData is not null)
            {
                CheckFits(parts.ValidationData);
            }

            var batches = new SourceBatches<TInput>(source, Model.Schema, Options);
            return _loop.Fit(this, batches, parts, EpochsUntil(epochs), mayGoOn, cancellationToken);
        });
    }

    /// <summary>
    /// Makes predictions use the weights as they are now, or their averages where these are kept
    /// (<see cref="TrainingOptions.AverageDecay"/>).
    /// </summary>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void Publish()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Model.Weights.Publish();
    }

    /// <summary>
    /// Ends training: publishes the weights, and lets another trainer have the model. Where averages are kept
    /// (<see cref="TrainingOptions.AverageDecay"/>), the parameters are these from here on.
    /// </summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _updater.Dispose();
            _team?.Dispose();
        }
    }

    private void CheckFits(SequenceDataset<TInput> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.CheckFits(Model.Schema);
        _loss.CheckFits(Model.Schema, data);
        for (int i = 0; i < Options.Metrics.Count; i++)
        {
            Options.Metrics[i].CheckFits(Model.Schema, data);
        }
    }

    private void CheckBatch(SequenceDataset<TInput> data, ReadOnlySpan<int> indices)
    {
        int most = data.Streams > 0 ? data.Streams : Options.BatchSize;
        if (indices.IsEmpty || indices.Length > most)
        {
            throw new ArgumentException(
                $"'{nameof(indices)}' has {indices.Length} elements, but 1 to {most} are expected "
                    + (data.Streams > 0 ? "(the streams)." : "(the batch size)."),
                nameof(indices));
        }

        foreach (int index in indices)
        {
            if ((uint)index >= (uint)data.Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices), index, $"There is no sequence {index}; the dataset has {data.Count}.");
            }
        }
    }

    /// <summary>The number of complete epochs at which a training ends.</summary>
    private int EpochsUntil(int? more)
    {
        if (more is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(given, "epochs");
            return EpochCount + given;
        }

        return Options.Epochs;
    }
}
