using System.Globalization;

namespace GruGen;

/// <summary>
/// Writes checkpoints to a folder while <c>Fit</c> trains, at the end of each epoch and, if wanted, between, and goes on from the newest
/// one after the program was killed: the training then ends in the same bits as one that was never interrupted.
/// </summary>
/// <remarks>
/// A checkpoint is written after all other callbacks, whatever their order, and is replaced atomically. It has everything that the next
/// step depends on: parameters, moments, averages, position in the epoch, states of streams, accumulated gradients, the state of the other
/// callbacks, the history. The program must give the same data and options again; they are not in the file. In a cluster the first process
/// writes, and all of them read to go on: with as many processes as before or another number, as long as the
/// <see cref="TrainingOptions.Shards"/> are the same.
/// </remarks>
public sealed class Checkpoint : TrainingCallback
{
    private const string Prefix = "step-", Suffix = ".safetensors";

    private double _best;
    private bool _hasBest;
    private long _lastStep;

    /// <summary>Checkpoints in a folder of their own.</summary>
    /// <param name="folder">The folder, which is created if it is not there. Its files are <c>step-00000100.safetensors</c>, ….</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public Checkpoint(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = folder;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>
    /// Every how many steps of the optimiser there is a checkpoint, besides those at the ends of epochs; 0, the default, for none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int EverySteps
    {
        get;
        init => field = Check.NotNegative(value, nameof(EverySteps));
    }

    /// <summary>How many checkpoints are kept, the newest ones; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Keep
    {
        get;
        init => field = Check.Positive(value, nameof(Keep));
    } = 1;

    /// <summary>
    /// Whether training goes on from the newest checkpoint in the folder, if there is one (Keras' <c>BackupAndRestore</c>). False by
    /// default: then a folder with checkpoints of an earlier training is refused, so that they are not lost.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// A name of the history, such as <c>val_loss</c>: after each epoch in which it was better than ever before, the model is saved in the
    /// folder as <c>best.safetensors</c>, which <c>Load</c> reads. Null, the default, for no such file.
    /// </summary>
    public string? Monitor { get; init; }

    /// <summary>Whether larger values of <see cref="Monitor"/> are better; null, the default, if the metric tells.</summary>
    public bool? LargerIsBetter { get; init; }

    /// <summary>The newest checkpoint in the folder; null if there is none.</summary>
    public string? Newest => Files().LastOrDefault().Path;

    /// <summary>The number of its step; −1 if there is none.</summary>
    internal long NewestStep => Files() is [.., var newest] ? newest.Step : -1;

    /// <inheritdoc/>
    protected internal override void OnTrainingBegin(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (Monitor is not null)
        {
            Monitored.Check(Monitor, run);
            _best = _hasBest ? _best : Monitored.Worst(Monitored.IsLargerBetter(Monitor, LargerIsBetter, run.Options));
        }

        _lastStep = run.StepCount;
        if (!run.IsFirstProcess)
        {
            return;
        }

        Directory.CreateDirectory(Folder);
        if (Files().LastOrDefault() is { Path: { } newest, Step: var step } && step > run.StepCount)
        {
            throw new IOException(
                $"'{Folder}' has a checkpoint of step {step}, '{Path.GetFileName(newest)}', but training begins at step {run.StepCount}: "
                    + $"set {nameof(Resume)} to go on from it, or take another folder.");
        }
    }

    /// <inheritdoc/>
    protected internal override void OnBatchEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (EverySteps > 0 && run.StepCount != _lastStep && run.StepCount % EverySteps == 0)
        {
            Write(run);
        }

        _lastStep = run.StepCount;
    }

    /// <inheritdoc/>
    protected internal override void OnEpochEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (Monitor is not null
            && Monitored.IsBetter(run.Last(Monitor), _best, minDelta: 0, Monitored.IsLargerBetter(Monitor, LargerIsBetter, run.Options)))
        {
            (_best, _hasBest) = (run.Last(Monitor), true);
            run.Options.Cluster.Write(Path.Combine(Folder, "best" + Suffix), run.Training.SaveModel);
        }

        Write(run);
        _lastStep = run.StepCount;
    }

    /// <inheritdoc/>
    protected internal override string? SaveState() => _hasBest ? Monitored.Write(Monitor!, _best) : null;

    /// <inheritdoc/>
    protected internal override void RestoreState(string? state)
    {
        double[] numbers = state is null || !Monitored.IsOf(Monitor, state) ? [] : Monitored.ReadBehind(Monitor!, state);
        _hasBest = numbers.Length == 1;
        _best = numbers.Length switch
        {
            0 => 0,
            1 => numbers[0],
            _ => throw new InvalidDataException($"'{state}' is not the state of a {nameof(Checkpoint)}."),
        };
    }

    private void Write(TrainingRun run)
    {
        string name = Prefix + run.StepCount.ToString("D8", CultureInfo.InvariantCulture) + Suffix;
        run.Save(Path.Combine(Folder, name));
        (string Path, long Step)[] files = run.IsFirstProcess ? Files() : [];
        foreach ((string path, _) in files[..Math.Max(0, files.Length - Keep)])
        {
            File.Delete(path);
        }
    }

    /// <summary>The checkpoints in the folder, the newest one last.</summary>
    private (string Path, long Step)[] Files()
    {
        if (!Directory.Exists(Folder))
        {
            return [];
        }

        var files = new List<(string Path, long Step)>();
        foreach (string path in Directory.EnumerateFiles(Folder, Prefix + "*" + Suffix))
        {
            string number = Path.GetFileName(path)[Prefix.Length..^Suffix.Length];
            if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
            {
                files.Add((path, step));
            }
        }

        return [.. files.OrderBy(file => file.Step)];
    }
}
