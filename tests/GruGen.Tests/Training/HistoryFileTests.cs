using System.Text.Json;

namespace GruGen.Tests.Training;

/// <summary>A history as a file.</summary>
public sealed class HistoryFileTests
{
    [Fact]
    public void A_csv_file_is_that_of_the_log()
    {
        using var folder = new Folder();
        History history = TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(32), new TrainingOptions
        {
            Epochs = 3,
            ValidationSplit = 0.25,
            Metrics = [Metric.Accuracy],
            Callbacks = [new CsvLog(folder.File("log.csv"))],
        });
        history.SaveCsv(folder.File("history.csv"));
        Assert.Equal(File.ReadAllText(folder.File("log.csv")), File.ReadAllText(folder.File("history.csv")));
    }

    [Fact]
    public void A_json_file_is_one_of_keras()
    {
        using var folder = new Folder();
        double[] losses = [0.1, 1.0 / 3, 2e-300], odd = [double.NaN, double.PositiveInfinity, -1];
        new History([("loss", losses), ("a \"b\"", odd)], 3, 0).SaveJson(folder.File("history.json"));
        JsonElement read = JsonDocument.Parse(File.ReadAllText(folder.File("history.json"))).RootElement;
        Assert.Equal(["loss", "a \"b\""], read.EnumerateObject().Select(property => property.Name));
        Assert.Equal(losses, read.GetProperty("loss").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal("[null,null,-1]", read.GetProperty("a \"b\"").GetRawText());
    }

    [Fact]
    public void No_epoch_is_a_file_too()
    {
        using var folder = new Folder();
        var none = new History();
        none.SaveCsv(folder.File("none.csv"));
        none.SaveJson(folder.File("none.json"));
        Assert.Equal(("epoch\n", "{}"), (File.ReadAllText(folder.File("none.csv")), File.ReadAllText(folder.File("none.json"))));
    }
}
