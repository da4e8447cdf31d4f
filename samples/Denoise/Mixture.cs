namespace Denoise;

/// <summary>What a microphone gives, and the speech in it.</summary>
/// <param name="Speech">The speech alone.</param>
/// <param name="Noise">The noise alone.</param>
/// <param name="Sum">Both.</param>
internal sealed record Mixture(float[] Speech, float[] Noise, float[] Sum)
{
    /// <summary>Mixes as many samples as both have.</summary>
    /// <param name="speech">Somebody's speech.</param>
    /// <param name="noise">Noise that is as loud.</param>
    /// <param name="ratio">How much louder the speech is in the mixture, in decibels.</param>
    /// <param name="level">How much louder both become, in decibels.</param>
    public static Mixture Of(ReadOnlySpan<float> speech, ReadOnlySpan<float> noise, double ratio, double level = 0)
    {
        int count = Math.Min(speech.Length, noise.Length);
        float[] louder = Scaled(speech[..count], level), softer = Scaled(noise[..count], level - ratio);
        return new(louder, softer, [.. louder.Zip(softer, (s, n) => s + n)]);
    }

    /// <summary>Draws a mixture of some seconds: any voice, any noise, −5 to 15 dB between them, any loudness.</summary>
    public static Mixture Draw(Recordings recordings, int seconds, Random random)
    {
        return Of(
            Part(recordings.Voices), Part(recordings.Noises), ratio: random.NextDouble() * 20 - 5, level: random.NextDouble() * 20 - 10);

        ReadOnlySpan<float> Part(Recording[] some)
        {
            float[] samples = some[random.Next(some.Length)].Samples;
            int count = seconds * WaveFile.Rate;
            return samples.AsSpan(random.Next(samples.Length - count), count);
        }
    }

    private static float[] Scaled(ReadOnlySpan<float> samples, double decibels)
    {
        float factor = (float)Math.Pow(10, decibels / 20);
        float[] scaled = samples.ToArray();
        foreach (ref float sample in scaled.AsSpan())
        {
            sample *= factor;
        }

        return scaled;
    }
}
