using GruGen;

string[] movements = ["still", "shake", "circle"];
var random = new Random(0);
SequenceDataset<float> data = Gesture.CreateDataset();
for (int i = 0; i < 600; i++)
{
    int movement = i % movements.Length;
    data.Add(Record(movement, random), label: movement); // x, y and z of 50 steps, and which movement they are
}

(SequenceDataset<float> train, SequenceDataset<float> test) = data.Split(0.8, seed: 0);
var model = new Gesture(seed: 0) { LabelNames = movements };
model.Fit(train, new TrainingOptions
{
    Epochs = 10,
    Optimizer = new Adam(0.005),
    Metrics = [Metric.Accuracy],
    OnEpochEnd = epoch => Console.WriteLine($"epoch {epoch.Epoch}: loss {epoch.Loss:F2}, accuracy {epoch.Metrics.Accuracy:F2}"),
});
double accuracy = model.Evaluate(test).Accuracy;
Console.WriteLine($"accuracy on recordings it has not seen: {accuracy:F2}");
Console.WriteLine($"a new recording is: {model.PredictLabelName(Record(2, random))}");

model.Save("gesture.safetensors");
Gesture loaded = Gesture.Load("gesture.safetensors");

// The sensor lies still for 50 steps; then somebody draws a circle.
float[] signal = [.. Record(0, random), .. Record(2, random)];
Gesture.StepStream stream = loaded.OpenStream();
for (int t = 0; t < 100; t++)
{
    int movement = stream.StepLabel(signal.AsSpan(3 * t, 3));
    if (t % 10 == 9)
    {
        Console.WriteLine($"after {t + 1} steps: {movements[movement]}");
    }
}

// What a sensor would give: noise, the movement along x and y, and gravity along z.
static float[] Record(int movement, Random random)
{
    double size = 0.5 + random.NextDouble(), speed = 0.3 + 0.3 * random.NextDouble(), start = Math.Tau * random.NextDouble();
    return [.. Enumerable.Range(0, 50).SelectMany(t => new[]
    {
        Noise() + (movement == 0 ? 0 : size * Math.Cos(start + speed * t)),
        Noise() + (movement == 2 ? size * Math.Sin(start + speed * t) : 0),
        Noise() + 1,
    }).Select(value => (float)value)];

    double Noise() => random.NextDouble() - 0.5;
}
