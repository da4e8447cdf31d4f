using GruGen;

namespace NextWord;

/// <summary>Reads a text word by word and gives the probability of each one to be the next.</summary>
[GruModel]
[Embedding(4_000, 64)]
[Dropout(0.3)]
[Gru(96, Output = SequenceOutput.EveryStep)]
[Dropout(0.5)]
[Dense(4_000, Activation.Softmax)]
public sealed partial class WordModel;
