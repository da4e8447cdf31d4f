using GruGen;
using GruGen.Terminal;
using GruGenApp1;

using (var bar = new TrainingBar())
{
    Training.Run(Training.Waves(2_000, seed: 1), epochs: 20, bar).Save("waves.safetensors");
}

WaveModel model = WaveModel.Load("waves.safetensors");
SequenceDataset<float> others = Training.Waves(500, seed: 2);
Console.WriteLine($"accuracy on {others.Count} other waves: {model.Evaluate(others).Accuracy:F3}");
Console.WriteLine($"the first of them is a {model.PredictLabelName(others.Input(0))}");
