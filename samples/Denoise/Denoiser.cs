namespace Denoise;

/// <summary>Takes noise out of a signal while it arrives, 16 ms at a time; what comes out is 16 ms late. It allocates nothing.</summary>
internal sealed class Denoiser(IGains gains)
{
    private readonly float[] _last = new float[Frame.Size], _sum = new float[Frame.Size];
    private readonly float[] _energies = new float[Bands.Count], _gains = new float[Bands.Count];
    private readonly Frame _frame = new();

    /// <summary>Reads the next samples, and gives those that came before them.</summary>
    /// <param name="input">The samples[<see cref="Frame.Hop"/>].</param>
    /// <param name="output">Receives as many.</param>
    public void Process(ReadOnlySpan<float> input, Span<float> output)
    {
        Shift(_last);
        input.CopyTo(_last.AsSpan(Frame.Hop));
        _frame.Analyze(_last);
        Bands.Energies(_frame, _energies);
        gains.Next(_energies, _gains);
        Bands.Apply(_gains, _frame);

        Shift(_sum);
        _sum.AsSpan(Frame.Hop).Clear();
        _frame.AddTo(_sum);
        _sum.AsSpan(0, Frame.Hop).CopyTo(output);
    }

    /// <summary>A whole signal, which is known already: as much of it as fills frames, without the delay.</summary>
    public static float[] Process(float[] samples, IGains gains)
    {
        var denoiser = new Denoiser(gains);
        int frames = samples.Length / Frame.Hop;
        float[] output = new float[frames * Frame.Hop];
        for (int t = 0; t < frames; t++)
        {
            denoiser.Process(samples.AsSpan(t * Frame.Hop, Frame.Hop), output.AsSpan(t * Frame.Hop, Frame.Hop));
        }

        return output[Frame.Hop..];
    }

    private static void Shift(float[] samples) => samples.AsSpan(Frame.Hop).CopyTo(samples);
}
