namespace GruGen.Tests.Training;

/// <summary>What the page on training shows of losses, weights and metrics.</summary>
public class LossPageTests
{
    [Fact]
    public void Losses_with_options()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel(seed: 1);
        SequenceDataset<float> data = TrainingTask.TaggerData(20);

        var options = new TrainingOptions
        {
            Loss = new CategoricalCrossEntropyLoss { LabelSmoothing = 0.1, ClassWeights = [1, 0.5, 2] },
            Metrics = [Metric.Accuracy, new TopKAccuracyMetric(2), Metric.F1],
        };

        History history = model.Fit(data, options with { Epochs = 3 });
        Assert.True(history["loss"][^1] < history["loss"][0]);
        Assert.Equal(["loss", "accuracy", "top2_accuracy", "f1"], history.Names);
        Loss keras = new CategoricalCrossEntropyLoss { ClassWeights = [1, 0.5, 2], DividesByClassWeights = false };
        Assert.NotEqual(model.Evaluate(data, keras).Loss, model.Evaluate(data, new CategoricalCrossEntropyLoss { ClassWeights = [1, 0.5, 2] }).Loss);
    }

    [Fact]
    public void Probabilities_as_targets()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel(seed: 1);
        var data = new SequenceDataset<float>(TrainingTask.Tagger);

        data.AddPerStep([0.5f, -1, 2, 0.25f], [0.7f, 0.2f, 0.1f, 0, 0, 1]); // two steps: their features, and three probabilities for each
        double crossEntropy = model.Evaluate(data).Loss, divergence = model.Evaluate(data, Loss.KullbackLeibler).Loss;

        double entropy = -(0.7 * Math.Log(0.7) + 0.2 * Math.Log(0.2) + 0.1 * Math.Log(0.1)) / 2;
        Assert.Equal(crossEntropy - entropy, divergence, 1e-6);
    }

    [Fact]
    public void Weights()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = new(TrainingTask.Binary);
        SequenceDataset<float> tags = new(TrainingTask.Tagger);

        data.Add([1, 2, 3], label: 1, weight: 0.5);
        data.Add([4, 5], label: 0, weight: 3);
        tags.AddPerStep([0.5f, -1, 2, 0.25f], labels: [2, 0], weights: [1, 0.2f]); // a weight for each step
        tags.AddPerStep([1, 1, 1, 1], labels: [1, 1], weights: [4]); // one for all steps of a sequence

        double mean = model.Evaluate(data).Loss; // divided by 2, the number of targets
        double weightedMean = model.Evaluate(data, new BinaryCrossEntropyLoss { NormalizesWeights = true }).Loss; // divided by 3.5

        Assert.Equal(mean * 2, weightedMean * 3.5, 1e-6);
        Assert.Equal(4, tags.Targets[0].Weight(1, 1));
    }

    [Fact]
    public void What_a_model_confuses()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel(seed: 1);
        SequenceDataset<float> data = TrainingTask.TaggerData(20);

        Evaluation evaluation = model.Evaluate(data, metrics: [Metric.F1, new F1Metric(ClassAveraging.Micro), new RecallMetric(ofClass: 2), Metric.Perplexity]);
        ConfusionMatrix matrix = model.ConfusionMatrix(data);
        Console.WriteLine(matrix.ToString(["falling", "level", "rising"])); // a line for each target, a column for each prediction
        Assert.Equal(matrix.Recall(2), evaluation["recall_2"], 1e-12);

        Assert.Equal(matrix.Accuracy, evaluation["f1_micro"], 1e-12);
    }
}
