using System.Globalization;
using GruGen;

// What was learned is kept in this file. Delete it after a change of the series or the layers: the model then learns anew.
const string Learned = "next-value.safetensors";
const double Far = 0.5; // from the forecast, in standard deviations of the series

NextValue model;
try
{
    model = NextValue.FromFile(Learned, Daily);
}
catch (InvalidDataException exception)
{
    Console.Error.WriteLine($"{exception.Message}\nDelete {Learned} if you have changed the model.");
    return 1;
}

// Numbers from the standard input, one a line: each is printed with what was forecast for it, and marked where they are far apart.
FeatureScaler scaler = model.InputScaler!;
NextValue.StepStream stream = model.OpenStream();
float? forecast = null;
while (Console.ReadLine() is { } line)
{
    if (!float.TryParse(line, CultureInfo.InvariantCulture, out float value) || !float.IsFinite(value))
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            Console.Error.WriteLine($"This is no number, and left out: {line}");
        }

        continue;
    }

    string mark = Math.Abs(value - (forecast ?? value)) * scaler.Scales[0] > Far ? " !" : "";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value:F3} {forecast:F3}{mark}"));
    forecast = scaler.InverseTransform([stream.Step(scaler.Transform([value]))])[0];
}

return 0;

// What it learns from, until you put your own series here: a wave of 24 steps, higher and lower from week to week, with noise.
static float[] Daily()
{
    var random = new Random(1);
    return [.. Enumerable.Range(0, 6_000).Select(t =>
        (float)(Math.Sin(t * Math.Tau / 24) * (1 + 0.3 * Math.Sin(t * Math.Tau / 168)) + 0.05 * (random.NextDouble() - 0.5)))];
}
