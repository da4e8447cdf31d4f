using BinarySequence;
using GruGen;
using GruGen.Terminal;
using Spectre.Console;

(float[] inputs, int[] labels) = MarkedBits.Draw(20_000, seed: 1);
(float[] heldInputs, int[] heldLabels) = MarkedBits.Draw(5_000, seed: 2);
SequenceDataset<float> train = SequenceClassifier.CreateDataset(), held = SequenceClassifier.CreateDataset();
train.AddRange(inputs, MarkedBits.Steps, labels);
held.AddRange(heldInputs, MarkedBits.Steps, heldLabels);

Console.WriteLine("A logistic regression on all steps:");
double baseline = Accuracy(new LogisticRegression(seed: 0));
Console.WriteLine("A GRU:");
double accuracy = Accuracy(new SequenceClassifier(seed: 0));
Console.WriteLine($"accuracy of the logistic regression on {held.Count:N0} other sequences: {baseline:F4}");
Console.WriteLine($"accuracy: {accuracy:F4}");

// Trains a model, and gives its accuracy on the sequences that are held out.
double Accuracy(SequenceModel<float> model)
{
    AnsiConsole.Write(Tables.Summary(model.Schema));
    using var bar = new TrainingBar();
    History history = model.Fit(train, new TrainingOptions
    {
        Loss = Loss.BinaryCrossEntropy,
        Optimizer = new Adam(),
        Epochs = 10,
        BatchSize = 32,
        Metrics = [Metric.Accuracy],
        Progress = bar,
    });
    Console.WriteLine($"trained on {train.Count:N0} sequences of {MarkedBits.Steps} steps in {history.Elapsed.TotalSeconds:F1} s");
    return model.Evaluate(held, metrics: [Metric.Accuracy]).Accuracy;
}
