using GruGen;

namespace FirstNames;

/// <summary>Reads a first name letter by letter and gives the probability that it is a woman's.</summary>
[GruModel]
[Embedding(27, 16)]
[Gru(64)]
[Dense(1, Activation.Sigmoid)]
public sealed partial class GenderModel;
