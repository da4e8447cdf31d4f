using System.Globalization;

namespace GruGen.Report;

/// <summary>What a history has not: the steps of each epoch, what they did, and how long they took. A step allocates nothing.</summary>
internal sealed class EpochRecorder
{
    private const int Numbers = 6; // of each epoch

    private readonly List<EpochFigures> _epochs = [];
    private long _step; // the last one
    private double _rate; // of the next one
    private TimeSpan _begun, _lastBatch;
    private long _count, _clipped; // of steps of the epoch
    private double _sum, _largest; // of their norms

    /// <summary>The complete epochs, as many as the history has, whoever ended the training before this could see the last one.</summary>
    public IReadOnlyList<EpochFigures> Epochs(TrainingRun run)
    {
        Fit(run.History.Epochs);
        return _epochs;
    }

    /// <summary>Training begins or goes on. Of epochs before a checkpoint that has no state of a report, nothing is known.</summary>
    public void Begin(TrainingRun run)
    {
        Fit(run.EpochCount);
        BeginEpoch(run);
    }

    public void BeginEpoch(TrainingRun run)
    {
        (_step, _rate) = (run.StepCount, run.LearningRate);
        _begun = _lastBatch = run.Elapsed;
        (_count, _clipped, _sum, _largest) = (0, 0, 0, 0);
    }

    public void TakeBatch(TrainingRun run)
    {
        TakeStep(run);
        _lastBatch = run.Elapsed;
    }

    public void TakeEpoch(TrainingRun run)
    {
        TakeStep(run); // of gradients that waited for others
        double training = (_lastBatch - _begun).TotalSeconds;
        Fit(run.EpochCount - 1);
        _epochs.Add(new EpochFigures
        {
            Seconds = (run.Elapsed - _begun).TotalSeconds,
            StepsPerSecond = training > 0 ? _count / training : double.NaN,
            LearningRate = Rate,
            MeanNorm = _count > 0 ? _sum / _count : double.NaN,
            LargestNorm = _count > 0 ? _largest : double.NaN,
            Clipped = _count > 0 ? (double)_clipped / _count : double.NaN,
        });
    }

    /// <summary>The numbers as a text, from which they come back to the bit.</summary>
    public string Save() => string.Join(' ', _epochs.SelectMany(epoch => epoch.Numbers()).Select(Number.Exact));

    /// <exception cref="InvalidDataException">It is no such text.</exception>
    public void Restore(string? state)
    {
        _epochs.Clear();
        if (string.IsNullOrEmpty(state))
        {
            return;
        }

        double[] numbers;
        try
        {
            numbers = [.. state.Split(' ').Select(word => double.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture))];
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"'{state}' is not the state of a report.", exception);
        }

        if (numbers.Length % Numbers != 0)
        {
            throw new InvalidDataException($"The state of a report has {numbers.Length} numbers, no multiple of {Numbers}.");
        }

        _epochs.AddRange(numbers.Chunk(Numbers).Select(EpochFigures.Of));
    }

    /// <summary>The learning rate of the last step.</summary>
    private double Rate { get; set; }

    private void TakeStep(TrainingRun run)
    {
        if (run.StepCount == _step)
        {
            return;
        }

        double norm = run.GradientNorm, limit = run.Options.ClipNorm;
        _count++;
        _sum += norm;
        _largest = Math.Max(_largest, norm);
        _clipped += limit > 0 && norm + 1e-6 > limit ? 1 : 0; // as PyTorch clips
        (_step, Rate, _rate) = (run.StepCount, _rate, run.LearningRate);
    }

    private void Fit(int epochs)
    {
        if (_epochs.Count > epochs)
        {
            _epochs.RemoveRange(epochs, _epochs.Count - epochs);
        }

        while (_epochs.Count < epochs)
        {
            _epochs.Add(EpochFigures.Unknown);
        }
    }
}

/// <summary>What the steps of an epoch did; NaN where nothing is known.</summary>
internal sealed record EpochFigures
{
    /// <summary>An epoch of which nothing is known.</summary>
    public static readonly EpochFigures Unknown = Of([.. Enumerable.Repeat(double.NaN, 6)]);

    /// <summary>The time it took, with its validation.</summary>
    public required double Seconds { get; init; }

    /// <summary>Steps in a second of training, without validation.</summary>
    public required double StepsPerSecond { get; init; }

    /// <summary>The learning rate of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The mean norm of the gradients, before clipping.</summary>
    public required double MeanNorm { get; init; }

    /// <summary>The largest one.</summary>
    public required double LargestNorm { get; init; }

    /// <summary>The part of the steps whose gradients were clipped to <see cref="TrainingOptions.ClipNorm"/>.</summary>
    public required double Clipped { get; init; }

    /// <summary>All numbers.</summary>
    public double[] Numbers() => [Seconds, StepsPerSecond, LearningRate, MeanNorm, LargestNorm, Clipped];

    /// <summary>From all numbers.</summary>
    public static EpochFigures Of(double[] numbers) => new()
    {
        Seconds = numbers[0],
        StepsPerSecond = numbers[1],
        LearningRate = numbers[2],
        MeanNorm = numbers[3],
        LargestNorm = numbers[4],
        Clipped = numbers[5],
    };
}
