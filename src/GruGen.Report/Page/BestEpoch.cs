namespace GruGen.Report;

/// <summary>The best epoch of a training, and by what.</summary>
/// <param name="Epoch">Its number, counted from 1; 0 if there is none.</param>
/// <param name="Reason">By what it is the best one.</param>
internal sealed record BestEpoch(int Epoch, string Reason)
{
    /// <summary>By what the training's own callbacks watch, if they do; otherwise by the loss, of the validation if there is one.</summary>
    public static BestEpoch Of(TrainingRun run, Measured measured)
    {
        IEnumerable<(string? Name, bool? LargerIsBetter)> watching =
        [
            .. run.Options.Callbacks.OfType<EarlyStopping>().Select(callback => ((string?)callback.Monitor, callback.LargerIsBetter)),
            .. run.Options.Callbacks.OfType<Checkpoint>().Select(callback => (callback.Monitor, callback.LargerIsBetter)),
        ];
        (string? watched, bool? said) = watching.FirstOrDefault(one => one.Name is not null && run.MeasuredNames.Contains(one.Name));
        string name = watched ?? (measured.Validates ? Measured.InValidation("loss") : "loss");
        bool isLargerBetter = said ?? measured.IsLargerBetter(name);
        IReadOnlyList<double> values = measured.Values(name);
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
