using GruGen;
using GruGen.Report;
using GruGen.Terminal;

namespace FirstNames;

/// <summary>How a model learns the names.</summary>
internal static class Training
{
    /// <summary>Adam, batches of 64, 20 epochs; the seed is the only thing that differs from one model to another.</summary>
    public static TrainingOptions Options(int seed) => new()
    {
        Loss = Loss.BinaryCrossEntropy,
        Optimizer = new Adam(2e-3),
        BatchSize = 64,
        Epochs = 20,
        ClipNorm = 1,
        Metrics = [Metric.Accuracy],
        Seed = seed,
    };

    /// <summary>A model that has learned, while a bar shows how it does, and a page if there is a path for one.</summary>
    public static GenderModel Run(SequenceDataset<int> data, SequenceDataset<int> test, int seed, string? page)
    {
        var model = new GenderModel(seed) { Vocabulary = Names.Letters, LabelNames = ["man", "woman"] };
        HtmlReport[] reports = page is null ? [] : [Report(model, test, page)];
        using var bar = new TrainingBar();
        History history = model.Fit(data, Options(seed) with { Progress = bar, Callbacks = reports });
        Console.WriteLine($"seed {seed}: trained in {history.Elapsed.TotalSeconds:F1} s, last loss {history["loss"][^1]:F4}");
        return model;
    }

    private static HtmlReport Report(GenderModel model, SequenceDataset<int> test, string page) => new(page)
    {
        Sections =
        [
            ReportSection.Predictions(model, test), // a confusion matrix and a ROC curve
            ReportSection.Gates(model, ["Alexandra", "Alexander", "Maximilian"]), // letter by letter
        ],
    };
}
