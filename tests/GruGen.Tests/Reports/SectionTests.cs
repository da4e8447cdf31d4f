using System.Globalization;
using System.Xml.Linq;
using GruGen.Report;
using GruGen.Tests.Training;

namespace GruGen.Tests.Reports;

/// <summary>The parts of a page that need the model.</summary>
public sealed class SectionTests
{
    [Fact]
    public void Two_classes_have_the_matrix_and_the_area_that_the_model_has()
    {
        using var file = new ReportFile();
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(200), test = TrainingTask.BinaryData(100, seed: 3);
        model.Fit(data, file.With(new TrainingOptions { Epochs = 8, Optimizer = new Adam(1e-2) }, ReportSection.Predictions(model, test)));
        Assert.Equal("Predictions after epoch 8", file.Section("Predictions").Element("h2")!.Value);
        CheckMatrix(file, model.ConfusionMatrix(test));
        Assert.Equal(model.Evaluate(test, metrics: [Metric.RocAuc])[Metric.RocAuc], Areas(file).Single(), 3);
        double[][] curve = file.Table("ROC");
        Assert.Equal(21, curve.Length);
        Assert.Equal(1, curve[^1][0]);
        Assert.All(curve.Zip(curve.Skip(1)), pair => Assert.True(pair.Second[0] >= pair.First[0]));
        Assert.Equal("no", file.Figure("By class").Descendants("tbody").Descendants("th").First().Value);
    }

    [Fact]
    public void Many_classes_for_each_step_have_them_too_and_steps_that_do_not_count_are_left_out()
    {
        using var file = new ReportFile();
        var model = new DynamicModel<float>(TrainingTask.Tagger) { LabelNames = ["down", "level", "up"] };
        SequenceDataset<float> data = TrainingTask.TaggerData(60), test = TrainingTask.TaggerData(40, seed: 4);
        model.Fit(data, file.With(new TrainingOptions { Epochs = 4, Optimizer = new Adam(2e-2) }, ReportSection.Predictions(model, test)));
        CheckMatrix(file, model.ConfusionMatrix(test));
        double[] areas = Areas(file);
        Assert.Equal(3, areas.Length);
        Assert.Equal(model.Evaluate(test, metrics: [Metric.RocAuc])[Metric.RocAuc], areas.Average(), 3);
        Assert.Equal(["down", "level", "up"], file.Figure("By class").Descendants("tbody").Descendants("th").Select(name => name.Value));
        double[][] scores = file.Table("By class");
        Assert.Equal(model.ConfusionMatrix(test).Recall(2), scores[2][1], 12);
        Assert.Equal(model.ConfusionMatrix(test).F1(0), scores[0][2], 12);
    }

    [Fact]
    public void Outputs_that_say_yes_or_no_by_themselves_have_curves_of_their_own()
    {
        using var file = new ReportFile();
        ModelSchema schema = ModelSchema.ForFeatures(
            "Flags", 1, LayerSchema.Gru(4, SequenceOutput.Final), LayerSchema.Dense(2, Activation.Sigmoid));
        var model = new DynamicModel<float>(schema);
        var data = new SequenceDataset<float>(schema);
        for (int i = 0; i < 20; i++)
        {
            data.Add([i - 9.5f], [i >= 10 ? 1 : 0, i % 2]);
        }

        model.Fit(data, file.With(new TrainingOptions { Epochs = 3 }, ReportSection.Predictions(model, data)));
        Assert.DoesNotContain("Confusion matrix", file.Page.Descendants("h3").Select(title => title.Value));
        Assert.Equal(model.Evaluate(data, metrics: [Metric.RocAuc])[Metric.RocAuc], Areas(file).Average(), 3);
        Assert.Equal([10, 10], file.Table("By class").Select(row => row[3]));
    }

    [Fact]
    public void Forecasts_stand_beside_truths_in_the_order_and_the_units_of_the_data()
    {
        using var file = new ReportFile();
        ModelSchema schema = ModelSchema.ForFeatures("Sum", 1, LayerSchema.Gru(4, SequenceOutput.Final), LayerSchema.Dense(1));
        var model = new DynamicModel<float>(schema) { OutputScaler = new FeatureScaler([100.0], [10.0]) };
        var data = new SequenceDataset<float>(schema);
        for (int i = 0; i < 300; i++)
        {
            data.Add([.. Enumerable.Repeat(i / 300f, 1 + i % 7)], i / 300f);
        }

        model.Fit(data, file.With(new TrainingOptions { Epochs = 2 }, ReportSection.Predictions(model, data)));
        float[] outputs = new float[300];
        model.Predict(data, outputs);
        float[] expected = model.OutputScaler.InverseTransform(outputs);
        double[][] shown = file.Table("Forecast and truth");
        Assert.Equal(100, shown.Length);
        Assert.All(shown.Index(), row =>
        {
            Assert.Equal(expected[200 + row.Index], row.Item[1], 3);
            Assert.Equal(model.OutputScaler.InverseTransform([(200 + row.Index) / 300f])[0], row.Item[0], 3);
        });
        double[] errors = Assert.Single(file.Table("Errors"));
        double scale = Math.Abs(model.OutputScaler.InverseTransform([1f])[0] - model.OutputScaler.InverseTransform([0f])[0]);
        Assert.Equal(model.Evaluate(data, metrics: [Metric.MeanAbsoluteError])[Metric.MeanAbsoluteError] * scale, errors[0], 3);
        Assert.Equal(300, file.Table("Residuals").Sum(row => row[1]));
        Assert.Equal(10, file.Table("Forecast by truth").Length);
    }

    [Fact]
    public void Texts_are_kept_from_the_first_to_the_last()
    {
        using var file = new ReportFile();
        int calls = 0;
        file.Train(new TrainingOptions { Epochs = 50 }, ReportSection.Texts(() => $"text {++calls}", "Numbers in words"));
        XElement[] texts = [.. file.Section("Numbers in words").Descendants("div")];
        Assert.InRange(texts.Length, 7, 13);
        Assert.Equal(("after epoch 50", "text 50"), (texts[0].Element("dt")!.Value, texts[0].Element("dd")!.Value));
        Assert.Equal(("after epoch 1", "text 1"), (texts[^1].Element("dt")!.Value, texts[^1].Element("dd")!.Value));
        int[] epochs = [.. texts.Select(text => int.Parse(text.Element("dd")!.Value[5..], CultureInfo.InvariantCulture))];
        Assert.Equal(epochs.OrderDescending(), epochs);
    }

    [Fact]
    public void A_model_with_a_vocabulary_writes()
    {
        using var file = new ReportFile();
        var vocabulary = new Vocabulary(["a", "b", "<"], Tokenization.Characters, new VocabularyOptions { UnknownSymbol = null });
        ModelSchema schema = ModelSchema.ForTokens(
            "Writer", LayerSchema.Embedding(3, 4), LayerSchema.Gru(4, SequenceOutput.EveryStep), LayerSchema.Dense(3, Activation.Softmax));
        var model = new DynamicModel<int>(schema) { Vocabulary = vocabulary };
        SequenceDataset<int> data = model.CreateStreamDataset(vocabulary.Encode("ab<ab<ab<ab<"), streams: 1, steps: 4);
        var options = new GenerationOptions { MaxTokens = 9 };
        model.Fit(data, file.With(new TrainingOptions(), ReportSection.Texts(model, "a", options)));
        Assert.Equal("a" + model.GenerateText("a", options), file.Section("Written").Descendants("dd").Single().Value);
    }

    [Fact]
    public void The_best_weights_are_shown_where_early_stopping_brings_them_back()
    {
        using var file = new ReportFile();
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(32), test = TrainingTask.BinaryData(80, seed: 9);
        var stopping = new EarlyStopping { Monitor = "loss", Patience = 2, MinDelta = 1 };
        model.Fit(data, file.With(new TrainingOptions { Epochs = 9, Callbacks = [stopping] }, ReportSection.Predictions(model, test)));
        Assert.Equal("stopped", file.Status);
        Assert.Equal("Predictions after epoch 1", file.Section("Predictions").Element("h2")!.Value);
        CheckMatrix(file, model.ConfusionMatrix(test));
    }

    [Fact]
    public void Sections_are_checked()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        Assert.Throws<ArgumentException>("data", () => ReportSection.Predictions(model, new SequenceDataset<int>(TrainingTask.Binary)));
        Assert.Throws<ArgumentException>("title", () => ReportSection.Predictions(model, TrainingTask.BinaryData(1), ""));
        Assert.Throws<ArgumentException>("title", () => ReportSection.Texts(() => "", ""));
        ModelSchema words = ModelSchema.ForFeatures("W", 1, LayerSchema.Gru(1, SequenceOutput.Final), LayerSchema.Dense(65, Activation.Softmax));
        var data = new SequenceDataset<float>(words);
        data.Add([1], label: 64);
        Assert.Throws<ArgumentException>("model", () => ReportSection.Predictions(new DynamicModel<float>(words), data));
    }

    private static void CheckMatrix(ReportFile file, ConfusionMatrix expected)
    {
        double[][] shown = file.Table("Confusion matrix");
        for (int target = 0; target < expected.Classes; target++)
        {
            Assert.Equal(Enumerable.Range(0, expected.Classes).Select(prediction => expected[target, prediction]), shown[target]);
        }
    }

    private static double[] Areas(ReportFile file) =>
    [
        .. file.Figure("ROC").Descendants("li").Select(key => double.Parse(key.Element("b")!.Value, CultureInfo.InvariantCulture)),
    ];
}
