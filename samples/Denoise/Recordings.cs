namespace Denoise;

/// <summary>A file, and what is in it.</summary>
internal sealed record Recording(string Name, float[] Samples);

/// <summary>
/// Voices and noises, apart from each other; voices to learn from and others to test on; of each noise the end is for the test.
/// </summary>
internal sealed record Recordings(Recording[] Voices, Recording[] TestVoices, Recording[] Noises, Recording[] TestNoises)
{
    private const int LearnedSeconds = 10; // of a noise

    /// <summary>Those that lie beside this program.</summary>
    public static Recordings Load()
    {
        Recording[] noises = Read("noise");
        return new(
            Read("train"),
            Read("test"),
            [.. noises.Select(noise => noise with { Samples = noise.Samples[..(LearnedSeconds * WaveFile.Rate)] })],
            [.. noises.Select(noise => noise with { Samples = noise.Samples[(LearnedSeconds * WaveFile.Rate)..] })]);
    }

    private static Recording[] Read(string folder) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "data", folder), "*.wav")
            .Order(StringComparer.Ordinal)
            .Select(path => new Recording(Path.GetFileNameWithoutExtension(path), WaveFile.Read(path))),
    ];
}
