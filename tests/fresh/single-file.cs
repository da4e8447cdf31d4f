#:package GruGen@*
#:property Optimize=true
using GruGen;

SequenceDataset<float> data = Wave.CreateDataset();
for (int i = 0; i < 32; i++)
{
    data.Add([.. Enumerable.Range(0, 24).Select(t => MathF.Sin(t * (1 + i % 2)))], label: i % 2);
}

var model = new Wave(seed: 1);
History history = model.Fit(data, new TrainingOptions { Optimizer = new Adam(0.01), Epochs = 3, BatchSize = 8 });
model.Save("wave.safetensors");
Wave.StepStream stream = Wave.Load("wave.safetensors").OpenStream();
float last = 0;
foreach (float value in data.Input(0))
{
    last = stream.Step([value]);
}

Console.WriteLine($"trained, saved, loaded, streamed: {history.Epochs} epochs, {Math.Abs(last - model.Predict(data.Input(0))) < 1e-5f}");

[GruModel(inputSize: 1), Gru(16), Dense(1, Activation.Sigmoid)]
internal sealed partial class Wave;
