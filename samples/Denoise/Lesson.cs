using GruGen;

namespace Denoise;

/// <summary>What the model learns from a mixture.</summary>
/// <param name="Loudness">Its input: how loud each band of the mixture is, [frames, bands].</param>
/// <param name="Gains">What part of the energy of each band is speech, [frames, bands].</param>
/// <param name="Voice">Whether somebody speaks, 1 or 0, [frames].</param>
internal sealed record Lesson(float[] Loudness, float[] Gains, int[] Voice)
{
    private const float Silence = 1e-3f; // of the energy of the loudest frame: 30 dB below it, nobody speaks

    /// <summary>Measures the frames of a mixture, whose parts are known here.</summary>
    public static Lesson Of(Mixture mixture)
    {
        int frames = mixture.Sum.Length / Frame.Hop - 1;
        float[] loudness = new float[frames * Bands.Count], gains = new float[frames * Bands.Count], spoken = new float[frames];
        Span<float> sum = stackalloc float[Bands.Count], speech = stackalloc float[Bands.Count], noise = stackalloc float[Bands.Count];
        var frame = new Frame();
        for (int t = 0; t < frames; t++)
        {
            Measure(mixture.Sum, sum);
            Measure(mixture.Speech, speech);
            Measure(mixture.Noise, noise);
            Bands.Loudness(sum, loudness.AsSpan(t * Bands.Count, Bands.Count));
            for (int band = 0; band < Bands.Count; band++)
            {
                gains[t * Bands.Count + band] = speech[band] / (speech[band] + noise[band] + 1e-9f); // Wiener's filter
                spoken[t] += speech[band];
            }

            void Measure(float[] samples, Span<float> energies)
            {
                frame.Analyze(samples.AsSpan(t * Frame.Hop, Frame.Size));
                Bands.Energies(frame, energies);
            }
        }

        float loudest = spoken.Max();
        return new(loudness, gains, [.. spoken.Select(energy => energy > Silence * loudest ? 1 : 0)]);
    }

    /// <summary>Adds it to what a model is trained or tested on.</summary>
    public void AddTo(SequenceDataset<float> data, FeatureScaler scaler) => data.AddTargets(scaler.Transform(Loudness), Voice, Gains);
}
