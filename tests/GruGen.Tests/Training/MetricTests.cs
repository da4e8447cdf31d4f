using System.Globalization;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

/// <summary>Metrics through models and trainings: over all batches together, their edges, names, states and memory.</summary>
public class MetricTests
{
    private static readonly Metric[] s_ofClasses =
    [
        Metric.Accuracy, new TopKAccuracyMetric(2), Metric.Precision, Metric.Recall, Metric.F1, new F1Metric(ClassAveraging.Micro),
        new F1Metric(ClassAveraging.Weighted), new F1Metric(2), Metric.RocAuc, Metric.LogLoss, Metric.Perplexity, Metric.BitsPerCharacter,
    ];

    private static readonly Metric[] s_ofNumbers = [Metric.MeanAbsoluteError, Metric.MeanSquaredError, Metric.RootMeanSquaredError, Metric.RSquared];

    [Fact]
    public void A_training_measures_what_an_evaluation_does_whatever_the_batches_are()
    {
        DynamicModel<float> tagger = TrainingTask.TaggerModel(seed: 1);
        SequenceDataset<float> data = TrainingTask.TaggerData(60);
        Evaluation expected = tagger.Evaluate(data, metrics: s_ofClasses);
        foreach (int batch in (int[])[1, 7, 60])
        {
            History history = tagger.Fit(data, new TrainingOptions { Optimizer = new Sgd(0), BatchSize = batch, Epochs = 2, Metrics = s_ofClasses });
            Assert.All(s_ofClasses, metric => Assert.All(history[metric.Name], value => Assert.Equal(expected[metric], value, 1e-9)));
        }

        Assert.Equal(Math.Exp(expected.Loss), expected["perplexity"], 1e-5);
        Assert.Equal(expected["accuracy"], expected["f1_micro"], 1e-12);
        Assert.Equal(
            ["accuracy", "top2_accuracy", "precision", "recall", "f1", "f1_micro", "f1_weighted", "f1_2", "roc_auc", "log_loss", "perplexity", "bits_per_character"],
            s_ofClasses.Select(metric => metric.Name));
    }

    [Fact]
    public void Probabilities_as_targets_have_the_label_of_the_largest()
    {
        DynamicModel<float> tagger = TrainingTask.TaggerModel(seed: 1);
        SequenceDataset<float> labels = TrainingTask.TaggerData(30), soft = new(TrainingTask.Tagger);
        for (int i = 0; i < labels.Count; i++)
        {
            int[] steps = [.. Enumerable.Range(0, labels.Length(i))];
            float[] row(int label) => [.. Enumerable.Range(0, 3).Select(k => k == label ? 0.5f : 0.25f)];
            soft.AddPerStep(labels.Input(i), [.. steps.SelectMany(t => row(labels.Label(i, t)))], [.. steps.Select(t => labels.Label(i, t) >= 0)]);
        }

        Metric[] same = [.. s_ofClasses.Take(9)];
        Evaluation expected = tagger.Evaluate(labels, metrics: same), actual = tagger.Evaluate(soft, metrics: same);
        Assert.All(same, metric => Assert.Equal(expected[metric], actual[metric], 1e-12));
        Assert.Equal(actual.Loss, tagger.Evaluate(soft, metrics: [Metric.LogLoss])["log_loss"], 1e-6);
        Assert.Equal(["loss", "mae"], tagger.Evaluate(soft).Select(pair => pair.Key));
        Assert.Equal(tagger.ConfusionMatrix(labels).ToString(), tagger.ConfusionMatrix(soft).ToString());
    }

    [Fact]
    public void A_macro_average_counts_absent_classes_unless_they_are_left_out()
    {
        var rows = new MetricRows("Softmax", 3, [0.8f, 0.1f, 0.1f, 0.7f, 0.2f, 0.1f, 0.3f, 0.6f, 0.1f]);
        rows.Add([0, 1, 1], []);
        Assert.Equal((2.0 / 3 + 2.0 / 3 + 0) / 3, rows.Measure(Metric.F1), 1e-12);
        Assert.Equal((2.0 / 3 + 2.0 / 3) / 2, rows.Measure(new F1Metric { LeavesOutAbsent = true }), 1e-12);
    }

    [Fact]
    public void Several_sigmoids_are_classes_of_their_own()
    {
        var rows = new MetricRows("Sigmoid", 2, [0.9f, 0.2f, 0.8f, 0.7f, 0.1f, 0.6f]);
        rows.Add([1f, 0, 0, 1, 0, 0], []);
        Assert.Equal((1.0 / 2 + 1.0 / 2) / 2, rows.Measure(Metric.Precision), 1e-12); // 0.9 and 0.8 are said, 0.9 is; 0.7 and 0.6, and 0.7 is
        Assert.Equal(2.0 / 4, rows.Measure(new PrecisionMetric(ClassAveraging.Micro)), 1e-12);
        Assert.Equal(1, rows.Measure(Metric.Recall), 1e-12);
        Assert.Equal(1, rows.Measure(Metric.RocAuc), 1e-12);
    }

    [Fact]
    public void An_area_with_a_NaN_among_the_outputs_is_NaN()
    {
        var rows = new MetricRows("Sigmoid", 1, [0.9f, float.NaN, 0.2f]);
        rows.Add([1f, 0, 0], []);
        Assert.True(double.IsNaN(rows.Measure(Metric.RocAuc)));
        Assert.Equal(2.0 / 3, rows.Measure(new AccuracyMetric { Threshold = 0.95 }), 1e-12);
    }

    [Fact]
    public void A_confusion_matrix_is_a_table()
    {
        var rows = new MetricRows("Softmax", 3, [0.8f, 0.1f, 0.1f, 0.7f, 0.2f, 0.1f, 0.3f, 0.6f, 0.1f]);
        rows.Add([0, 1, 1], [1, 2.5f, 1]);
        ConfusionMatrix matrix = rows.Confusion();
        Assert.Equal(
            """
            target \ prediction     no    yes  never  recall
            no                       1      0      0  100.0 %
            yes                    2.5      1      0   28.6 %
            never                    0      0      0    0.0 %
            precision            28.6 %  100.0 %  0.0 %  44.4 %

            """.ReplaceLineEndings("\n").Replace(" ", "", StringComparison.Ordinal),
            matrix.ToString(["no", "yes", "never"]).Replace(" ", "", StringComparison.Ordinal));
        Assert.Single(matrix.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Length).Distinct());
        Assert.Equal((4.5, 3.5, 3.5), (matrix.Total, matrix.Targets(1), matrix.Predictions(0)));
        Assert.Equal("prediction", Assert.Throws<ArgumentOutOfRangeException>(() => matrix[0, 3]).ParamName);
        Assert.Throws<ArgumentException>(() => matrix.ToString(["one"]));
    }

    [Fact]
    public void A_confusion_matrix_counts_what_a_model_predicts()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = TrainingTask.BinaryData(130);
        double[,] expected = new double[2, 2];
        for (int i = 0; i < data.Count; i++)
        {
            expected[data.Label(i, 0), model.PredictLabel(data.Input(i))]++;
        }

        ConfusionMatrix matrix = model.ConfusionMatrix(data);
        Assert.Equal(expected.Cast<double>(), [matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]]);
        Assert.Equal(0, model.ConfusionMatrix(data, threshold: 1).Predictions(1));
        Assert.Equal("threshold", Assert.Throws<ArgumentOutOfRangeException>(() => model.ConfusionMatrix(data, double.NaN)).ParamName);
        SequenceDataset<float> several = new(LossTests.Schema("Sigmoid", 2));
        several.Add([0], [1, 1]);
        Assert.Throws<ArgumentException>(() => new DynamicModel<float>(several.Schema).ConfusionMatrix(several));
    }

    [Fact]
    public void A_metric_that_does_not_fit_says_why()
    {
        SequenceDataset<float> numbers = new(LossTests.Schema("Linear", 2)), sigmoids = new(LossTests.Schema("Sigmoid", 2));
        numbers.Add([0], [2, 3]);
        sigmoids.Add([0], [1, 0]);
        foreach (Metric metric in s_ofClasses.Append(new F1Metric(7)))
        {
            Assert.Equal("metrics", Assert.Throws<ArgumentException>(() => metric.CheckFits(numbers.Schema, numbers)).ParamName);
        }

        Assert.All((Metric[])[Metric.Perplexity, Metric.Top5Accuracy], metric => Assert.Throws<ArgumentException>(() => metric.CheckFits(sigmoids.Schema, sigmoids)));
        SequenceDataset<float> tags = TrainingTask.TaggerData(3);
        Assert.All(s_ofNumbers, metric => Assert.Throws<ArgumentException>(() => metric.CheckFits(tags.Schema, tags)));
        Assert.Contains("7", Assert.Throws<ArgumentException>(() => new F1Metric(7).CheckFits(tags.Schema, tags)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new F1Metric(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TopKAccuracyMetric(0));
        Assert.Equal("Threshold", Assert.Throws<ArgumentOutOfRangeException>(() => new RecallMetric { Threshold = double.NaN }).ParamName);
        Assert.Equal("Name", Assert.Throws<ArgumentException>(() => new RecallMetric { Name = "" }).ParamName);
    }

    /// <summary>
    /// The sums of an epoch go on in another process from where they were, to the bit, and a damaged state changes nothing.
    /// </summary>
    [Fact]
    public void Sums_go_on_from_their_state()
    {
        Metric[] metrics = [.. s_ofClasses, new Extensions.ExactMatch()];
        var totals = new Totals(Loss.CategoricalCrossEntropy, metrics, TrainingTask.TaggerModel().Schema);
        Show(totals, 0, 20);
        double[] state = totals.GetState();
        Evaluation before = totals.Mean();
        var other = new Totals(Loss.CategoricalCrossEntropy, metrics, TrainingTask.TaggerModel().Schema);
        other.SetState(state);
        Assert.Equal(before, other.Mean());
        Assert.Equal(state, other.GetState());
        Show(totals, 20, 40);
        Show(other, 20, 40);
        Assert.Equal(totals.Mean(), other.Mean());
        Assert.Equal(totals.GetState(), other.GetState());

        foreach (double[] damaged in (IEnumerable<double[]>)[[], [1], [1, -1], [1, double.NaN, .. state[2..]], state[..^1], [.. state, 0], [.. state[..2], 1e9, .. state[3..]],
            [.. state[..2], 0.5, .. state[3..]], [.. state[..4], -3, .. state[5..]], [.. state[..2]]])
        {
            double[] own = other.GetState();
            Assert.Throws<InvalidDataException>(() => other.SetState(damaged));
            Assert.Equal(own, other.GetState());
        }

        static void Show(Totals totals, int from, int to)
        {
            DynamicModel<float> model = TrainingTask.TaggerModel(seed: 1);
            SequenceDataset<float> data = TrainingTask.TaggerData(40);
            SequencePass<float> pass = model.CreatePass(to - from, data.MaxLength);
            int[] batch = [.. Enumerable.Range(from, to - from)];
            pass.RunForward(data, batch);
            var losses = new LossParts(Loss.CategoricalCrossEntropy, model.Schema);
            losses.Begin(data, batch);
            pass.RunLoss(losses, backward: false, data, batch, totals);
            totals.AddDivisors(losses);
        }
    }

    [Fact]
    public void States_that_cannot_be_are_refused()
    {
        foreach (Metric metric in s_ofClasses.Concat(s_ofNumbers).Append(new Extensions.F1Score()))
        {
            MetricAccumulator accumulator = metric.CreateAccumulator();
            Assert.Throws<InvalidDataException>(() => accumulator.SetState([-1]));
            Assert.Throws<InvalidDataException>(() => accumulator.SetState([-1, -1, -1, -1, -1, -1, -1]));
            accumulator.SetState(accumulator.GetState());
            Assert.Equal(0, accumulator.Result);
        }
    }

    [Fact]
    public void A_training_with_metrics_allocates_nothing_in_a_batch()
    {
        Check(TrainingTask.TaggerModel(), TrainingTask.TaggerData(30), s_ofClasses.Where(metric => metric != Metric.RocAuc));
        Check(TrainingTask.BinaryModel(), TrainingTask.BinaryData(30), s_ofNumbers.Concat([Metric.F1, Metric.LogLoss, Metric.Accuracy]));

        static void Check<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data, IEnumerable<Metric> metrics)
            where TInput : unmanaged
        {
            Metric[] own = [.. metrics];
            var totals = new Totals(Loss.For(model.Schema), own, model.Schema);
            SequencePass<TInput> pass = model.CreatePass(data.Count, data.MaxLength);
            int[] batch = [.. Enumerable.Range(0, data.Count)];
            var losses = new LossParts(Loss.For(model.Schema), model.Schema);
            pass.RunForward(data, batch);
            Allocated.Nothing("A batch", () =>
            {
                losses.Begin(data, batch);
                pass.RunLoss(losses, backward: false, data, batch, totals);
                totals.AddDivisors(losses);
            });
            var few = new Totals(Loss.For(model.Schema), [.. own.Take(7)], model.Schema);
            Allocated.Nothing(string.Create(CultureInfo.InvariantCulture, $"A report of {own.Length}"), () => few.Mean());
        }
    }
}
