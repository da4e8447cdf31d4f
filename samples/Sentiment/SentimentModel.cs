using GruGen;

namespace Sentiment;

/// <summary>Reads a review word by word and gives the probability that it is a good one.</summary>
[GruModel(Initialization = Initialization.Keras)]
[Embedding(10_000, 32, PaddingToken = 0)]
[Dropout(0.5)]
[Gru(32)]
[Dropout(0.3)]
[Dense(1, Activation.Sigmoid)]
public sealed partial class SentimentModel;
