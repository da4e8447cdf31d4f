namespace GruGen.Tests.Training;

/// <summary>The snippets of docs/mistakes.md.</summary>
public class MistakesPageTests
{
    [Fact]
    public void The_label_of_a_step_is_the_next_token()
    {
        SequenceDataset<int> data = NextToken.CreateDataset();
        int[] tokens = [3, 1, 4, 1, 5];

        data.AddPerStep(tokens.AsSpan(..^1), labels: tokens.AsSpan(1..)); // the label of each step is the token after it

        Assert.Equal([1, 4, 1, 5], Enumerable.Range(0, 4).Select(step => data.Label(0, step)));
    }

    [Fact]
    public void A_scaler_sees_the_training_data_alone()
    {
        float[] trained = [1, 20, 300, 2, 10, 400, 3, 30, 200], tested = [2, 15, 350];

        FeatureScaler scaler = FeatureScaler.Standard(trained, features: 3); // fitted to what is trained on
        var model = new Motion(seed: 0) { InputScaler = scaler }; // saved with the model
        float[] train = scaler.Transform(trained);
        float[] output = model.PredictUnscaled(tested); // scales as in training

        Assert.Equal(0, train[0] + train[3] + train[6], 1e-5f);
        float[] expected = new float[2];
        model.Predict(scaler.Transform(tested), expected);
        Assert.Equal(expected, output);
    }

    [Fact]
    public void A_model_is_compared_with_the_most_frequent_class()
    {
        int[] labels = [0, 1, 0, 0, 1, 0]; // of the test

        double baseline = labels.CountBy(label => label).Max(group => group.Value) / (double)labels.Length;
        Console.WriteLine($"always the most frequent class: {baseline:F3}");

        Assert.Equal(2 / 3.0, baseline);
    }

    [Fact]
    public void One_seed_is_no_result()
    {
        SequenceDataset<float> train = Recordings(60), test = Recordings(30);
        var options = new TrainingOptions { Epochs = 5, Optimizer = new Adam(0.01), ClipNorm = 1 };

        double[] accuracies = [.. Enumerable.Range(0, 5).Select(seed =>
        {
            var model = new Motion(seed);
            model.Fit(train, options with { Seed = seed });
            return model.Evaluate(test, metrics: [Metric.Accuracy]).Accuracy;
        })];
        Console.WriteLine($"accuracy {accuracies.Average():F3}, from {accuracies.Min():F3} to {accuracies.Max():F3} over five seeds");

        Assert.Equal(5, accuracies.Length);
        Assert.All(accuracies, accuracy => Assert.InRange(accuracy, 0, 1));
    }

    [Fact]
    public void The_epoch_is_chosen_on_data_that_is_not_the_test()
    {
        var model = new Motion(seed: 1);
        SequenceDataset<float> data = Recordings(100);

        (SequenceDataset<float> rest, SequenceDataset<float> test) = data.Split(0.8, seed: 0);
        (SequenceDataset<float> train, SequenceDataset<float> validation) = rest.Split(0.8, seed: 0);
        model.Fit(train, new TrainingOptions
        {
            Epochs = 50,
            ValidationData = validation,
            Callbacks = [new EarlyStopping { Monitor = "val_loss", Patience = 5 }],
        });
        double loss = model.Evaluate(test).Loss; // once, at the end

        Assert.Equal((20, 16, 64), (test.Count, validation.Count, train.Count));
        Assert.True(double.IsFinite(loss));
    }

    private static SequenceDataset<float> Recordings(int count)
    {
        SequenceDataset<float> data = Motion.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            data.Add([i % 3, 0.1f, -0.3f, 0.5f, i % 5, -1], label: i % 3 == 0 ? 1 : 0);
        }

        return data;
    }
}

[GruModel, Embedding(6, 4), Gru(8, Output = SequenceOutput.EveryStep), Dense(6, Activation.Softmax)]
internal sealed partial class NextToken;
