using GruGen.Tests.Passes;

namespace GruGen.Tests.Data;

/// <summary>
/// Targets in the forms that users have them: a number, doubles, numbers of which some do not count, and labels where none can be.
/// </summary>
public class TargetTests
{
    private static readonly ModelSchema Regression = ModelSchema.ForFeatures("Regressor", 2, LayerSchema.Gru(3, SequenceOutput.Final), LayerSchema.Dense(1));

    private static readonly ModelSchema PerStep = ModelSchema.ForFeatures(
        "Follower", 2, LayerSchema.Gru(3, SequenceOutput.EveryStep), LayerSchema.Dense(2));

    [Fact]
    public void A_number_is_the_target_of_a_single_output()
    {
        var data = new SequenceDataset<float>(Regression);
        data.Add([1, 2], 0.5f);
        data.Add([1, 2], 0.1);
        data.Add([1, 2], 3f);
        Assert.Equal([0.5f, 0.1f, 3], Enumerable.Range(0, 3).Select(i => data.Values(i, 0)[0]));
        Refused.Argument<ArgumentOutOfRangeException>("target", ["no target"], () => data.Add([1, 2], 1e39));
    }

    [Fact]
    public void Doubles_are_rounded()
    {
        double[] input = [0.1, 0.2];
        SequenceDataset<float> data = new(Regression), steps = new(PerStep);
        data.Add(input, 0.3);
        data.Add(input, [0.4]);
        steps.AddPerStep(input, new[] { 0.5, 0.6 });
        steps.AddPerStep(input, new[] { double.NaN, 0.6 }, counted: [false]);
        Assert.Equal([0.1f, 0.2f], data.Input(1));
        Assert.Equal([0.3f, 0.4f], [data.Values(0, 0)[0], data.Values(1, 0)[0]]);
        Assert.Equal([0.5f, 0.6f], steps.Values(0, 0));
        Assert.Equal([1, 0], [steps.CountedRows(0), steps.CountedRows(1)]);
        Refused.Argument<ArgumentOutOfRangeException>("input", ["no number"], () => data.Add([1e39, 0], 0.5));

        SequenceDataset<float> labels = new(new Tagger2().Schema), label = new(new Binary2().Schema);
        labels.AddPerStep([0.1, 0.2, 0.3], labels: [2]);
        label.Add([0.1, 0.2], label: 1);
        Assert.Equal((2, 1), (labels.Label(0, 0), label.Label(0, 0)));
    }

    [Fact]
    public void Targets_of_doubles_have_weights()
    {
        double[] input = [0.1, 0.2];
        SequenceDataset<float> data = new(Regression), steps = new(PerStep), label = new(new Binary2().Schema), labels = new(new Tagger2().Schema);
        data.Add(input, 0.3);
        data.Add(input, 0.3, weight: 0.5);
        data.Add(input, [0.4], weight: 2);
        data.Add([1f, 2], 0.3, weight: 3);
        steps.AddPerStep(input, new[] { 0.5, 0.6 }, weights: [0.25f]);
        label.Add(input, label: 1, weight: 0);
        labels.AddPerStep([0.1, 0.2, 0.3], labels: [2], weights: [1.5f]);
        Assert.Equal([1, 0.5f, 2, 3, 0.25f, 0, 1.5f], [.. Enumerable.Range(0, 4).Select(i => data.Targets[0].Weight(i, 0)), steps.Targets[0].Weight(0, 0), label.Targets[0].Weight(0, 0), labels.Targets[0].Weight(0, 0)]);
        Assert.Equal(3, data.Targets[0].WeightOfRows(3));
    }

    [Fact]
    public void A_whole_number_is_no_target_of_a_regression()
    {
        var data = new SequenceDataset<float>(Regression);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => data.Add([1, 2], 1));
        Assert.Contains("Regressor", exception.Message, StringComparison.Ordinal);
        Assert.Contains("1f", exception.Message, StringComparison.Ordinal);
        var steps = new SequenceDataset<float>(ModelSchema.ForFeatures("Steps", 1, LayerSchema.Gru(1, SequenceOutput.EveryStep)));
        Assert.Throws<InvalidOperationException>(() => steps.AddPerStep([1], labels: [1]));

        var certain = new SequenceDataset<float>(ModelSchema.ForFeatures("Sure", 1, LayerSchema.Gru(2, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Softmax)));
        Assert.Equal(
            "Sure ends with one output and Activation.Softmax, which is 1 whatever the input: for the labels 0 and 1 use Activation.Sigmoid.",
            Assert.Throws<InvalidOperationException>(() => certain.Add([1], 1)).Message);
    }

    [Fact]
    public void A_number_where_a_label_is_likely_meant_is_told_how_to_become_one()
    {
        LayerSchema head = LayerSchema.Dense(3, Activation.Softmax);
        SequenceDataset<float> data = new(ModelSchema.ForFeatures("Kinds", 1, LayerSchema.Gru(2, SequenceOutput.Final), head));
        SequenceDataset<float> steps = new(ModelSchema.ForFeatures("Tags", 1, LayerSchema.Gru(2, SequenceOutput.EveryStep), head));
        const string Hint = "for a label write 1 instead of 1f";
        Refused.Argument<ArgumentException>("target", ["1 elements", "3 are expected", Hint], () => data.Add([1, 2], 1f));
        Refused.Argument<ArgumentException>("targets", ["2 elements", "6 are expected", Hint], () => steps.AddPerStep([1, 2], [1f, 2]));
        string other = Assert.Throws<ArgumentException>(() => data.Add([1, 2], [0.5f, 0.5f])).Message;
        Assert.DoesNotContain(Hint, other, StringComparison.Ordinal);
    }

    /// <summary>
    /// Steps that do not count are as if no target was there: training, its loss and its metric are those of the labels' −1.
    /// </summary>
    [Fact]
    public void Numbers_that_do_not_count_change_nothing()
    {
        SequenceDataset<float> all = Data(other: 7, counted: null), some = Data(other: 7, counted: i => i % 3 != 1), others = Data(other: float.NaN, counted: i => i % 3 != 1);
        Assert.Equal((21, 14), (all.CountedRows(0), some.CountedRows(0)));
        Assert.Equal(some.Targets[0].SmallestValue, others.Targets[0].SmallestValue);
        Assert.Equal(Trained(some), Trained(others));
        Assert.NotEqual(Trained(all), Trained(some));
        Evaluation evaluation = new DynamicModel<float>(PerStep, seed: 1).Evaluate(some, Loss.MeanSquaredError, [Metric.MeanAbsoluteError]);

        (double squares, double magnitudes, int count) = (0, 0, 0);
        var model = new DynamicModel<float>(PerStep, seed: 1);
        foreach (int b in Enumerable.Range(0, some.Count))
        {
            float[] outputs = model.Predict([some.Input(b).ToArray()])[0];
            for (int i = 0; i < outputs.Length; i++)
            {
                if (i / 2 % 3 != 1)
                {
                    double difference = (double)outputs[i] - some.Values(b, i / 2)[i % 2];
                    (squares, magnitudes, count) = (squares + difference * difference, magnitudes + Math.Abs(difference), count + 1);
                }
            }
        }

        Assert.Equal(squares / count, evaluation.Loss, 1e-6);
        Assert.Equal(magnitudes / count, evaluation["mae"], 1e-6);
        Assert.Equal(Trained(some), Trained(some.Subset([.. Enumerable.Range(0, some.Count)])));
        Refused.Argument<ArgumentException>("counted", ["2", "1"], () => some.AddPerStep([1, 2], [0, 0], [true, false]));
    }

    private static SequenceDataset<float> Data(float other, Func<int, bool>? counted)
    {
        var data = new SequenceDataset<float>(PerStep);
        var random = new RandomSource(5);
        for (int b = 0; b < 20; b++)
        {
            int steps = 21 + b;
            float[] input = [.. Enumerable.Range(0, 2 * steps).Select(_ => random.NextUniform(1))];
            float[] targets = [.. Enumerable.Range(0, 2 * steps).Select(i => counted?.Invoke(i / 2) ?? true ? random.NextUniform(1) : other)];
            data.AddPerStep(input, targets, counted is null ? [] : [.. Enumerable.Range(0, steps).Select(counted)]);
        }

        return data;
    }

    private static float[] Trained(SequenceDataset<float> data)
    {
        var model = new DynamicModel<float>(PerStep, seed: 1);
        model.Fit(data, new TrainingOptions { Epochs = 2, BatchSize = 6 });
        return [.. model.Parameters.All];
    }
}
