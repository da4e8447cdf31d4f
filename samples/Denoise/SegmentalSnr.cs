namespace Denoise;

/// <summary>
/// How much louder speech is than what differs from it, in decibels: the mean over the frames in which somebody speaks, each limited to
/// −10 to 35 dB, as is usual. Unlike a ratio over the whole signal it does not forgive noise beside soft sounds.
/// </summary>
internal static class SegmentalSnr
{
    private const double Silence = 1e-3; // of the energy of the loudest frame

    /// <summary>Compares a signal with the speech in it.</summary>
    public static double Of(ReadOnlySpan<float> speech, ReadOnlySpan<float> signal)
    {
        int frames = Math.Min(speech.Length, signal.Length) / Frame.Hop;
        (double Speech, double Error)[] energies = new (double, double)[frames];
        for (int n = 0; n < frames * Frame.Hop; n++)
        {
            ref (double Speech, double Error) frame = ref energies[n / Frame.Hop];
            double error = signal[n] - speech[n];
            frame = (frame.Speech + (double)speech[n] * speech[n], frame.Error + error * error);
        }

        double loudest = energies.Max(frame => frame.Speech);
        return energies
            .Where(frame => frame.Speech > Silence * loudest)
            .Average(frame => Math.Clamp(10 * Math.Log10(frame.Speech / (frame.Error + 1e-12)), -10, 35));
    }
}
