using GruGen;

namespace MobyDick;

/// <summary>Reads a text character by character and gives the probability of each one to be the next.</summary>
[GruModel]
[Embedding(81, 32)]
[Gru(256, Output = SequenceOutput.EveryStep)]
[Dropout(0.1)]
[Dense(81, Activation.Softmax)]
public sealed partial class CharacterModel;
