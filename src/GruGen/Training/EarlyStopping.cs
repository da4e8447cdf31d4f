using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Ends training when a measured value has not become better for some epochs (Keras' <c>EarlyStopping</c>), and gives the model the weights
/// of the best epoch back.
/// </summary>
public sealed class EarlyStopping : TrainingCallback
{
    private AlignedBuffer? _weights; // of the best epoch
    private double _best;
    private int _bestEpoch; // 0 before the first one that is watched
    private bool _stopped;

    /// <summary>What is watched: a name of the history; <c>val_loss</c> by default.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string Monitor
    {
        get;
        init => field = Check.NotEmpty(value, nameof(Monitor));
    } = "val_loss";

    /// <summary>
    /// After how many epochs in a row without a better value training ends, as in Keras; 1, the default, and 0 mean after the first one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Patience
    {
        get;
        init => field = Check.NotNegative(value, nameof(Patience));
    } = 1;

    /// <summary>By how much a value has to be better to count; 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double MinDelta
    {
        get;
        init => field = Check.NotNegative(value, nameof(MinDelta));
    }

    /// <summary>Whether larger values are better; null, the default, if the metric tells (<see cref="Metric.LargerIsBetter"/>).</summary>
    public bool? LargerIsBetter { get; init; }

    /// <summary>The first epoch that is watched, counted from 1; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int StartFromEpoch
    {
        get;
        init => field = Check.Positive(value, nameof(StartFromEpoch));
    } = 1;

    /// <summary>
    /// Whether the model gets the weights of the best epoch back when training ends, also if it is cancelled or an exception ends it,
    /// unless a <see cref="Trainer{TInput}"/> may go on with it; true by default (Keras' default is false). Needs memory for a second copy
    /// of the parameters.
    /// </summary>
    public bool RestoreBestWeights { get; init; } = true;

    /// <summary>The epoch with the best value in the last training, counted from 1; 0 if there is none.</summary>
    public int BestEpoch => _bestEpoch;

    /// <summary>The best value in the last training; infinite if there is none.</summary>
    public double BestValue => _best;

    internal override AlignedBuffer? KeptWeights => _bestEpoch > 0 ? _weights : null;

    /// <inheritdoc/>
    protected internal override void OnTrainingBegin(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Monitored.Check(Monitor, run);
        if (_bestEpoch == 0)
        {
            _best = Monitored.Worst(Monitored.IsLargerBetter(Monitor, LargerIsBetter, run.Options));
        }

        if (_stopped)
        {
            run.Stop(); // as before the checkpoint that it goes on from
        }
    }

    /// <inheritdoc/>
    protected internal override void OnEpochEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.EpochCount < StartFromEpoch)
        {
            return;
        }

        double value = run.Last(Monitor);
        if (Monitored.IsBetter(value, _best, MinDelta, Monitored.IsLargerBetter(Monitor, LargerIsBetter, run.Options)))
        {
            (_best, _bestEpoch) = (value, run.EpochCount);
            if (RestoreBestWeights)
            {
                _weights ??= new AlignedBuffer(run.Training.ParameterCount);
                run.Training.CopyParametersTo(_weights.Span);
            }
        }
        else if (run.EpochCount - Math.Max(_bestEpoch, StartFromEpoch - 1) >= Math.Max(Patience, 1))
        {
            _stopped = true;
            run.Stop();
        }
    }

    /// <inheritdoc/>
    protected internal override void OnTrainingEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (RestoreBestWeights && !(run.IsInterrupted && run.MayGoOn) && KeptWeights is { } best)
        {
            run.Training.SetParameters(best.Span);
            run.Training.Publish(); // for callbacks that look at the model
        }
    }

    /// <inheritdoc/>
    protected internal override string? SaveState() => Monitored.Write(Monitor, _best, _bestEpoch, _stopped ? 1 : 0);

    /// <inheritdoc/>
    protected internal override void RestoreState(string? state)
    {
        if (state is null || !Monitored.IsOf(Monitor, state))
        {
            (_weights, _best, _bestEpoch, _stopped) = (null, double.PositiveInfinity, 0, false);
            return;
        }

        if (Monitored.ReadBehind(Monitor, state) is not [var best, >= 0 and <= int.MaxValue and var epoch, >= 0 and <= 1 and var stopped])
        {
            throw new InvalidDataException($"'{state}' is not the state of an {nameof(EarlyStopping)}.");
        }

        (_best, _bestEpoch, _stopped) = (best, (int)epoch, stopped == 1);
    }

    internal override void UseKeptWeights(AlignedBuffer weights) => _weights = weights;
}
