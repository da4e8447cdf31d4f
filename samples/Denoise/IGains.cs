namespace Denoise;

/// <summary>Says, frame by frame, how much of each band is to stay.</summary>
internal interface IGains
{
    /// <summary>Reads the next frame.</summary>
    /// <param name="energies">The energy in each band.</param>
    /// <param name="gains">Receives a number from 0 to 1 for each band.</param>
    void Next(ReadOnlySpan<float> energies, Span<float> gains);
}
