namespace Denoise;

/// <summary>
/// The spectrum of 32 ms of sound. A frame begins every 16 ms, so each sample is in two of them; the window √Hann is applied before the
/// transform and after the inverse one, and its squares add up to 1.
/// </summary>
internal sealed class Frame
{
    /// <summary>The samples of a frame, those from one frame to the next, and the frequencies of its spectrum, from 0 to 8 kHz.</summary>
    public const int Size = 512, Hop = Size / 2, Bins = Size / 2 + 1;

    private static readonly Fourier s_fourier = new(Size);
    private static readonly float[] s_window = [.. Enumerable.Range(0, Size).Select(n => (float)Math.Sin(Math.PI * (n + 0.5) / Size))];
    private readonly float[] _real = new float[Size], _imaginary = new float[Size];

    /// <summary>Takes the spectrum of samples.</summary>
    /// <param name="samples">The samples[<see cref="Size"/>].</param>
    public void Analyze(ReadOnlySpan<float> samples)
    {
        for (int n = 0; n < Size; n++)
        {
            (_real[n], _imaginary[n]) = (s_window[n] * samples[n], 0);
        }

        s_fourier.Transform(_real, _imaginary);
    }

    /// <summary>The energy at a frequency, |X[k]|².</summary>
    public float Energy(int bin) => _real[bin] * _real[bin] + _imaginary[bin] * _imaginary[bin];

    /// <summary>Makes a frequency louder or softer.</summary>
    public void Scale(int bin, float gain)
    {
        _real[bin] *= gain;
        _imaginary[bin] *= gain;
    }

    /// <summary>Adds the samples of the spectrum to a sum in which frames overlap; the spectrum is used up.</summary>
    /// <param name="sum">The sum[<see cref="Size"/>].</param>
    public void AddTo(Span<float> sum)
    {
        for (int k = 1; k < Size / 2; k++) // negative frequencies: a real signal has the conjugates
        {
            (_real[Size - k], _imaginary[Size - k]) = (_real[k], -_imaginary[k]);
        }

        // The inverse transform is the transform with both parts exchanged, over the size.
        s_fourier.Transform(_imaginary, _real);
        for (int n = 0; n < Size; n++)
        {
            sum[n] += s_window[n] * _real[n] / Size;
        }
    }
}
