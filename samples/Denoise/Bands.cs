namespace Denoise;

/// <summary>
/// Bands of frequencies as the ear has them, narrow below and wide above: 32 triangles, each from the centre of one neighbour to that of
/// the other, so that every frequency belongs to two bands in parts that add up to 1.
/// </summary>
internal static class Bands
{
    /// <summary>The number of bands.</summary>
    public const int Count = 32;

    // Of each frequency: the band whose centre is below it, and how much of it belongs to the one above.
    private static readonly (int Band, float Part)[] s_places = Places();

    /// <summary>The energy in each band.</summary>
    public static void Energies(Frame frame, Span<float> energies)
    {
        energies.Clear();
        for (int k = 0; k < Frame.Bins; k++)
        {
            ((int band, float part), float energy) = (s_places[k], frame.Energy(k));
            energies[band] += (1 - part) * energy;
            energies[band + 1] += part * energy;
        }
    }

    /// <summary>What the model reads: how loud each band is, as decimal logarithms of energies.</summary>
    public static void Loudness(ReadOnlySpan<float> energies, Span<float> features)
    {
        for (int band = 0; band < Count; band++)
        {
            features[band] = MathF.Log10(energies[band] + 1e-4f);
        }
    }

    /// <summary>Multiplies a spectrum by the gains of the bands; between their centres by what lies between both.</summary>
    public static void Apply(ReadOnlySpan<float> gains, Frame frame)
    {
        for (int k = 0; k < Frame.Bins; k++)
        {
            (int band, float part) = s_places[k];
            frame.Scale(k, (1 - part) * gains[band] + part * gains[band + 1]);
        }
    }

    /// <summary>The centres are equally far from each other on the mel scale, 1127·ln(1 + f/700), but at least one frequency.</summary>
    private static (int Band, float Part)[] Places()
    {
        const double HertzPerBin = (double)WaveFile.Rate / Frame.Size;
        double lowest = Math.Log(1 + 40 / 700.0), highest = Math.Log(1 + WaveFile.Rate / 2 / 700.0);
        double[] centres = new double[Count];
        for (int band = 1; band < Count; band++)
        {
            double hertz = 700 * (Math.Exp(lowest + (highest - lowest) * band / (Count - 1)) - 1);
            centres[band] = Math.Max(centres[band - 1] + 1, hertz / HertzPerBin);
        }

        return [.. Enumerable.Range(0, Frame.Bins).Select(k =>
        {
            int band = Math.Min(Count - 2, Array.FindLastIndex(centres, centre => centre <= k));
            return (band, (float)((k - centres[band]) / (centres[band + 1] - centres[band])));
        })];
    }
}
