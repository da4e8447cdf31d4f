using System.Reflection;
using GruGen;
using Regression;

const int Epochs = 100;

// The data, the weights to begin with, and the losses that PyTorch had: tests/GruGen.Tests/cases/torch_regression.py computed them.
using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("torch_regression")!;
SafetensorsFile torch = SafetensorsFile.Read(stream);
int steps = (int)torch["inputs"].Shape[1];
float[] targets = torch["targets"].ToSingles();

var model = new Regressor();
foreach (TensorSchema tensor in model.Parameters.Tensors)
{
    model.Parameters.Set(tensor.Name, torch[tensor.Name].ToSingles());
}

SequenceDataset<float> data = Regressor.CreateDataset();
data.AddRange(torch["inputs"].ToSingles(), steps, targets);
History history = model.Fit(data, new TrainingOptions
{
    Loss = Loss.MeanSquaredError,
    Optimizer = new Adam(0.01),
    BatchSize = data.Count,
    Epochs = Epochs,
    OnEpochEnd = progress =>
    {
        if (progress.Epoch % 10 == 0)
        {
            Console.WriteLine($"Epoch [{progress.Epoch}/{Epochs}], Loss: {progress.Loss:F4}");
        }
    },
});

double mean = targets.Average(target => (double)target), variance = targets.Average(target => (target - mean) * (target - mean));
double difference = history["loss"].Zip(torch["losses"].ToDoubles(), (ours, theirs) => Math.Abs(ours - theirs)).Max();
Console.WriteLine($"trained on {data.Count} sequences of {steps} steps in {history.Elapsed.TotalSeconds:F2} s");
Console.WriteLine($"loss of the mean target, without a model: {variance:F4}");
Console.WriteLine($"largest difference from PyTorch's losses: {difference:0.0E+0}");
