namespace GruGen.Report;

/// <summary>The best epoch of a training, and by what.</summary>
/// <param name="Epoch">Its number, counted from 1; 0 if there is none.</param>
/// <param name="Reason">By what it is the best one.</param>
internal sealed record BestEpoch(int Epoch, string Reason)
{
    /// <summary>
    /// By what the training's own callbacks watch, if they do; otherwise by the loss, of the validation if there is one.
    /// </summary>
    public static BestEpoch Of(TrainingRun run)
    {
        string? watched = run.Options.Callbacks.OfType<EarlyStopping>().FirstOrDefault()?.Monitor
            ?? run.Options.Callbacks.OfType<Checkpoint>().FirstOrDefault()?.Monitor;
        string name = watched is not null && run.MeasuredNames.Contains(watched) ? watched
            : run.MeasuredNames.Contains("val_loss") ? "val_loss"
            : "loss";
        if (run.History.Epochs == 0)
        {
            return new BestEpoch(0, "");
        }

        string own = name.StartsWith("val_", StringComparison.Ordinal) ? name[4..] : name;
        bool isLargerBetter = run.Options.Callbacks.OfType<EarlyStopping>().FirstOrDefault()?.LargerIsBetter
            ?? run.Options.Metrics.FirstOrDefault(metric => metric.Name == own)?.LargerIsBetter ?? false;
        IReadOnlyList<double> values = run.History[name];
        int best = 0;
        for (int epoch = 1; epoch <= values.Count; epoch++)
        {
            double value = values[epoch - 1];
            if (double.IsFinite(value) && (best == 0 || (isLargerBetter ? value > values[best - 1] : value < values[best - 1])))
            {
                best = epoch;
            }
        }

        return new BestEpoch(best, best == 0 ? "" : $"the best epoch is that of the {(isLargerBetter ? "largest" : "least")} {name}");
    }
}
