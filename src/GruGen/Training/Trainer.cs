using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Trains a model step by step, for a loop of your own; <see cref="Fitting.Fit{TInput}"/> is such a loop. A trainer owns what training
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
    private readonly ThreadTeam? _team;
    private SequencePass<TInput>? _pass;
    private bool _disposed;

    /// <summary>A trainer at its first step.</summary>
    internal Trainer(SequenceModel<TInput> model, TrainingOptions? options)
    {
        Options = options ?? new TrainingOptions();
        _loss = Options.Loss ?? Loss.For(model.Schema);
        _loop = new TrainingLoop(Options, _loss, model.GetType());
        _team = ThreadTeam.Of(Options.MaxDegreeOfParallelism);
        try
        {
            _updater = new ParameterUpdater<TInput>(model, Options.Optimizer, Options.FrozenLayers, _team);
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

    /// <summary>The learning rate of the next step; initially that of the optimiser. Set it for a schedule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
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
    public double GradientNorm => _pass?.GradientNorm ?? 0;

    /// <summary>Trains on one batch: forward, the loss, backward, and the optimiser's update.</summary>
    /// <param name="data">The data that the batch is from.</param>
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
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public double Step(SequenceDataset<TInput> data, ReadOnlySpan<int> indices)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckFits(data);
        TargetCounts counts = CheckBatch(data, indices);
        if (counts.Divisor == 0)
        {
            return 0;
        }

        SequencePass<TInput> pass = PassFor(data, indices.Length);
        pass.UseDropout(_loop.Seed, StepCount);
        pass.RunForward(data, indices);
        pass.BeginGradients();
        double loss = _loop.RunLoss(pass, data, indices, counts, StepCount + 1);
        pass.FinishGradients();
        Update(pass);
        return loss;
    }

    /// <summary>Trains once on all sequences of <paramref name="data"/> and publishes the new weights.</summary>
    /// <param name="data">
    /// The data. With <see cref="TrainingOptions.Shuffle"/> its order is drawn from the seed and the number of the epoch.
    /// </param>
    /// <param name="cancellationToken">Stops before the next batch; the steps that were made stay, but the epoch does not count.</param>
    /// <returns>The means of the loss and the metrics over the epoch, of each batch before its update.</returns>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model, or the loss or a metric does not fit the model's last activation or the data's
    /// targets.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">As in <see cref="Step"/>.</exception>
    /// <exception cref="InsufficientMemoryException">As in <see cref="Step"/>.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public Evaluation RunEpoch(SequenceDataset<TInput> data, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckFits(data);
        Evaluation mean = _loop.RunEpoch(this, data, data.Count, cancellationToken);
        _loop.ReportEpochEnd(mean, validation: null);
        return mean;
    }

    /// <summary>Makes predictions use the weights as they are now.</summary>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void Publish()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Model.Weights.Publish();
    }

    /// <summary>Ends training: publishes the weights, and lets another trainer have the model.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _updater.Dispose();
            _team?.Dispose();
        }
    }

    /// <summary>All epochs of the options; the data fits.</summary>
    internal History Fit(DataParts<SequenceDataset<TInput>> parts, CancellationToken cancellationToken) =>
        _loop.Fit(this, parts, cancellationToken);

    Evaluation ITraining<SequenceDataset<TInput>>.Evaluate(
        SequenceDataset<TInput> data, int first, int count, CancellationToken cancellationToken) =>
        Evaluations.Evaluate(Model, new DataRange<TInput>(data, first, count), _loss, Options.Metrics, cancellationToken);

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

    /// <summary>How much of a batch counts.</summary>
    private TargetCounts CheckBatch(SequenceDataset<TInput> data, ReadOnlySpan<int> indices)
    {
        if (indices.IsEmpty || indices.Length > Options.BatchSize)
        {
            throw new ArgumentException(
                $"'{nameof(indices)}' has {indices.Length} elements, but 1 to {Options.BatchSize} are expected (the batch size).",
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

        return TargetCounts.Of(_loss, data, indices);
    }

    private void Update(SequencePass<TInput> pass)
    {
        _updater.ClearFrozen(pass);
        double norm = pass.GradientNorm, scale = ParameterUpdater<TInput>.ClipScale(norm, Options.ClipNorm);
        if (_updater.Foresee(pass, norm, scale) is { } found)
        {
            throw _loop.NotFinite(found.What, found.Value, StepCount + 1);
        }

        _updater.Apply(pass, scale);
    }

    /// <summary>The pass, made anew where the data has longer sequences or the batch more of them than before.</summary>
    private SequencePass<TInput> PassFor(SequenceDataset<TInput> data, int batch)
    {
        if (_pass is null || _pass.MaxBatch < batch || _pass.MaxSteps < data.MaxLength)
        {
            int maxBatch = Math.Max(_pass?.MaxBatch ?? 0, Math.Max(batch, Math.Min(Options.BatchSize, data.Count)));
            int maxSteps = Math.Max(_pass?.MaxSteps ?? 1, data.MaxLength);
            _pass = null; // what is in the way of the new memory may go
            _pass = Model.CreatePass(maxBatch, maxSteps, _team);
        }

        return _pass;
    }
}
