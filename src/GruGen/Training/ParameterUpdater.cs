using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Applies an optimiser to the gradients of passes, for training loops of your own: it owns the optimiser's moments and the number of
/// steps. Models that are chained have one each; a <see cref="Trainer{TInput}"/> has one inside.
/// </summary>
/// <remarks>
/// From <see cref="Fitting.BeginUpdating"/> to <see cref="Dispose"/> the model is being trained: it cannot have a second updater or
/// trainer, and predictions use the weights that were published last. Weights are published before the first step, by
/// <see cref="Publish"/> and by <see cref="Dispose"/>. An update allocates nothing. An updater is used on one thread at a time. One that
/// is never disposed frees its model when it is garbage-collected; to begin training a model whose updater is unreachable forces a
/// collection.
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed partial class ParameterUpdater<TInput> : IDisposable
    where TInput : unmanaged
{
    private static readonly string[] s_taken = [AveragesName, "accumulated", "callback", "states", "totals"]; // by the rest of a file

    private readonly TrainedPart[] _parts;
    private readonly LearningRateSchedule? _schedule;
    private double _learningRate; // before the schedule's, and the factor
    private bool _disposed;
    private bool _trains; // from when on the model is its own

    /// <summary>An updater by the options of a training, on the threads of a team or, without one, on the caller's.</summary>
    /// <exception cref="ArgumentException">
    /// The model has no such layer or tensor, moments have no names of their own, the schedule and the optimiser do not fit, or gradients
    /// are to be clipped in two ways.
    /// </exception>
    internal ParameterUpdater(SequenceModel<TInput> model, TrainingOptions options, ThreadTeam? team)
    {
        Model = model;
        (Optimizer, _schedule, _learningRate) = (options.Optimizer, options.Schedule, options.Optimizer.LearningRate);
        MomentNames = [.. Optimizer.MomentNames];
        CheckNames();
        CheckMomentum();
        options.CheckClipping();
        TrainedPart.CheckFrozen(model.Schema, options.FrozenLayers);
        PartSettings[] settings = PartSettings.Of(model.Schema, Optimizer, options.ParameterGroups);
        _largest = PartSettings.Largest(settings);
        (_clipValue, _clipTensorNorm, _averageDecay) = (options.ClipValue, options.ClipTensorNorm, options.AverageDecay);
        Moments = [.. MomentNames.Select(_ => new AlignedBuffer(model.Parameters.Count))];
        Averages = _averageDecay > 0 ? new AlignedBuffer(model.Parameters.Count) : null;
        AlignedBuffer? prepared = _clipValue > 0 || _largest.L2 > 0 ? new AlignedBuffer(model.Parameters.Count) : null;
        bool keepsRows = Optimizer.KeepsUnusedRows && (Optimizer.KeepsDecayingRows || !settings[0].Decays);
        (_team, _updateShare, _averageShare) = (team, team is null ? null : UpdateShare, team is null ? null : AverageShare);
        model.Weights.BeginTraining(keepsRows && Averages is null, Averages); // from here on the parameters stay where they are
        try
        {
            var memory = new UpdateMemory(model.Parameters.Buffer, Moments, Averages, prepared, PreparesAll: _clipValue > 0);
            _parts = TrainedPart.AllBut(model.Schema, options.FrozenLayers, settings, memory, keepsRows, eachTensor: _clipTensorNorm > 0);
        }
        catch
        {
            model.Weights.EndTraining();
            throw;
        }

        _trains = true;
    }

    /// <summary>Frees the model, if nobody has disposed of the updater.</summary>
    ~ParameterUpdater()
    {
        if (_trains)
        {
            Model.Weights.AbandonTraining();
        }
    }

    /// <summary>The model.</summary>
    public SequenceModel<TInput> Model { get; }

    /// <summary>The optimiser.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>
    /// The learning rate of the next step: that of the schedule, or else initially that of the optimiser, which may be set to another one
    /// before any step.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    /// <exception cref="InvalidOperationException">It is set, but a schedule gives it.</exception>
    public double LearningRate
    {
        get => LearningRateFactor * (_schedule?.RateAt(StepCount, Optimizer.LearningRate) ?? _learningRate);
        set
        {
            if (_schedule is not null)
            {
                throw new InvalidOperationException(
                    $"The learning rate is that of {_schedule.GetType().Name}, which gives one for every step; "
                        + $"train without {nameof(TrainingOptions)}.{nameof(TrainingOptions.Schedule)} to set it.");
            }

            double rate = Check.NotNegativeSingle(value, nameof(LearningRate));
            LearningRateFactor = LearningRateFactor > 0 ? LearningRateFactor : 1;
            _learningRate = rate / LearningRateFactor; // so that it is this, whatever a plateau has made of the one before
        }
    }

    /// <summary>The number of steps so far.</summary>
    public long StepCount { get; internal set; }

    /// <summary>The learning rate before the schedule and the factor.</summary>
    internal double BaseLearningRate
    {
        get => _learningRate;
        set => _learningRate = value;
    }

    /// <summary>What the learning rate is multiplied by, beside all else: that of a plateau.</summary>
    internal double LearningRateFactor { get; set; } = 1;

    /// <summary>What the moments are called.</summary>
    internal string[] MomentNames { get; }

    /// <summary>The optimiser's buffers, each laid out like the parameters.</summary>
    internal AlignedBuffer[] Moments { get; }

    /// <summary>
    /// The exponential averages of the parameters, laid out like them: those to predict with. Null where there are none.
    /// </summary>
    internal AlignedBuffer? Averages { get; }

    /// <summary>Makes one step along the gradients of the last backward pass.</summary>
    /// <param name="pass">A pass of <see cref="Model"/>.</param>
    /// <param name="gradientScale">
    /// The factor of the gradients, for example <c>min(1, limit/norm)</c> to clip them, with the norm that
    /// <see cref="SequencePass{TInput}.GradientNorm"/> gives.
    /// </param>
    /// <exception cref="ArgumentException">The pass is of another model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="gradientScale"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">
    /// A gradient is not finite, a moment or a parameter would be too large for float32 after this step, or the scale is positive and too
    /// small for it. The parameters and the moments are those from before this step.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The updater is disposed.</exception>
    public void Update(SequencePass<TInput> pass, double gradientScale = 1)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(pass);
        Check.NotNegativeSingle(gradientScale, nameof(gradientScale));
        if (!pass.IsOf(Model.Weights))
        {
            throw new ArgumentException(
                $"'{nameof(pass)}' is of another model ({pass.Schema.Name}) than the updater ({Model.Schema.Name}).", nameof(pass));
        }

        GradientSet gradients = pass.Memory.Gradients;
        if (Foresee(gradients, pass.GradientNorm, gradientScale) is { } found)
        {
            throw new NotFiniteNumberException(
                $"The {found.What} of step {StepCount + 1} is {found.Value}. The parameters are those before this step.", found.Value);
        }

        Apply(gradients, gradientScale);
    }

    /// <summary>Makes predictions use the weights as they are now.</summary>
    /// <exception cref="ObjectDisposedException">The updater is disposed.</exception>
    public void Publish()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Model.Weights.Publish();
    }

    /// <summary>
    /// Ends training: publishes the weights, and lets another trainer have the model. Where averages are kept, the parameters are these
    /// from here on.
    /// </summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            GC.SuppressFinalize(this);
            if (Averages is not null)
            {
                Averages.Span.CopyTo(Model.Parameters.Buffer.Span);
                Model.Parameters.MarkChanged();
            }

            Model.Weights.EndTraining();
        }
    }

    /// <summary>In files a moment's tensor is called by its name, a dot and the parameter's name; those of averages are, too.</summary>
    private void CheckNames()
    {
        IEnumerable<string> taken = Model.Schema.Layers.Select(layer => layer.Name).Concat(s_taken);
        if (MomentNames.Any(name => string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal))
            || MomentNames.Distinct().Count() < MomentNames.Length
            || MomentNames.Intersect(taken).Any())
        {
            throw new ArgumentException(
                $"{Optimizer.GetType().Name} has the moments '{string.Join("', '", MomentNames)}', but each needs a name of its own, "
                    + $"without a dot, that no layer has, other than '{string.Join("', '", s_taken)}'.",
                "optimizer");
        }
    }

    private void CheckMomentum()
    {
        if (_schedule is { SetsMomentum: true } && !Optimizer.TakesMomentum)
        {
            throw new ArgumentException(
                $"{_schedule.GetType().Name} sets the momentum, but {Optimizer} has none to be set. Choose an optimiser with momentum "
                    + "(Sgd and RmsProp have it where their Momentum is not 0), or a schedule that leaves it alone "
                    + "(CyclesMomentum = false).",
                nameof(TrainingOptions.Schedule));
        }
    }
}
