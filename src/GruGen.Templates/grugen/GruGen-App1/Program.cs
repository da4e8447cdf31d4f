using GruGen;
using GruGen.Terminal;

using (var bar = new TrainingBar())
{
    WaveTraining.Run(WaveTraining.Waves(2_000, seed: 1), epochs: 20, bar).Save("waves.safetensors");
}

WaveModel model = WaveModel.Load("waves.safetensors");
SequenceDataset<float> others = WaveTraining.Waves(500, seed: 2);
Console.WriteLine($"accuracy on {others.Count} other waves: {model.Evaluate(others).Accuracy:F3}");
Console.WriteLine($"the first of them is a {model.PredictLabelName(others.Input(0))}");
