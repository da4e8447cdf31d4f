using System.Text.Json;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>Metrics of whole datasets as scikit-learn has them, through models that output what the cases say.</summary>
public class ReferenceMetricTests
{
    private const double Exact = 1e-12, OfSingles = 1e-6; // inputs that floats hold, and those that they do not

    private static readonly JsonElement[] s_cases = JsonCases.Of("metrics");

    public static TheoryData<string> Names => [.. s_cases.Select(metrics => metrics.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Metrics_are_those_of_the_case(string name)
    {
        JsonElement expected = s_cases.Single(metrics => metrics.GetProperty("name").GetString() == name);
        Action<JsonElement> check = expected.GetProperty("kind").GetString() switch
        {
            "binary" => Binary,
            "multiclass" => Multiclass,
            _ => Regression,
        };
        check(expected);
    }

    private static void Binary(JsonElement expected)
    {
        float[] scores = Numbers(expected, "score", out double tolerance), weights = Weights(expected);
        int[] labels = [.. expected.GetProperty("y").EnumerateArray().Select(label => label.GetInt32())];
        double threshold = expected.GetProperty("threshold").GetDouble();
        bool areProbabilities = scores.All(score => score is >= 0 and <= 1);
        var rows = new MetricRows(areProbabilities ? "Sigmoid" : "Linear", 1, scores);
        rows.Add([.. labels.Select(label => (float)label)], weights);
        Assert.Equal(Number(expected, "accuracy"), rows.Measure(new AccuracyMetric { Threshold = threshold }), tolerance);
        Assert.Equal(Number(expected, "precision"), rows.Measure(new PrecisionMetric { Threshold = threshold }), tolerance);
        Assert.Equal(Number(expected, "recall"), rows.Measure(new RecallMetric { Threshold = threshold }), tolerance);
        foreach (ClassAveraging averaging in Enum.GetValues<ClassAveraging>())
        {
            Assert.Equal(Number(expected, "f1"), rows.Measure(new F1Metric(averaging) { Threshold = threshold }), tolerance); // of one output
        }

        Assert.Equal(Number(expected, "roc_auc"), rows.Measure(Metric.RocAuc), tolerance);
        AssertConfusion(expected, rows.Confusion(threshold), tolerance);
        if (areProbabilities)
        {
            Assert.Equal(Number(expected, "log_loss"), rows.Measure(Metric.LogLoss), 1e-6);
        }
    }

    private static void Multiclass(JsonElement expected)
    {
        float[] probabilities = Numbers(expected, "probability", out double tolerance), weights = Weights(expected);
        int[] labels = [.. expected.GetProperty("y").EnumerateArray().Select(label => label.GetInt32())];
        int classes = expected.GetProperty("classes").GetInt32();
        var rows = new MetricRows("Softmax", classes, probabilities);
        rows.Add(labels, weights);
        Assert.Equal(Number(expected, "accuracy"), rows.Measure(Metric.Accuracy), tolerance);
        foreach (JsonProperty top in expected.GetProperty("top_k").EnumerateObject())
        {
            Assert.Equal(top.Value.GetDouble(), rows.Measure(new TopKAccuracyMetric(int.Parse(top.Name))), tolerance);
        }

        foreach (ClassAveraging averaging in Enum.GetValues<ClassAveraging>())
        {
            string suffix = averaging.ToString().ToLowerInvariant();
            Assert.Equal(Number(expected, $"precision_{suffix}"), rows.Measure(new PrecisionMetric(averaging)), tolerance);
            Assert.Equal(Number(expected, $"recall_{suffix}"), rows.Measure(new RecallMetric(averaging)), tolerance);
            Assert.Equal(Number(expected, $"f1_{suffix}"), rows.Measure(new F1Metric(averaging)), tolerance);
        }

        for (int label = 0; label < classes; label++)
        {
            Assert.Equal(expected.GetProperty("precision_each_class")[label].GetDouble(), rows.Measure(new PrecisionMetric(label)), tolerance);
            Assert.Equal(expected.GetProperty("recall_each_class")[label].GetDouble(), rows.Measure(new RecallMetric(label)), tolerance);
            Assert.Equal(expected.GetProperty("f1_each_class")[label].GetDouble(), rows.Measure(new F1Metric(label)), tolerance);
        }

        AssertConfusion(expected, rows.Confusion(), tolerance);
        double logLoss = Number(expected, "log_loss"), perplexity = Number(expected, "perplexity");
        Assert.Equal(logLoss, rows.Measure(Metric.LogLoss), 1e-6);
        Assert.Equal(perplexity, rows.Measure(Metric.Perplexity), 1e-6 * perplexity);
        Assert.Equal(logLoss / Math.Log(2), rows.Measure(Metric.BitsPerCharacter), 1e-6);
        if (expected.GetProperty("roc_auc_ovr_macro").ValueKind == JsonValueKind.Number)
        {
            Assert.Equal(Number(expected, "roc_auc_ovr_macro"), rows.Measure(Metric.RocAuc), tolerance);
        }
    }

    private static void Regression(JsonElement expected)
    {
        float[] predictions = Numbers(expected, "prediction", out double tolerance), targets = Numbers(expected, "y", out _);
        int size = expected.GetProperty("y")[0].ValueKind == JsonValueKind.Array ? expected.GetProperty("y")[0].GetArrayLength() : 1;
        var rows = new MetricRows("Linear", size, predictions);
        rows.Add(targets, Weights(expected));
        foreach ((Metric metric, string name) in (List<(Metric, string)>)
            [(Metric.MeanAbsoluteError, "mae"), (Metric.MeanSquaredError, "mse"), (Metric.RootMeanSquaredError, "rmse"), (Metric.RSquared, "r2")])
        {
            Assert.Equal(name, metric.Name);
            Assert.Equal(Number(expected, name), rows.Measure(metric), tolerance * Math.Max(1, Math.Abs(Number(expected, name))));
        }
    }

    private static void AssertConfusion(JsonElement expected, ConfusionMatrix matrix, double tolerance)
    {
        JsonElement confusion = expected.GetProperty("confusion");
        Assert.Equal(confusion.GetArrayLength(), matrix.Classes);
        for (int target = 0; target < matrix.Classes; target++)
        {
            for (int prediction = 0; prediction < matrix.Classes; prediction++)
            {
                Assert.Equal(confusion[target][prediction].GetDouble(), matrix[target, prediction], tolerance);
            }
        }

        Assert.Equal(Number(expected, "accuracy"), matrix.Accuracy, tolerance);
        if (expected.TryGetProperty("f1_each_class", out JsonElement each))
        {
            Assert.All(Enumerable.Range(0, matrix.Classes), label => Assert.Equal(each[label].GetDouble(), matrix.F1(label), tolerance));
        }
        else
        {
            Assert.Equal(Number(expected, "precision"), matrix.Precision(1), tolerance);
            Assert.Equal(Number(expected, "recall"), matrix.Recall(1), tolerance);
        }
    }

    /// <summary>A number; NaN where it is not defined.</summary>
    private static double Number(JsonElement expected, string name) =>
        expected.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.NaN;

    private static float[] Weights(JsonElement expected) =>
        expected.GetProperty("sample_weights").ValueKind == JsonValueKind.Null ? [] : Numbers(expected, "sample_weights", out _);

    private static float[] Numbers(JsonElement expected, string name, out double tolerance)
    {
        double[] numbers = [.. Flat(expected.GetProperty(name))];
        tolerance = numbers.All(number => number == (float)number) ? Exact : OfSingles;
        return [.. numbers.Select(number => (float)number)];
    }

    private static IEnumerable<double> Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flat) : [element.GetDouble()];
}
