using Denoise;
using GruGen;
using GruGen.Terminal;
using Spectre.Console;

const int Mixtures = 3000, Seconds = 2, Epochs = 25, BatchSize = 32;

// The data: speech and noise are recorded apart, so what part of a mixture is speech is known in each band of each frame.
Recordings recordings = Recordings.Load();
var random = new Random(0);
Lesson[] lessons = [.. Enumerable.Range(0, Mixtures).Select(_ => Lesson.Of(Mixture.Draw(recordings, Seconds, random)))];
Console.WriteLine($"{recordings.Voices.Length} voices and {recordings.Noises.Length} noises, mixed to {Mixtures * Seconds / 60} minutes to learn from");

var model = new SpeechModel(seed: 0)
{
    InputScaler = FeatureScaler.Standard([.. lessons.SelectMany(lesson => lesson.Loudness)], Bands.Count),
};
SequenceDataset<float> data = SpeechModel.CreateDataset();
foreach (Lesson lesson in lessons)
{
    data.AddPerStep(model.InputScaler.Transform(lesson.Loudness), lesson.Gains);
}

AnsiConsole.Write(Tables.Summary(model.Schema));
using (var bar = new TrainingBar())
{
    History history = model.Fit(data, new TrainingOptions
    {
        Loss = Loss.MeanSquaredError,
        Optimizer = new Adam(3e-3),
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

// The test: voices that it has never heard, and the part of each noise that it has not.
var test = new HearingTest(recordings, loaded);
AnsiConsole.Write(test.Table());

// A street of five people, as a call would have it: sent through 16 ms at a time, and written.
Recording voice = recordings.TestVoices[0];
var call = Mixture.Of(voice.Samples, recordings.TestNoises[0].Samples, ratio: 5);
Latency latency = Latency.Measure(call.Sum, new Denoiser(new ModelGains(loaded)));
Console.WriteLine($"a frame of 16 ms takes {latency.Median:F1} µs, one of a thousand more than {latency.Rare:F1} µs; it allocates {latency.BytesPerFrame} bytes");
foreach ((string name, float[] samples) in new[] { ("noisy.wav", call.Sum), ("denoised.wav", Denoiser.Process(call.Sum, new ModelGains(loaded))) })
{
    string path = Path.Combine(AppContext.BaseDirectory, name);
    WaveFile.Write(path, samples);
    Console.WriteLine($"to be heard: {Path.GetRelativePath(Environment.CurrentDirectory, path)}");
}

(double before, double floor, double after) = test.Mean;
Console.WriteLine($"segmental SNR on voices it has never heard: {before:F2} dB before, {floor:F2} dB with a noise floor, {after:F2} dB with the model");
