
namespace GruGen.Tests.Training;

/// <summary>Losses and metrics of whole datasets, against what single predictions say.</summary>
public class EvaluationTests
{
    [Fact]
    public void Binary_accuracy_and_loss_are_those_of_the_predictions()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 2);
        SequenceDataset<int> data = TrainingTask.BinaryData(150); // three batches of predictions
        double loss = 0, right = 0, error = 0;
        for (int i = 0; i < data.Count; i++)
        {
            float[] p = new float[1];
            model.Predict(data.Input(i), p);
            int label = data.Label(i, 0);
            loss -= Math.Log(label == 1 ? p[0] : 1.0 - p[0]);
            right += (p[0] > 0.5f) == (label == 1) ? 1 : 0;
            error += Math.Abs(p[0] - label);
        }

        Evaluation evaluation = model.Evaluate(data, metrics: [Metric.Accuracy, Metric.MeanAbsoluteError]);
        Assert.Equal(loss / data.Count, evaluation.Loss, 1e-6);
        Assert.Equal(right / data.Count, evaluation.Accuracy, 1e-12);
        Assert.Equal(error / data.Count, evaluation["mae"], 1e-6);
        Assert.Equal(right / data.Count, model.Evaluate(data).Accuracy, 1e-12);
    }

    [Fact]
    public void Accuracy_of_steps_is_that_of_the_steps_that_count()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel(seed: 2);
        SequenceDataset<float> data = TrainingTask.TaggerData(100);
        data.AddPerStep(new float[2 * 50], Enumerable.Repeat(1, 50).ToArray()); // several blocks of steps
        double loss = 0;
        int right = 0, counted = 0;
        for (int i = 0; i < data.Count; i++)
        {
            float[] p = new float[3 * data.Length(i)];
            model.Predict(data.Input(i), p);
            for (int t = 0; t < data.Length(i); t++)
            {
                int label = data.Label(i, t);
                if (label >= 0)
                {
                    float[] row = p[(3 * t)..(3 * t + 3)];
                    loss -= Math.Log(row[label]);
                    right += Array.IndexOf(row, row.Max()) == label ? 1 : 0;
                    counted++;
                }
            }
        }

        Evaluation evaluation = model.Evaluate(data);
        Assert.Equal(loss / counted, evaluation.Loss, 1e-6);
        Assert.Equal((double)right / counted, evaluation.Accuracy, 1e-12);
        Assert.Equal(["loss", "accuracy"], evaluation.Select(pair => pair.Key));
    }

    [Fact]
    public void Numbers_are_measured_by_their_errors()
    {
        ModelSchema schema = ModelSchema.ForFeatures("Regressor", 1, LayerSchema.Gru(4, SequenceOutput.EveryStep), LayerSchema.Dense(2, Activation.Tanh));
        var model = new DynamicModel<float>(schema, seed: 1);
        var data = new SequenceDataset<float>(schema);
        var random = new RandomSource(1);
        double squares = 0, errors = 0;
        int count = 0;
        for (int i = 0; i < 70; i++)
        {
            float[] x = [.. Enumerable.Range(0, i % 20).Select(_ => random.NextUniform(1))];
            float[] y = [.. Enumerable.Range(0, 2 * x.Length).Select(_ => random.NextUniform(1))];
            data.AddPerStep(x, y);
            float[] p = new float[y.Length];
            model.Predict(x, p);
            squares += p.Zip(y).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2));
            errors += p.Zip(y).Sum(pair => Math.Abs((double)pair.First - pair.Second));
            count += y.Length;
        }

        Evaluation evaluation = model.Evaluate(data);
        Assert.Equal(squares / count, evaluation.Loss, 1e-6);
        Assert.Equal(errors / count, evaluation["mae"], 1e-6);
        Assert.Equal(
            "'accuracy' was not measured: name it in TrainingOptions.Metrics, or in the metrics of Evaluate. Measured were: loss, mae.",
            Assert.Throws<KeyNotFoundException>(() => evaluation.Accuracy).Message);
    }

    [Fact]
    public void Of_equal_outputs_the_first_is_the_answer()
    {
        ModelSchema schema = LossTests.Schema("Softmax", 20);
        var model = new DynamicModel<float>(schema);
        model.Parameters.Set("dense1.weight", new float[20]);
        float[] bias = new float[20];
        (bias[7], bias[9], bias[18]) = (1, 1, 1);
        model.Parameters.Set("dense1.bias", bias);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Enumerable.Range(0, 20).Select(label =>
        {
            var data = new SequenceDataset<float>(schema);
            data.Add([1], label);
            return model.Evaluate(data).Accuracy;
        }));
    }

    [Fact]
    public void Sigmoids_of_numbers_are_right_on_the_same_side()
    {
        ModelSchema schema = LossTests.Schema("Sigmoid", 3);
        var model = new DynamicModel<float>(schema);
        model.Parameters.Set("dense1.weight", new float[3]);
        model.Parameters.Set("dense1.bias", [5, -5, 5]);
        var data = new SequenceDataset<float>(schema);
        data.Add([1], target: [1, 0, 0]);
        data.Add([1], target: [0.9f, 0.1f, 0.8f]);
        Assert.Equal(5.0 / 6, model.Evaluate(data).Accuracy, 1e-12);
    }

    /// <summary>
    /// The output of a bias of 0 is 0.5 to the bit: it is not above 0.5, so it is right beside a target that is not above it either.
    /// </summary>
    [Theory]
    [InlineData(0f, 0f, 1)]
    [InlineData(0f, 1f, 0)]
    [InlineData(0f, 0.5f, 1)]
    [InlineData(0f, 0.50001f, 0)]
    [InlineData(1e-6f, 1f, 1)]
    [InlineData(1e-6f, 0.5f, 0)]
    [InlineData(-1e-6f, 0.5f, 1)]
    [InlineData(-1e-6f, 1f, 0)]
    [InlineData(5f, 0.5f, 0)]
    public void Half_is_not_above_half(float bias, float target, double accuracy)
    {
        ModelSchema schema = LossTests.Schema("Sigmoid", 1);
        var model = new DynamicModel<float>(schema);
        model.Parameters.Set("dense1.weight", [0]);
        model.Parameters.Set("dense1.bias", [bias]);
        float[] output = new float[1];
        model.Predict([1f], output);
        Assert.Equal((bias > 0, bias < 0), (output[0] > 0.5f, output[0] < 0.5f));

        var values = new SequenceDataset<float>(schema);
        values.Add([1], target: [target]);
        Assert.Equal(accuracy, model.Evaluate(values).Accuracy);
        if (target is 0 or 1)
        {
            var labels = new SequenceDataset<float>(schema);
            labels.Add([1], label: (int)target);
            Assert.Equal(accuracy, model.Evaluate(labels).Accuracy);
            var options = new TrainingOptions { Optimizer = new Sgd(0), Metrics = [Metric.Accuracy] };
            Assert.Equal(accuracy, model.Fit(labels, options)["accuracy"][0]);
        }
    }

    /// <summary>Of five classes 1 and 3 are equally probable: whoever chooses one takes the first.</summary>
    [Fact]
    public void Of_equal_classes_the_first_is_predicted_and_written()
    {
        float[] bias = [0, 2, 1, 2, -1];
        var classes = new Emitted.TokensToClasses(seed: 1);
        classes.Parameters.Set("dense1.weight", new float[5 * 20]);
        classes.Parameters.Set("dense1.bias", bias);
        float[] outputs = classes.Predict([1, 2]);
        Assert.Equal(outputs[1], outputs[3]);
        Assert.Equal(1, classes.PredictLabel([1, 2]));
        classes.Parameters.Set("dense1.bias", new float[5]);
        Assert.Equal(0, classes.PredictLabel([]));

        var reader = new DynamicModel<int>(ModelSchema.ForTokens("Reader", LayerSchema.Embedding(5, 2), LayerSchema.Gru(3, SequenceOutput.Final)));
        var writer = new DynamicModel<int>(ModelSchema.ForTokens(
            "Writer", LayerSchema.Embedding(6, 2), LayerSchema.Gru(3, SequenceOutput.EveryStep), LayerSchema.Dense(5, Activation.Softmax)));
        writer.Parameters.Set("dense1.weight", new float[5 * 3]);
        writer.Parameters.Set("dense1.bias", bias);
        Assert.Equal([1, 1, 1], new EncoderDecoder<int>(reader, writer, startToken: 5, endToken: 3).Decode([0, 4], maxLength: 3));
        Assert.Empty(new EncoderDecoder<int>(reader, writer, startToken: 5, endToken: 1).Decode([0, 4], maxLength: 3));
    }

    [Fact]
    public void A_whole_dataset_is_predicted_in_order()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel(seed: 2);
        SequenceDataset<float> data = TrainingTask.TaggerData(100);
        float[] expected = new float[3 * data.TotalSteps], actual = new float[expected.Length];
        model.Predict([.. Enumerable.Range(0, data.Count).Select(i => data.Input(i).ToArray())], expected);
        model.Predict(data, actual);
        Assert.Equal(expected, actual);
        Assert.Contains($"{expected.Length} are expected", Assert.Throws<ArgumentException>(() => model.Predict(data, new float[5])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_that_does_not_fit_says_why()
    {
        ModelSchema schema = LossTests.Schema("Linear", 2);
        var values = new SequenceDataset<float>(schema);
        values.Add([1], target: [1, 2]);
        var model = new DynamicModel<float>(schema);
        Assert.Contains("accuracy needs labels", Assert.Throws<ArgumentException>(() => model.Evaluate(values, metrics: [Metric.Accuracy])).Message, StringComparison.Ordinal);

        SequenceDataset<float> tags = TrainingTask.TaggerData(5);
        DynamicModel<float> tagger = TrainingTask.TaggerModel();
        Assert.Contains("mae", Assert.Throws<ArgumentException>(() => tagger.Evaluate(tags, metrics: [Metric.MeanAbsoluteError])).Message, StringComparison.Ordinal);
        Assert.Equal("metrics", Assert.Throws<ArgumentException>(() => tagger.Evaluate(tags, metrics: [Metric.Accuracy, Metric.Accuracy])).ParamName);
    }

    [Fact]
    public void An_evaluation_is_a_value_with_names()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(20);
        Evaluation one = TrainingTask.BinaryModel(1).Evaluate(data), same = TrainingTask.BinaryModel(1).Evaluate(data), other = TrainingTask.BinaryModel(2).Evaluate(data);
        Assert.True(one == same && one != other && one.Equals((object)same) && one.GetHashCode() == same.GetHashCode());
        Assert.Matches(@"^loss: \d\.\d{4} - accuracy: \d\.\d{4}$", one.ToString());
        Assert.Equal(2, one.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => one[2]);
        Assert.Empty(default(Evaluation));
    }
}
