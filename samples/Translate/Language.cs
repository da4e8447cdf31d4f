using System.Globalization;
using GruGen;

namespace Translate;

/// <summary>
/// A way to write numbers, and its tokens. A reader has the tokens 0, 1, …; a writer has two more: it gives the one for the end last, and
/// reads the one for the start first.
/// </summary>
/// <param name="Vocabulary">The tokens.</param>
/// <param name="Text">The text of a number.</param>
internal sealed record Language(Vocabulary Vocabulary, Func<int, string> Text)
{
    public const int DigitCount = 10, WordCount = 32;

    private const string End = "<end>", Start = "<start>";

    private static readonly VocabularyOptions s_options = new() { UnknownSymbol = null, StartSymbol = Start, EndSymbol = End };

    /// <summary>Digits: 307.</summary>
    public static Language Numerals { get; } = new(
        new Vocabulary(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", End, Start], Tokenization.Characters, s_options),
        number => number.ToString(CultureInfo.InvariantCulture));

    /// <summary>English words: three hundred and seven. The hyphen is a token of its own.</summary>
    public static Language Words { get; } = new(
        new Vocabulary([.. NumberWords.All, "-", End, Start], Tokenization.WordsAndPunctuation, s_options), NumberWords.Of);

    /// <summary>A number as tokens.</summary>
    public int[] Encode(int number) => Vocabulary.Encode(Text(number));
}
