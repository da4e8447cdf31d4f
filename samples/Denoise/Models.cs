using GruGen;

namespace Denoise;

/// <summary>
/// Reads how loud each band is, frame by frame, and says of each frame whether somebody speaks, and what part of each band is speech.
/// </summary>
[GruModel(Bands.Count)]
[Gru(96, Output = SequenceOutput.EveryStep, Name = "hearing")]
[Dense(1, Activation.Sigmoid, Name = "voice", IsOutput = true)]
[Dense(Bands.Count, Activation.Sigmoid, Name = "gains", From = ["hearing"])]
public sealed partial class SpeechModel;
