using System.Globalization;
using Fresh;
using GruGen;
using GruGen.Kernels;

// What every program that uses the package does: three epochs, a file, a stream.
SequenceDataset<float> data = Motion.CreateDataset();
for (int i = 0; i < 64; i++)
{
    data.Add([.. Enumerable.Range(0, 36).Select(t => MathF.Sin(t * (1 + i % 2)))], label: i % 2);
}

var model = new Motion(seed: 1);
History history = model.Fit(data, new TrainingOptions { Optimizer = new Adam(0.01), Epochs = 3, BatchSize = 16 });

string file = Path.Combine(AppContext.BaseDirectory, "motion.safetensors");
model.Save(file);
Motion loaded = Motion.Load(file);

Motion.StepStream stream = loaded.OpenStream();
float last = 0;
for (int step = 0; step < 12; step++)
{
    last = stream.Step(data.Input(1).Slice(step * 3, 3));
}

float whole = model.Predict(data.Input(1));
if (history.Epochs != 3 || history["loss"][2] >= history["loss"][0] || Math.Abs(last - whole) > 1e-5f)
{
    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{history["loss"][0]} {history["loss"][2]} {last} {whole}"));
}

float[] both = new Sentence(seed: 1).Predict(data.Input(0));
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"trained, saved, loaded, streamed: loss {history["loss"][2]:F4}, prediction {last:F4}, another model's {both[0] + both[1]:F1}, {Simd.Lanes} lanes"));
