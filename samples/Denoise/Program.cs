using Denoise;
using GruGen;
using GruGen.Terminal;
using Spectre.Console;

const int Mixtures = 4000, Seconds = 2, Epochs = 20, BatchSize = 32;

// The data: speech and noise are recorded apart, so what part of a mixture is speech is known in each band of each frame.
Recordings recordings = Recordings.Load();
var random = new Random(0);
Lesson[] lessons = [.. Enumerable.Range(0, Mixtures).Select(_ => Lesson.Of(Mixture.Draw(recordings, Seconds, random)))];
(int voices, int noises) = (recordings.Voices.Length, recordings.Noises.Length);
Console.WriteLine($"{voices} voices and {noises} noises, mixed to {Mixtures * Seconds / 60} minutes to learn from");

var model = new SpeechModel(seed: 0)
{
    InputScaler = FeatureScaler.Standard([.. lessons.SelectMany(lesson => lesson.Loudness)], Bands.Count),
};
SequenceDataset<float> data = SpeechModel.CreateDataset();
foreach (Lesson lesson in lessons)
{
    lesson.AddTo(data, model.InputScaler);
}

AnsiConsole.Write(Tables.Summary(model.Schema));
using (var bar = new TrainingBar())
{
    History history = model.Fit(data, new TrainingOptions
    {
        Loss = new OutputLosses
        {
            Losses = new Dictionary<string, Loss> { ["voice"] = Loss.BinaryCrossEntropy, ["gains"] = Loss.MeanSquaredError },
            Weights = new Dictionary<string, double> { ["voice"] = 0.05 },
        },
        Optimizer = new Adam(4e-3),
        Schedule = new CosineSchedule(Epochs * ((data.Count + BatchSize - 1) / BatchSize)) { StaysAtEnd = true },
        Epochs = Epochs,
        BatchSize = BatchSize,
        ClipNorm = 1,
        MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount),
        Progress = bar,
    });
    Console.WriteLine($"trained in {history.Elapsed.TotalSeconds:F1} s");
}

string file = Path.Combine(AppContext.BaseDirectory, "speech.safetensors");
model.Save(file);
SpeechModel loaded = SpeechModel.Load(file);

// A call from a windy street: it arrives 16 ms at a time, and so it is sent on.
Recording wind = recordings.TestNoises.Single(noise => noise.Name == "pink");
var call = Mixture.Of(recordings.TestVoices[0].Samples, wind.Samples, ratio: 5);
var hearing = new ModelGains(loaded);
var denoiser = new Denoiser(hearing);
float[] clear = new float[call.Sum.Length / Frame.Hop * Frame.Hop];
List<double> voice = [];
for (int start = 0; start < clear.Length; start += Frame.Hop)
{
    denoiser.Process(call.Sum.AsSpan(start, Frame.Hop), clear.AsSpan(start, Frame.Hop));
    voice.Add(hearing.Voice);
}

foreach ((string name, float[] samples) in new[] { ("noisy.wav", call.Sum), ("denoised.wav", clear) })
{
    string path = Path.Combine(AppContext.BaseDirectory, name);
    WaveFile.Write(path, samples);
    Console.WriteLine($"to be heard: {Path.GetRelativePath(Environment.CurrentDirectory, path)}");
}

Console.WriteLine($"when somebody speaks in it: {Charts.Sparkline(voice)}");
var latency = Latency.Measure(call.Sum, denoiser);
Console.WriteLine($"latency of a frame of 16 ms: p50 {latency.Median:F1} µs, p99.9 {latency.Rare:F1} µs; bytes allocated: {latency.Bytes}");

// The test: voices that it has never heard, and the part of each noise that it has not.
var test = new HearingTest(recordings, loaded);
AnsiConsole.Write(test.Table());
Console.WriteLine($"right about whether somebody speaks: {test.VoiceAccuracy:F3} of the frames; always yes would be {test.VoiceShare:F3}");
Console.WriteLine($"segmental SNR of voices it has never heard: {test.Mean.Before:F2} dB");
Console.WriteLine($"with a noise floor that is followed: {test.Mean.Floor:F2} dB");
Console.WriteLine($"with the model: {test.Mean.After:F2} dB");
