using GruGen;

/// <summary>Reads a number a step and forecasts the next one. Both are scaled; the scaling is in the file of the model.</summary>
[GruModel(inputSize: 1)]
[Gru(24, Output = SequenceOutput.EveryStep)]
[Dense(1)]
public sealed partial class NextValue
{
    /// <summary>A model that has learned from a series, 101 numbers at least, and is read from a file where there is one.</summary>
    public static NextValue FromFile(string file, Func<float[]> series)
    {
        if (!File.Exists(file))
        {
            float[] numbers = series();
            FeatureScaler scaler = FeatureScaler.Standard(numbers, features: 1);
            var model = new NextValue(seed: 1) { InputScaler = scaler, OutputScaler = scaler };
            model.Fit(Chunks(scaler.Transform(numbers)), new TrainingOptions
            {
                Optimizer = new Adam(0.01),
                Epochs = 30,
                ClipNorm = 1,
                OnEpochEnd = epoch => Console.Error.WriteLine($"epoch {epoch.Epoch} of {epoch.Epochs}: loss {epoch.Loss:F4}"),
            });
            model.Save(file);
        }

        return Load(file);
    }

    /// <summary>Pieces of 100 steps; the target of each step is the number that follows it.</summary>
    private static SequenceDataset<float> Chunks(float[] series)
    {
        SequenceDataset<float> data = CreateDataset();
        for (int start = 0; start + 101 <= series.Length; start += 50)
        {
            data.AddPerStep(series.AsSpan(start, 100), targets: series.AsSpan(start + 1, 100));
        }

        return data;
    }
}
