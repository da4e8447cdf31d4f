using System.Globalization;
using GruGenApp1;

// Numbers from the standard input, one a line: each is printed with what was forecast for it, and marked where they are far apart.
const float Far = 0.3f;
NextValue.StepStream stream = NextValue.FromFile("next-value.safetensors", Daily).OpenStream();
float? forecast = null;
while (Console.ReadLine() is { } line)
{
    float value = float.Parse(line, CultureInfo.InvariantCulture);
    string mark = Math.Abs(value - (forecast ?? value)) > Far ? " !" : "";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value:F3} {forecast:F3}{mark}"));
    forecast = stream.Step([value]);
}

// What it learns from, until you put your own series here: a wave of 24 steps, higher and lower from week to week, with noise.
static float[] Daily()
{
    var random = new Random(1);
    return [.. Enumerable.Range(0, 6_000).Select(t =>
        (float)(Math.Sin(t * Math.Tau / 24) * (1 + 0.3 * Math.Sin(t * Math.Tau / 168)) + 0.05 * (random.NextDouble() - 0.5)))];
}
