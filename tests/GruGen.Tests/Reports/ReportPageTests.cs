using GruGen.Report;
using GruGen.Tests.Training;

namespace GruGen.Tests.Reports;

/// <summary>What docs/report.md shows that stands in no sample.</summary>
public sealed class ReportPageTests
{
    [Fact]
    public void A_page_needs_a_path()
    {
        using var folder = new Folder();
        string path = folder.File("run.html");
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(32), valid = TrainingTask.BinaryData(16, seed: 2);

        History history = model.Fit(data, new TrainingOptions { Epochs = 3, ValidationData = valid, Callbacks = [new HtmlReport(path)] });
        Assert.Contains("validation", File.ReadAllText(path), StringComparison.Ordinal);

        var report = new HtmlReport(path)
        {
            Title = "More or less",
            Interval = TimeSpan.FromSeconds(10), // between two pages
            Sections =
            [
                ReportSection.Predictions(model, valid),
                ReportSection.Gates(model, [[0, 1, 2, 5, 5], [3, 4]]),
                ReportSection.Texts(() => model.PredictLabel([0, 1, 2]) == 1 ? "yes" : "no", "Are most of 0, 1, 2 small?"),
            ],
        };
        model.Fit(data, new TrainingOptions { Epochs = 3, Callbacks = [new EarlyStopping { Monitor = "loss", Patience = 3 }, report] });
        Assert.Contains("More or less", File.ReadAllText(path), StringComparison.Ordinal);

        history.SaveCsv(folder.File("history.csv")); // as CsvLog writes it
        history.SaveJson(folder.File("history.json")); // {"loss":[…],"val_loss":[…]}, as Keras' history.history
        Assert.True(new FileInfo(folder.File("history.json")).Length > 0);
    }

    [Fact]
    public void Both_models_of_a_pair_are_on_the_page()
    {
        using var file = new ReportFile();
        ModelSchema reader = ModelSchema.ForTokens("Reader", LayerSchema.Embedding(4, 3), LayerSchema.Gru(5, SequenceOutput.Final));
        ModelSchema writer = ModelSchema.ForTokens(
            "Writer", LayerSchema.Embedding(6, 3), LayerSchema.Gru(5, SequenceOutput.EveryStep), LayerSchema.Dense(5, Activation.Softmax));
        var models = new EncoderDecoder<int>(new DynamicModel<int>(reader), new DynamicModel<int>(writer), startToken: 5, endToken: 4);
        PairDataset<int> pairs = models.CreateDataset();
        pairs.Add([0, 1, 2], [2, 1]);
        models.Fit(pairs, file.With(new TrainingOptions { Epochs = 2 }));
        Assert.Equal(["Reader", "Writer"], file.Section("Model").Descendants("caption").Select(name => name.Value));
        Assert.Equal(2, file.Table("Gradient norm").Length);
    }
}
