using GruGen;
using GruGen.Onnx;
using Import;

// One model that Python has saved in three formats. The tool has made a class and a .safetensors file of each:
//   grugen import data/movements.keras --namespace Import --name FromKeras
//   grugen import data/movements.pt --namespace Import --name FromPyTorch --activation fc=softmax
//   grugen import data/movements.onnx --namespace Import --name FromOnnx
string folder = AppContext.BaseDirectory;
var model = FromKeras.Load(Path.Combine(folder, "FromKeras.safetensors"));
Compare("movements.keras", model);
Compare("movements.pt", FromPyTorch.Load(Path.Combine(folder, "FromPyTorch.safetensors")));
Compare("movements.onnx", FromOnnx.Load(Path.Combine(folder, "FromOnnx.safetensors")));

// In a new device the sensor lies on its side. The model learns that from a few recordings, sooner than one that knows nothing.
var random = new Random(0);
SequenceDataset<float> few = Draw(40), test = Draw(1_000);
var fresh = new FromKeras(seed: 0);
Console.WriteLine($"accuracy on the turned sensor, as imported: {model.Evaluate(test).Accuracy:F3}");
foreach ((string name, FromKeras learner) in new[] { ("the imported model", model), ("a new one", fresh) })
{
    learner.Fit(few, new TrainingOptions { Optimizer = new Adam(5e-3), Epochs = 40, BatchSize = 8 });
    Console.WriteLine($"accuracy on the turned sensor, {name} after 40 recordings: {learner.Evaluate(test).Accuracy:F3}");
}

// Out again, for whatever runs ONNX files; read back it has the same bits.
string file = Path.Combine(folder, "turned.onnx");
model.SaveOnnx(file);
var back = new FromOnnx();
back.LoadOnnx(file);
Console.WriteLine($"exported {Path.GetRelativePath(Environment.CurrentDirectory, file)}, {new FileInfo(file).Length:N0} bytes");
Console.WriteLine($"read again, it has the same bits: {back.Parameters.All.SequenceEqual(model.Parameters.All)}");

// How far its probabilities are from those that Python's model has in double precision.
void Compare(string file, SequenceModel<float> imported)
{
    SafetensorsFile expected = SafetensorsFile.Read(Path.Combine(folder, "data", "movements.expected.safetensors"));
    float[][] recordings = [.. expected["input"].ToSingles().Chunk(50 * 3)];
    IEnumerable<float> probabilities = imported.Predict(recordings).SelectMany(recording => recording);
    double difference = probabilities.Zip(expected["output"].ToDoubles(), (ours, theirs) => Math.Abs(ours - theirs)).Max();
    Console.WriteLine($"{file}: {recordings.Length} recordings, probabilities differ by {difference:0.0E+0} at most");
}

// Recordings of the turned sensor, of each movement as many.
SequenceDataset<float> Draw(int count)
{
    SequenceDataset<float> data = FromKeras.CreateDataset();
    for (int i = 0; i < count; i++)
    {
        int movement = i % Recording.Movements.Length;
        data.Add(Recording.Draw(movement, isTurned: true, random), label: movement);
    }

    return data;
}
