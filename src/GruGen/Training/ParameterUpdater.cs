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
public sealed class ParameterUpdater<TInput> : IDisposable
    where TInput : unmanaged
{
    private const int FewParameters = 4096; // which are new before a second thread has begun

    private readonly TrainedPart[] _parts;
    private readonly ThreadTeam? _team;
    private readonly Action<int>? _updateShare;
    private GradientSet? _gradients; // those that the parts are of
    private (double GradientScale, int Lanes) _step;
    private Magnitudes _magnitudes, _nextMagnitudes; // of what the parts have now, and after the step at hand
    private long _measuredVersion = -1; // of the parameters that the first of them are of
    private Rehearsal? _rehearsal;
    private bool _disposed;
    private bool _trains; // from when on the model is its own

    /// <summary>
    /// An updater that leaves the parameters of some layers as they are, on the threads of a team or, without one, on the caller's.
    /// </summary>
    /// <exception cref="ArgumentException">The model has no such layer, or moments have no names of their own.</exception>
    internal ParameterUpdater(SequenceModel<TInput> model, Optimizer? optimizer, IReadOnlyList<string> frozen, ThreadTeam? team)
    {
        Model = model;
        Optimizer = optimizer ?? new Adam();
        LearningRate = Optimizer.LearningRate;
        MomentNames = [.. Optimizer.MomentNames];
        CheckNames();
        Moments = [.. MomentNames.Select(_ => new AlignedBuffer(model.Parameters.Count))];
        (_team, _updateShare) = (team, team is null ? null : UpdateShare);
        model.Weights.BeginTraining(Optimizer.KeepsUnusedRows); // from here on the parameters stay where they are
        try
        {
            _parts = TrainedPart.AllBut(model.Schema, frozen, model.Parameters.Buffer, Moments, Optimizer.KeepsUnusedRows);
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

    /// <summary>The learning rate of the next step; initially that of the optimiser. Set it for a schedule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double LearningRate
    {
        get;
        set => field = Check.NotNegativeSingle(value, nameof(LearningRate));
    }

    /// <summary>The number of steps so far.</summary>
    public long StepCount { get; internal set; }

    /// <summary>What they are called.</summary>
    internal string[] MomentNames { get; }

    /// <summary>The optimiser's buffers, each laid out like the parameters.</summary>
    internal AlignedBuffer[] Moments { get; }

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

    /// <summary>Ends training: publishes the weights, and lets another trainer have the model.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            GC.SuppressFinalize(this);
            Model.Weights.EndTraining();
        }
    }

    /// <summary>
    /// What gradients of this norm are multiplied by so that theirs is <paramref name="limit"/> at most, as PyTorch does it; 0 for no
    /// limit.
    /// </summary>
    internal static double ClipScale(double norm, double limit) => limit == 0 ? 1 : Math.Min(1, limit / (norm + 1e-6));

    /// <summary>Zeroes the gradients of frozen layers, so that they count in no norm.</summary>
    internal void ClearFrozen(SequencePass<TInput> pass) => TrainedPart.ClearOthers(_parts, pass.Memory.Gradients);

    /// <summary>
    /// What of a step is not finite, or would not be after it, in float32; null if nothing is, and then <see cref="Apply"/> may make it.
    /// </summary>
    /// <param name="gradients">The gradients.</param>
    /// <param name="norm">Their norm, or that of more gradients, in double precision.</param>
    /// <param name="gradientScale">What they are multiplied by.</param>
    internal NotFinite? Foresee(GradientSet gradients, double norm, double gradientScale)
    {
        if (!double.IsFinite(norm))
        {
            return new NotFinite("gradient's norm", norm);
        }

        if (gradientScale > 0 && !float.IsNormal((float)gradientScale))
        {
            return new NotFinite($"gradients' scale for their norm of {norm:G3}, in float32,", (float)gradientScale);
        }

        if (_measuredVersion != Model.Parameters.Version)
        {
            _magnitudes = Magnitudes.Of(_parts);
        }

        // no gradient is larger than the norm of all
        _nextMagnitudes = _magnitudes.After(Optimizer, norm * gradientScale, LearningRate, StepCount + 1);
        return _nextMagnitudes.AreSafe ? null : ForeseeClosely(gradients, norm * gradientScale, gradientScale);
    }

    /// <summary>Makes one step that <see cref="Foresee"/> found nothing wrong with.</summary>
    internal void Apply(GradientSet gradients, double gradientScale)
    {
        UseGradients(gradients);
        _step = (gradientScale, Model.Weights.Lanes);
        if (_team is null || Model.Parameters.Count < FewParameters)
        {
            Update(0, 1);
        }
        else
        {
            _team.Run(_updateShare!);
        }

        StepCount++;
        Model.Weights.MarkRowsChanged(_gradients!.Tokens.Span);
        (_magnitudes, _measuredVersion) = (_nextMagnitudes, Model.Parameters.MarkChanged());
    }

    /// <summary>In files a moment's tensor is called by its name, a dot and the parameter's name.</summary>
    private void CheckNames()
    {
        IEnumerable<string> layers = Model.Schema.Layers.Select(layer => layer.Name);
        if (MomentNames.Any(name => string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal))
            || MomentNames.Distinct().Count() < MomentNames.Length
            || MomentNames.Intersect(layers).Any())
        {
            throw new ArgumentException(
                $"{Optimizer.GetType().Name} has the moments '{string.Join("', '", MomentNames)}', but each needs a name of its own, "
                    + "without a dot, that no layer has.",
                "optimizer");
        }
    }

    /// <summary>
    /// Looks at what is in memory, for bounds grow from step to step, and if that is not enough, at what the step would leave there.
    /// </summary>
    private NotFinite? ForeseeClosely(GradientSet gradients, double norm, double gradientScale)
    {
        _nextMagnitudes = Magnitudes.Of(_parts).After(Optimizer, norm, LearningRate, StepCount + 1);
        if (_nextMagnitudes.AreSafe)
        {
            return null;
        }

        _nextMagnitudes = Magnitudes.Unknown;
        _rehearsal ??= new Rehearsal(Model.Schema, Optimizer);
        UseGradients(gradients);
        foreach (TrainedPart part in _parts)
        {
            ParameterUpdate step = UpdateOf(part, gradientScale, Model.Weights.Lanes);
            if (_rehearsal.Find(part, step, gradients.Tokens.Span) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private void UseGradients(GradientSet gradients)
    {
        if (_gradients != gradients)
        {
            _gradients = gradients;
            foreach (TrainedPart part in _parts)
            {
                part.UseGradients(_gradients.Buffer);
            }
        }
    }

    private ParameterUpdate UpdateOf(TrainedPart part, double gradientScale, int lanes) =>
        new(part.Parameters, part.Gradients, part.Moments, StepCount + 1, LearningRate, gradientScale, lanes);

    private void UpdateShare(int member) => Update(member, _team!.Count);

    /// <summary>One of <paramref name="count"/> shares of each part.</summary>
    private void Update(int share, int count)
    {
        ReadOnlyMemory<int> tokens = _gradients!.Tokens;
        foreach (TrainedPart part in _parts)
        {
            ParameterUpdate update = UpdateOf(part, _step.GradientScale, _step.Lanes);
            if (part.RowSize > 0)
            {
                (int from, int to) = Share(tokens.Length, share, count, unit: 1);
                Optimizer.Run(update.OfRows(tokens[from..to], part.RowSize));
            }
            else
            {
                // whole vectors, so that the cache lines of two threads are apart
                (int from, int to) = Share(part.Parameters.Length, share, count, Simd.MaxLanes);
                Optimizer.Run(update with { From = from, To = to });
            }
        }
    }

    /// <summary>Where one of <paramref name="count"/> shares of a length begins and ends, in whole units.</summary>
    private static (int From, int To) Share(int length, int share, int count, int unit)
    {
        return (Until(share), Until(share + 1));

        int Until(int shares) => shares == count ? length : (int)((long)length * shares / count) / unit * unit;
    }
}
