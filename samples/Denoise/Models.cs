using GruGen;

namespace Denoise;

/// <summary>
/// Reads how loud each band is, frame by frame, and gives for each frame what part of each band is speech.
/// </summary>
[GruModel(Bands.Count)]
[Gru(96, Output = SequenceOutput.EveryStep)]
[Dense(Bands.Count, Activation.Sigmoid)]
public sealed partial class SpeechModel;
