using GruGen;
using Import;

// One model in three formats, which grugen has turned into a class and a .safetensors file each, and what it gave in double precision.
string folder = AppContext.BaseDirectory;
SafetensorsFile expected = SafetensorsFile.Read(Path.Combine(folder, "data", "movements.expected.safetensors"));
(string File, SequenceModel<float> Model)[] imports =
[
    ("movements.keras", FromKeras.Load(Path.Combine(folder, "FromKeras.safetensors"))),
    ("movements.pt", FromPyTorch.Load(Path.Combine(folder, "FromPyTorch.safetensors"))),
    ("movements.onnx", FromOnnx.Load(Path.Combine(folder, "FromOnnx.safetensors"))),
];
foreach ((string file, SequenceModel<float> imported) in imports)
{
    float[] inputs = expected["input"].ToSingles(), outputs = new float[8 * Recording.Movements.Length];
    for (int i = 0; i < 8; i++)
    {
        imported.Predict(inputs.AsSpan(i * 150, 150), outputs.AsSpan(4 * i, 4));
    }

    double difference = outputs.Zip(expected["output"].ToDoubles(), (ours, theirs) => Math.Abs(ours - theirs)).Max();
    Console.WriteLine($"{file}: the probabilities of {8} recordings differ by {difference:0.0E+0} at most");
}

// In a new device the sensor lies on its side. The model learns that from a few recordings, and keeps what it knows of movements.
var random = new Random(0);
SequenceDataset<float> few = Draw(80), test = Draw(400);
var model = (FromKeras)imports[0].Model;
double before = model.Evaluate(test).Accuracy;
History history = model.Fit(few, new TrainingOptions { Optimizer = new Adam(5e-3), Epochs = 30, BatchSize = 16 });
double after = model.Evaluate(test).Accuracy;
Console.WriteLine($"trained further on {few.Count} recordings of the turned sensor in {history.Elapsed.TotalSeconds:F1} s");

Console.WriteLine($"accuracy on the turned sensor: {before:F3} as imported, {after:F3} after that");

SequenceDataset<float> Draw(int count)
{
    SequenceDataset<float> data = FromKeras.CreateDataset();
    for (int i = 0; i < count; i++)
    {
        data.Add(Recording.Draw(i % 4, isTurned: true, random), label: i % 4);
    }

    return data;
}
