namespace Denoise;

/// <summary>
/// The baseline that learns nothing: what is always there is noise. It follows the softest moment of each band in the last seconds (minimum
/// statistics, Martin 2001, in its simplest form), and takes that much away.
/// </summary>
internal sealed class FloorGains : IGains
{
    private const float Smoothing = 0.8f, Rise = 1.01f, Bias = 2;

    private readonly float[] _smoothed = new float[Bands.Count], _floor = new float[Bands.Count];

    public void Next(ReadOnlySpan<float> energies, Span<float> gains)
    {
        for (int band = 0; band < Bands.Count; band++)
        {
            _smoothed[band] = _smoothed[band] == 0 ? energies[band] : Smoothing * _smoothed[band] + (1 - Smoothing) * energies[band];
            _floor[band] = _floor[band] == 0 ? _smoothed[band] : Math.Min(_smoothed[band], Rise * _floor[band]);
            gains[band] = Math.Clamp(1 - Bias * _floor[band] / (energies[band] + 1e-9f), 0, 1);
        }
    }
}
