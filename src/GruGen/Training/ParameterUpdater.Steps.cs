using GruGen.Kernels;

namespace GruGen;

/// <content>One step: a look at what it would leave, the shares of the threads, and the averages after it.</content>
public sealed partial class ParameterUpdater<TInput>
{
    /// <summary>What averages are called in files, before a dot and the parameter's name.</summary>
    internal const string AveragesName = "average";

    private const int FewParameters = 4096; // which are new before a second thread has begun

    private readonly ThreadTeam? _team;
    private readonly Action<int>? _updateShare, _averageShare;
    private readonly PartSettings _largest; // of all tensors
    private readonly double _clipValue, _clipTensorNorm, _averageDecay;
    private GradientSet? _gradients; // those that the parts are of
    private StepSettings _next; // of the step at hand
    private (double GradientScale, int Lanes) _step;
    private Magnitudes _magnitudes, _nextMagnitudes; // of what the parts have now, and after the step at hand
    private long _measuredVersion = -1; // of the parameters that the first of them are of
    private Rehearsal? _rehearsal;

    /// <summary>
    /// What gradients of this norm are multiplied by so that theirs is <paramref name="limit"/> at most, as PyTorch does it; 0 for no
    /// limit.
    /// </summary>
    internal static double ClipScale(double norm, double limit) => limit == 0 ? 1 : Math.Min(1, limit / (norm + 1e-6));

    /// <summary>Zeroes the gradients of frozen layers, so that they count in no norm.</summary>
    internal void ClearFrozen(GradientSet gradients) => TrainedPart.ClearOthers(_parts, gradients);

    /// <summary>
    /// What of a step is not finite, or would not be after it, in float32; null if nothing is, and then <see cref="Apply"/> may make it.
    /// </summary>
    /// <param name="gradients">The gradients.</param>
    /// <param name="norm">Their norm, or that of more gradients, in double precision.</param>
    /// <param name="gradientScale">What they are multiplied by.</param>
    /// <exception cref="InvalidOperationException">The schedule gives a rate or a momentum that cannot be.</exception>
    internal NotFinite? Foresee(GradientSet gradients, double norm, double gradientScale)
    {
        _next = NextStep();
        if (!double.IsFinite(norm))
        {
            return new NotFinite("gradient's norm", norm);
        }

        if ((ClipTensors(gradients, gradientScale) ?? CheckScale(norm, gradientScale)) is { } found)
        {
            return found;
        }

        if (_measuredVersion != Model.Parameters.Version)
        {
            _magnitudes = Magnitudes.Of(_parts);
        }

        // no gradient is larger than the norm of all, nor than what it is clipped to
        double gradient = Math.Min(norm * gradientScale, _clipTensorNorm > 0 ? _clipTensorNorm : double.PositiveInfinity);
        gradient = Math.Min(gradient, _clipValue > 0 ? _clipValue : double.PositiveInfinity);
        _nextMagnitudes = _magnitudes.After(Optimizer, gradient, _next, _largest);
        return _nextMagnitudes.AreSafe ? null : ForeseeClosely(gradients, gradient, gradientScale);
    }

    /// <summary>Makes one step that <see cref="Foresee"/> found nothing wrong with.</summary>
    internal void Apply(GradientSet gradients, double gradientScale)
    {
        UseGradients(gradients);
        _step = (gradientScale, Model.Weights.Lanes);
        bool alone = _team is null || Model.Parameters.Count < FewParameters;
        if (alone)
        {
            Update(0, 1);
        }
        else
        {
            _team!.Run(_updateShare!);
        }

        if (Averages is not null)
        {
            if (alone)
            {
                Average(0, 1);
            }
            else
            {
                _team!.Run(_averageShare!); // when all rows are new, whoever has made them so
            }

            TrainedPart.CopyOthers(_parts, Model.Parameters.All, Averages.Span);
        }

        StepCount++;
        Model.Weights.MarkRowsChanged(_gradients!.Tokens.Span);
        (_magnitudes, _measuredVersion) = (_nextMagnitudes, Model.Parameters.MarkChanged());
    }

    /// <summary>
    /// Has the parameters and their averages change places, so that passes compute with the averages, until it is called again.
    /// </summary>
    internal void SwapAverages()
    {
        if (Averages is null)
        {
            return;
        }

        Span<float> parameters = Model.Parameters.Buffer.Span, averages = Averages.Span;
        for (int i = 0; i < parameters.Length; i++)
        {
            (parameters[i], averages[i]) = (averages[i], parameters[i]);
        }

        Model.Parameters.MarkChanged();
    }

    /// <summary>Copies what predictions would use if it were published now: the averages, if there are any.</summary>
    internal void CopyPublishableTo(Span<float> parameters) => (Averages ?? Model.Parameters.Buffer).Span.CopyTo(parameters);

    /// <summary>Goes on with these parameters, and averages that begin with them.</summary>
    internal void SetParameters(ReadOnlySpan<float> parameters)
    {
        parameters.CopyTo(Model.Parameters.Buffer.Span);
        if (Averages is not null)
        {
            parameters.CopyTo(Averages.Span);
        }

        Model.Parameters.MarkChanged();
    }

    /// <summary>The settings of the next step.</summary>
    private StepSettings NextStep()
    {
        double rate = LearningRate;
        double? momentum = _schedule is { SetsMomentum: true } ? _schedule.MomentumAt(StepCount) : null;
        if (!(rate >= 0 && float.IsFinite((float)rate)) || momentum is { } value && !(value >= 0 && (float)value < 1))
        {
            throw new InvalidOperationException(
                $"{_schedule} gives step {StepCount} the learning rate {rate} "
                    + $"and the momentum {momentum?.ToString() ?? "of the optimiser"}, "
                    + "but a learning rate is a number from 0 on that float32 has, and a momentum one from 0 to below 1.");
        }

        return new StepSettings(StepCount + 1, rate, momentum);
    }

    /// <summary>Limits the norm of each tensor, where that is asked for.</summary>
    /// <returns>A scale that float32 has not; null if all are numbers of it.</returns>
    private NotFinite? ClipTensors(GradientSet gradients, double gradientScale)
    {
        for (int i = 0; i < _parts.Length && _clipTensorNorm > 0; i++)
        {
            double norm = Math.Sqrt(_parts[i].SumOfSquares(gradients));
            _parts[i].ClipFactor = ClipScale(norm * gradientScale, _clipTensorNorm);
            if (CheckScale(norm, gradientScale * _parts[i].ClipFactor) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static NotFinite? CheckScale(double norm, double gradientScale) => gradientScale > 0 && !float.IsNormal((float)gradientScale)
        ? new NotFinite($"gradients' scale for their norm of {norm:G3}, in float32,", (float)gradientScale)
        : null;

    /// <summary>
    /// Looks at what is in memory, for bounds grow from step to step, and if that is not enough, at what the step would leave there.
    /// </summary>
    private NotFinite? ForeseeClosely(GradientSet gradients, double largest, double gradientScale)
    {
        _nextMagnitudes = Magnitudes.Of(_parts).After(Optimizer, largest, _next, _largest);
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

    private ParameterUpdate UpdateOf(TrainedPart part, double gradientScale, int lanes)
    {
        double rate = _next.LearningRate * part.Settings.LearningRateFactor, scale = gradientScale * part.ClipFactor;
        return new ParameterUpdate(part.Parameters, part.Gradients, part.Moments, _next.Number, rate, scale, lanes)
        {
            Momentum = _next.Momentum,
            PreparedBuffer = part.PreparedGradients,
            ClipValue = _clipValue,
            L2 = part.Settings.L2,
            WeightDecay = part.Settings.WeightDecay,
        };
    }

    private void UpdateShare(int member) => Update(member, _team!.Count);

    private void AverageShare(int member) => Average(member, _team!.Count);

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

    /// <summary>One of <paramref name="count"/> shares of the averages of each part.</summary>
    private void Average(int share, int count)
    {
        foreach (TrainedPart part in _parts)
        {
            (int from, int to) = Share(part.Parameters.Length, share, count, Simd.MaxLanes);
            WeightAverage.Add(part.Parameters, part.Averages!, from, to, _averageDecay, _step.Lanes);
        }
    }

    /// <summary>Where one of <paramref name="count"/> shares of a length begins and ends, in whole units.</summary>
    private static (int From, int To) Share(int length, int share, int count, int unit)
    {
        return (Until(share), Until(share + 1));

        int Until(int shares) => shares == count ? length : (int)((long)length * shares / count) / unit * unit;
    }
}
