namespace GruGen;

/// <summary>
/// The loop of every training, of one model and of two that are chained: epochs, their batches, the sums over them, and the callbacks.
/// </summary>
/// <param name="options">The options.</param>
/// <param name="loss">The loss.</param>
/// <param name="schema">The model, or the one with the loss.</param>
/// <param name="model">The class of that model.</param>
internal sealed partial class TrainingLoop(TrainingOptions options, Loss loss, ModelSchema schema, Type model)
{
    private readonly EpochTotals _totals = new(loss, options, schema); // of the epoch so far
    private readonly TrainingCluster? _cluster = options.Cluster;
    private readonly TrainingCallback[] _callbacks = // checkpoints see what all others have done
        [.. options.Callbacks.Where(callback => callback is not Checkpoint), .. options.Callbacks.OfType<Checkpoint>()];

    private readonly PlateauState? _plateau = PlateauOf(options);

    private History _history = new();
    private object? _origin; // of the batches of an epoch that is under way; null if a file has it
    private int _batch; // the next one of that epoch; 0 if there is none under way
    private (long Sequences, int BatchSize) _epochSize; // of that epoch
    private bool _isInEpoch; // and not in a step of a loop of one's own, whose metrics nobody reads
    private bool _reportsBatches; // here or in another process
    private Evaluation? _epochMean; // of the last epoch, until another one begins
    private bool _goesOn; // from a checkpoint or after it was cancelled, and so do the callbacks

    /// <summary>The options.</summary>
    public TrainingOptions Options => options;

    /// <summary>How far it is.</summary>
    public TrainingReports Reports { get; } = new(options, model);

    /// <summary>The number of complete epochs so far.</summary>
    public int EpochCount { get; private set; }

    /// <summary>What the orders of the epochs and the masks of dropout are drawn from.</summary>
    public int Seed { get; private set; } = options.Seed;

    /// <summary>What the learning rate is multiplied by, because a measured value no longer improves.</summary>
    public double LearningRateFactor => _plateau?.Factor ?? 1;

    /// <summary>Whether it is in the middle of an epoch over streams, whose states the next batch goes on from.</summary>
    public bool IsAmongStreams { get; set; }

    /// <summary>The loss and the metrics over the epoch so far.</summary>
    public Evaluation Mean() => _epochMean ?? _totals.Mean();

    /// <summary>Trains until so many epochs are complete, or somebody stops it.</summary>
    /// <param name="training">What is trained.</param>
    /// <param name="batches">The batches of an epoch.</param>
    /// <param name="validation">The data that each epoch is validated on, if it is.</param>
    /// <param name="epochs">The number of epochs to be complete in the end.</param>
    /// <param name="mayGoOn">Whether the trainer is there afterwards.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <exception cref="TrainingCanceledException">It was cancelled.</exception>
    public History Fit<TData>(
        ITraining<TData> training,
        BatchSource<TData> batches,
        DataParts<TData> validation,
        int epochs,
        bool mayGoOn,
        CancellationToken cancellationToken)
        where TData : SequenceDataset
    {
        TrainingRun run = Begin(training, validation.ValidationCount > 0, mayGoOn);
        try
        {
            Compare(training, batches, epochs, validation.ValidationCount);
            while (EpochCount < epochs && !IsStopping(run) && RunBatches(training, batches, run, cancellationToken))
            {
                Evaluation mean = Mean();
                Evaluation? validated = validation.ValidationCount > 0
                    ? training.Evaluate(
                        validation.ValidationData, validation.ValidationFirst, validation.ValidationCount, cancellationToken)
                    : null;
                CompleteEpoch(mean, validated);
                if (_plateau is not null)
                {
                    training.LearningRateFactor = _plateau.Report(run.Last(options.ReduceOnPlateau!.Monitor));
                }

                foreach (TrainingCallback callback in _callbacks)
                {
                    callback.OnEpochEnd(run);
                }
            }
        }
        catch (Exception exception)
        {
            run.IsInterrupted = _goesOn = true;
            bool wasCanceled = cancellationToken.IsCancellationRequested || TrainingCluster.IsOfAnother(exception);
            _cluster?.Fail(exception, wasCanceled); // before callbacks, which may ask something of all processes
            Interrupt(run, exception);
            if (exception is OperationCanceledException canceled && wasCanceled)
            {
                throw new TrainingCanceledException(_history, canceled, cancellationToken);
            }

            throw;
        }

        End(run);
        _cluster?.Any(ClusterTask.End, EpochCount, isSo: false);
        return _history;
    }

    /// <summary>Trains once on all batches, and publishes the new weights.</summary>
    /// <returns>The loss and the metrics as they were during the epoch.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled, before a batch; the steps that were made stay.</exception>
    public Evaluation RunEpoch<TData>(ITraining<TData> training, BatchSource<TData> batches, CancellationToken cancellationToken)
        where TData : SequenceDataset
    {
        Compare(training, batches, EpochCount + 1, validations: 0);
        try
        {
            RunBatches(training, batches, run: null, cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            _cluster?.Fail(exception, cancellationToken.IsCancellationRequested);
            throw;
        }

        Evaluation mean = Mean();
        CompleteEpoch(mean, validation: null);
        _cluster?.Any(ClusterTask.End, EpochCount, isSo: false);
        return mean;
    }

    /// <summary>
    /// The last layer and the loss of a batch, or of a shard of it, and back through both; adds them to the sums of an epoch.
    /// </summary>
    /// <param name="pass">The pass, forward through all but the last layer.</param>
    /// <param name="data">The targets.</param>
    /// <param name="indices">Where the sequences of the shard are in <paramref name="data"/>.</param>
    /// <param name="losses">The losses, of which something counts in the batch; has their sums then.</param>
    /// <param name="shard">The number of the shard.</param>
    public void RunLoss<TInput>(
        SequencePass<TInput> pass, SequenceDataset data, ReadOnlySpan<int> indices, LossParts losses, int shard = 0)
        where TInput : unmanaged =>
        pass.RunLoss(losses, backward: true, data, indices, _isInEpoch ? _totals[shard] : null);

    /// <summary>Takes the losses of a batch whose shards have all been run.</summary>
    /// <param name="losses">The losses.</param>
    /// <param name="mean">Their mean.</param>
    /// <param name="step">The number of the step.</param>
    /// <returns>The mean loss.</returns>
    /// <exception cref="NotFiniteNumberException">It is not finite.</exception>
    public double TakeLoss(LossParts losses, double mean, long step)
    {
        if (!double.IsFinite(mean))
        {
            throw NotFinite("loss", mean, step);
        }

        if (_isInEpoch)
        {
            _totals.AddDivisors(losses);
        }

        return mean;
    }

    /// <summary>The exception for a loss or a gradient that is not finite.</summary>
    public NotFiniteNumberException NotFinite(string what, double value, long step) => new(
        $"The {what} of step {step} (epoch {EpochCount + 1}) is {value}. The parameters are those before this step. "
            + "A lower learning rate, or a limit on the gradients' norm (ClipNorm), may help.",
        value);

    /// <summary>Goes through the batches of an epoch, or through those that are left of one, and publishes the weights.</summary>
    /// <returns>Whether nobody has stopped it. The epoch is then complete but for its validation.</returns>
    private bool RunBatches<TData>(
        ITraining<TData> training, BatchSource<TData> batches, TrainingRun? run, CancellationToken cancellationToken)
        where TData : SequenceDataset
    {
        BeginEpoch(training, batches);
        try
        {
            bool isStopping = false;
            while (MoveNext(training, batches, run, ref isStopping, cancellationToken))
            {
                double batchLoss = StepInEpoch(training, batches);
                _batch++;
                IsAmongStreams = batches.Continues;
                Reports.Batch = _batch;
                Reports.TakeBatch(batchLoss);
                if (_reportsBatches)
                {
                    Reports.Report(EpochCount + 1, Mean(), validation: null, isEpochEnd: false);
                }

                for (int i = 0; run is not null && i < _callbacks.Length; i++)
                {
                    _callbacks[i].OnBatchEnd(run);
                }
            }

            if (isStopping)
            {
                return false;
            }
        }
        finally
        {
            batches.Dispose();
        }

        training.CompleteStep();
        training.Publish();
        return true;
    }

    /// <summary>Begins an epoch, or goes on with one that was cancelled or is from a checkpoint.</summary>
    private void BeginEpoch<TData>(ITraining<TData> training, BatchSource<TData> batches)
        where TData : SequenceDataset
    {
        if (_batch > 0 && _origin is not null && _origin != batches.Origin)
        {
            _batch = 0; // of other data
            training.ForgetGradients();
        }

        var size = (batches.Sequences, batches.BatchSize);
        if (_batch > 0 && _epochSize != size)
        {
            throw new InvalidOperationException(
                $"The training goes on after batch {_batch} of an epoch of {_epochSize.Sequences} sequences, "
                    + $"{_epochSize.BatchSize} a batch, but now there are {size.Sequences}, {size.BatchSize} a batch.");
        }

        if (_batch == 0)
        {
            _totals.Clear();
            IsAmongStreams = false;
        }

        (_origin, _epochSize, _epochMean) = (batches.Origin, size, null);
        (Reports.Batch, Reports.Batches) = (_batch, batches.Batches);
        Reports.BeginEpoch(EpochCount);
        batches.Begin(Seed, EpochCount, _batch);
    }

    private double StepInEpoch<TData>(ITraining<TData> training, BatchSource<TData> batches)
        where TData : SequenceDataset
    {
        _isInEpoch = true;
        try
        {
            return training.Step(batches.Data, batches.Indices, batches.Continues && _batch > 0, batches.Parts);
        }
        catch
        {
            _totals.Clear(); // what they have of this batch cannot be taken out
            throw;
        }
        finally
        {
            _isInEpoch = false;
        }
    }

    private void CompleteEpoch(Evaluation mean, Evaluation? validation)
    {
        EpochCount++;
        (_batch, _origin, IsAmongStreams, _epochMean) = (0, null, false, mean);
        Reports.TakeEpoch(mean.Loss);
        _history.Add(mean, validation, Reports.IsDiverging);
        Reports.Report(EpochCount, mean, validation, isEpochEnd: true);
    }
}
