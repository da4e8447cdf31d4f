using GruGen;

namespace Translate;

/// <summary>Reads a number in words; its final state is what it has understood.</summary>
[GruModel]
[Embedding(Language.WordCount, 16)]
[Gru(128)]
public sealed partial class WordReader;

/// <summary>Writes a numeral, digit by digit, from what a reader has understood.</summary>
[GruModel]
[Embedding(Language.DigitCount + 2, 16)]
[Gru(128, Output = SequenceOutput.EveryStep)]
[Dense(Language.DigitCount + 1, Activation.Softmax)]
public sealed partial class NumeralWriter;

/// <summary>Reads a numeral, digit by digit.</summary>
[GruModel]
[Embedding(Language.DigitCount, 16)]
[Gru(128)]
public sealed partial class NumeralReader;

/// <summary>Writes a number in words, word by word.</summary>
[GruModel]
[Embedding(Language.WordCount + 2, 16)]
[Gru(128, Output = SequenceOutput.EveryStep)]
[Dense(Language.WordCount + 1, Activation.Softmax)]
public sealed partial class WordWriter;
