namespace Denoise;

/// <summary>Gains as the model has learned them.</summary>
internal sealed class ModelGains(SpeechModel model) : IGains
{
    private readonly SpeechModel.StepStream _stream = model.OpenStream();
    private readonly float[] _features = new float[Bands.Count], _voice = new float[1];

    /// <summary>How probable it is that somebody speaks in the last frame.</summary>
    public float Voice => _voice[0];

    public void Next(ReadOnlySpan<float> energies, Span<float> gains)
    {
        Bands.Loudness(energies, _features);
        model.InputScaler!.Transform(_features, _features);
        _stream.Step(_features, _voice, gains);
    }
}
