using GruGen;

public static class WaveTraining
{
    /// <summary>Waves of any frequency and phase, with noise. Your own data takes their place.</summary>
    public static SequenceDataset<float> Waves(int count, int seed)
    {
        var random = new Random(seed);
        SequenceDataset<float> data = WaveModel.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            double phase = random.NextDouble(), turns = 0.02 + 0.06 * random.NextDouble();
            float[] wave = [.. Enumerable.Range(0, 60).Select(t => Sample(i % 3, (phase + t * turns) % 1) + 0.2f * random.NextSingle())];
            data.Add(wave, label: i % 3);
        }

        return data;
    }

    public static WaveModel Run(SequenceDataset<float> data, int epochs, IProgress<TrainingProgress>? progress = null)
    {
        var model = new WaveModel(seed: 1) { LabelNames = ["sine", "square", "triangle"] };
        model.Fit(data, new TrainingOptions
        {
            Optimizer = new Adam(0.01),
            Epochs = epochs,
            ClipNorm = 1,
            Metrics = [Metric.Accuracy],
            Progress = progress,
        });
        return model;
    }

    private static float Sample(int kind, double turn) =>
        (float)(kind switch { 0 => Math.Sin(2 * Math.PI * turn), 1 => turn < 0.5 ? 1 : -1, _ => 1 - 4 * Math.Abs(turn - 0.5) });
}
