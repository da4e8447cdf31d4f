namespace GruGen.Report;

/// <summary>What a training measures, and what of it is in the history.</summary>
/// <param name="run">The training.</param>
internal sealed class Measured(TrainingRun run)
{
    private const string Validation = "val_";

    /// <summary>The loss and the metrics.</summary>
    public IReadOnlyList<string> Names { get; } = ["loss", .. run.Options.Metrics.Select(metric => metric.Name)];

    /// <summary>Whether each epoch is validated.</summary>
    public bool Validates => run.MeasuredNames.Count > Names.Count;

    /// <summary>The name of the same in validation.</summary>
    public static string InValidation(string name) => Validation + name;

    /// <summary>The values of each epoch; NaN for what was not measured before a checkpoint.</summary>
    public IReadOnlyList<double> Values(string name) =>
        run.History.Names.Contains(name) ? run.History[name] : [.. Enumerable.Repeat(double.NaN, run.History.Epochs)];

    /// <summary>Whether larger values are better; false of the loss, and of a metric that does not say so.</summary>
    public bool IsLargerBetter(string name) => run.Options.Metrics.Any(metric =>
        (metric.Name == name || InValidation(metric.Name) == name) && metric.LargerIsBetter == true);

    /// <summary>The name in few letters.</summary>
    public static string Short(string name) => name is "mae" or "mse" or "rmse" ? name.ToUpperInvariant() : Words(name);

    /// <summary>The name in words.</summary>
    public static string Words(string name) => name switch
    {
        "mae" => "mean absolute error",
        "mse" => "mean squared error",
        "rmse" => "root mean squared error",
        "r2" => "R²",
        "roc_auc" => "ROC AUC",
        _ => name.Replace('_', ' '),
    };
}
