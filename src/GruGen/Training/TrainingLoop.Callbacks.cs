namespace GruGen;

/// <content>How a training with callbacks begins, and how it ends.</content>
internal sealed partial class TrainingLoop
{
    /// <summary>Begins anew or goes on, from a checkpoint or from what was trained before.</summary>
    private TrainingRun Begin(ITraining training, bool validates, bool mayGoOn)
    {
        if (!_goesOn)
        {
            foreach (TrainingCallback callback in _callbacks)
            {
                callback.RestoreState(null);
            }

            IEnumerable<Checkpoint> resumed = _callbacks.OfType<Checkpoint>().Where(checkpoint => checkpoint.Resume);
            if (resumed.MaxBy(checkpoint => checkpoint.NewestStep)?.Newest is { } path)
            {
                using FileStream stream = AtomicFile.OpenRead(path);
                training.Restore(stream, $"'{Path.GetFileName(path)}'");
            }
        }

        _goesOn = false;
        var run = new TrainingRun(this, training, _history, validates) { MayGoOn = mayGoOn };
        if (options.ReduceOnPlateau is { } plateau)
        {
            Monitored.Check(plateau.Monitor, run);
        }

        foreach (TrainingCallback callback in _callbacks)
        {
            callback.OnTrainingBegin(run);
        }

        return run;
    }

    /// <summary>Ends training by an exception, which what callbacks throw then does not hide.</summary>
    private void Interrupt(TrainingRun run, Exception cause)
    {
        try
        {
            End(run);
        }
        catch (Exception exception)
        {
            throw new AggregateException(cause, exception);
        }
    }

    private void End(TrainingRun run)
    {
        _history.Elapsed = Reports.Elapsed;
        foreach (TrainingCallback callback in _callbacks)
        {
            callback.OnTrainingEnd(run);
        }

        run.Training.Publish();
    }

    private static PlateauState? PlateauOf(TrainingOptions options) => options.ReduceOnPlateau is { } plateau
        ? new PlateauState(
            plateau, options.Optimizer.LearningRate, Monitored.IsLargerBetter(plateau.Monitor, plateau.LargerIsBetter, options))
        : null;
}
