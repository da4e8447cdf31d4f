namespace GruGen.Tests.Data;

/// <summary>What the page on data shows.</summary>
public class DataPageTests
{
    [Fact]
    public void Sequences_from_collections()
    {
        SequenceDataset<float> data = Movement.CreateDataset(), steps = Tagging.CreateDataset();
        float[][] inputs = [[1, 2, 3, 4, 5, 6], [7, 8, 9]];
        int[] labels = [2, 0];
        int[][] labelsOfSteps = [[1, 1], [0]];
        (double[] Readings, string Kind)[] recordings = [([0.1, 0.2, 0.3], "walking"), ([0.4, 0.5, 0.6], "running")];
        string[] kinds = ["standing", "walking", "running"];

        data.AddRange(inputs.Zip(labels)); // two arrays, as in fit(x, y)
        data.AddRange(recordings.Select(recording => (recording.Readings, Array.IndexOf(kinds, recording.Kind)))); // anything else
        steps.AddRange(inputs.Zip(labelsOfSteps)); // an array of labels for each sequence

        Assert.Equal((4, 2, 2), (data.Count, data.Length(0), steps.Count));
        Assert.Equal([2, 0, 1, 2], Enumerable.Range(0, 4).Select(i => data.Label(i, 0)));
    }

    [Fact]
    public void Sequences_from_arrays()
    {
        const int Count = 5, Steps = 4, Features = 3;
        SequenceDataset<float> data = Movement.CreateDataset();
        double[] x = [.. Enumerable.Range(0, Count * Steps * Features).Select(i => i / 8.0)];
        int[] y = [0, 1, 2, 1, 0];

        data.AddRange(x, steps: 4, y); // x[count, 4, features] and y[count], row-major

        float[,,] array = new float[Count, Steps, Features];
        ReadOnlySpan<float> flat = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref array[0, 0, 0], array.Length);
        data.AddRange(flat, array.GetLength(1), y);

        Assert.Equal((10, 4), (data.Count, data.Length(9)));
        Assert.Equal([1.5f, 1.625f, 1.75f], data.Input(1)[..3]);
    }

    /// <summary>What the page says of sequences without a step.</summary>
    [Fact]
    public void Empty_sequences()
    {
        float[] none = [], output = new float[3];
        var model = new Movement(seed: 1);
        SequenceDataset<float> data = Movement.CreateDataset(), steps = Tagging.CreateDataset();
        data.Add(none, label: 1);
        steps.AddPerStep(none, labels: []);
        Assert.Equal((0, 0), (data.Length(0), steps.Length(0)));

        model.Predict(none, output);
        double[] exponentials = [.. model.Parameters["dense1.bias"].ToArray().Select(bias => Math.Exp(bias))]; // on a state of zeros
        Assert.All(exponentials.Zip(output), pair => Assert.Equal(pair.First / exponentials.Sum(), pair.Second, 1e-6));
        new Tagging(seed: 1).Predict(none, []);

        ModelTrace trace = model.Trace(none);
        Assert.Equal("Movement, 0 steps: gru1 [1, 4], dense1 [1, 3]", trace.ToString());
        Assert.Equal(new float[4], trace["gru1"].Outputs.Values);
        Assert.Equal(0, trace["gru1"].Gates[0].States.Count);
    }

    [Fact]
    public void Splits()
    {
        SequenceDataset<float> data = Movement.CreateDataset();
        data.AddRange(Enumerable.Range(0, 20).Select(i => (new float[] { i, i, i }, i % 3)));
        string[] patients = [.. Enumerable.Range(0, 20).Select(i => $"patient {i / 4}")];

        (SequenceDataset<float> train, SequenceDataset<float> test) = data.Split(0.8, seed: 0); // shuffled
        (train, test) = data.SplitInOrder(0.8); // the later ones to test
        (train, test) = data.SplitStratified(0.8, seed: 0); // each label as frequent in both
        (train, test) = data.SplitByGroup(patients, 0.8, seed: 0); // nobody in both

        Assert.Equal((16, 4), (train.Count, test.Count));
        Assert.Single(Enumerable.Range(0, 4).Select(i => patients[(int)test.Input(i)[0]]).Distinct());
    }

    [Fact]
    public void Scaling()
    {
        float[] trained = [10, 200, 1, 12, 220, 0, 14, 180, 1], tested = [16, 190, 0]; // two measured features, and one that is 0 or 1
        double[] targets = [1000, 3000];

        FeatureScaler measured = FeatureScaler.Standard([10f, 200, 12, 220, 14, 180], features: 2); // of what is trained on
        FeatureScaler inputs = FeatureScaler.Concat(measured, FeatureScaler.Identity(1));
        float[] train = inputs.Transform(trained), test = inputs.Transform(tested);
        FeatureScaler outputs = FeatureScaler.MinMax(targets, features: 1);
        float[] inDollars = outputs.InverseTransform([0.25f, 1]);

        Assert.Equal(0, train[0] + train[3] + train[6], 1e-6);
        Assert.Equal([1f, 0, 1, 0], [train[2], train[5], train[8], test[2]]);
        Assert.Equal([1500, 3000], inDollars);

        var model = new Salary { InputScaler = inputs, OutputScaler = outputs }; // both are saved with the model
        float salary = model.PredictUnscaled(tested)[0];

        Assert.Equal(outputs.InverseTransform([model.Predict(test)])[0], salary);
    }

    [Fact]
    public void Windows()
    {
        const int Hours = 200;
        float[] measured = [.. Enumerable.Range(0, 2 * Hours).Select(i => MathF.Sin(i / 7f))];
        float[] calendar = [.. Enumerable.Range(0, Hours + 2).SelectMany(hour => new[] { MathF.Sin(hour / 4f), hour % 7 < 5 ? 1 : 0, 0 })];

        // [hours, 2]: temperature and wind; [hours + 2, 3]: what is known of each hour beforehand, and of the two after the last
        TimeSeries series = new TimeSeries(measured, columns: 2).WithKnown(calendar, columns: 3);
        var windows = new ForecastWindows(length: 24) { Horizon = 2, TargetColumns = [0] };

        SequenceDataset<float> train = Weather.CreateDataset(), test = Weather.CreateDataset();
        train.AddWindows(series, windows, targets: ..^48);
        test.AddWindows(series, windows, targets: ^48..);

        var model = new Weather();
        model.Fit(train, new TrainingOptions { Epochs = 2 });
        float[] nextTwoHours = new float[2];
        model.Predict(windows.LastInput(series), nextTwoHours);

        Assert.Equal((Hours - 48 - 25, 47), (train.Count, test.Count));
        Assert.Equal(measured[2 * (Hours - 48)], test.Values(0, 0)[0]);
        Assert.Equal(measured[2 * (Hours - 49)], train.Values(train.Count - 1, 0)[1]);
        Assert.All(nextTwoHours, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Series_of_several_things()
    {
        TimeSeries[] machines = [new(new float[30], columns: 1), new(new float[8], columns: 1), new(new float[26], columns: 1)];
        SequenceDataset<float> data = Wear.CreateDataset();

        (int added, int tooShort) = data.AddWindows(machines, new ForecastWindows(length: 24));
        Console.WriteLine($"{added} windows; {tooShort} of {machines.Length} series are too short for one.");

        Assert.Equal((8, 1), (added, tooShort));
    }

    [Fact]
    public void Padding()
    {
        int[][] sentences = [[7, 3], [1, 2, 3, 4, 5, 6], [9]];

        int[][] before = PadSequences.Pad(sentences, maxLength: 4); // [0, 0, 7, 3], [3, 4, 5, 6], [0, 0, 0, 9]: Keras' defaults
        int[][] after = PadSequences.Pad(sentences, 4, padding: SequenceSide.Post, truncating: SequenceSide.Post);

        Assert.Equal([[0, 0, 7, 3], [3, 4, 5, 6], [0, 0, 0, 9]], before);
        Assert.Equal([[7, 3, 0, 0], [1, 2, 3, 4], [9, 0, 0, 0]], after);
    }
}

[GruModel(inputSize: 3)]
[Gru(4)]
[Dense(3, Activation.Softmax)]
internal sealed partial class Movement;

[GruModel(inputSize: 3)]
[Gru(4, Output = SequenceOutput.EveryStep)]
[Dense(3, Activation.Softmax)]
internal sealed partial class Tagging;

[GruModel(inputSize: 3)]
[Gru(4)]
[Dense(1)]
internal sealed partial class Salary;

/// <summary>Two measured columns, and three that are known of each of two hours ahead; two hours of one column are forecast.</summary>
[GruModel(inputSize: 2 + 2 * 3)]
[Gru(8)]
[Dense(2)]
internal sealed partial class Weather;

[GruModel(inputSize: 1)]
[Gru(4)]
[Dense(1)]
internal sealed partial class Wear;
