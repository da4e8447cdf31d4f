using System.Globalization;

namespace Translate;

/// <summary>
/// A way to write numbers, and its tokens. A reader has the tokens 0, 1, …; a writer has two more: it gives <see cref="EndToken"/> last, and reads
/// <see cref="StartToken"/> first.
/// </summary>
internal abstract class Language
{
    public const int DigitCount = 10, WordCount = 32;

    private readonly string[] _tokens;

    private Language(params string[] tokens) => _tokens = tokens;

    /// <summary>Digits: 307.</summary>
    public static Language Numerals { get; } = new NumeralLanguage();

    /// <summary>English words: three hundred and seven. The hyphen is a token of its own.</summary>
    public static Language Words { get; } = new WordLanguage();

    /// <summary>What a writer gives at the end.</summary>
    public int EndToken => _tokens.Length;

    /// <summary>What a writer reads before its first token.</summary>
    public int StartToken => _tokens.Length + 1;

    /// <summary>The text of a number.</summary>
    public abstract string Text(int number);

    /// <summary>A number as tokens.</summary>
    public int[] Tokens(int number) => [.. Split(Text(number)).Select(token => Array.IndexOf(_tokens, token))];

    /// <summary>The text that tokens are.</summary>
    public string Text(int[] tokens) => Join(tokens.Select(token => _tokens[token]));

    protected abstract IEnumerable<string> Split(string text);

    protected abstract string Join(IEnumerable<string> tokens);

    private sealed class NumeralLanguage() : Language("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
    {
        public override string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

        protected override IEnumerable<string> Split(string text) => text.Select(digit => digit.ToString());

        protected override string Join(IEnumerable<string> tokens) => string.Concat(tokens);
    }

    private sealed class WordLanguage() : Language([.. NumberWords.All, "-"])
    {
        public override string Text(int number) => NumberWords.Of(number);

        protected override IEnumerable<string> Split(string text) => text.Replace("-", " - ", StringComparison.Ordinal).Split(' ');

        protected override string Join(IEnumerable<string> tokens) => string.Join(' ', tokens).Replace(" - ", "-", StringComparison.Ordinal);
    }
}
