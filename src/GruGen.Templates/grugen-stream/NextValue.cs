using GruGen;

namespace GruGenApp1;

/// <summary>Reads a number a step and forecasts the next one.</summary>
[GruModel(inputSize: 1)]
[Gru(24, Output = SequenceOutput.EveryStep)]
[Dense(1)]
public sealed partial class NextValue
{
    /// <summary>A model that has learned from a series; what it learned is in a file, which is read where it is there.</summary>
    public static NextValue FromFile(string file, Func<float[]> series)
    {
        if (!File.Exists(file))
        {
            using var bar = new GruGen.Terminal.TrainingBar();
            var model = new NextValue(seed: 1);
            model.Fit(Chunks(series()), new TrainingOptions { Optimizer = new Adam(0.01), Epochs = 30, ClipNorm = 1, Progress = bar });
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
