using System.Globalization;
using System.Text;

namespace GruGen;

/// <summary>The symbols of a text, one after another, without a copy of any.</summary>
/// <param name="text">The text.</param>
/// <param name="tokenization">How it is cut.</param>
internal ref struct TextSymbols(ReadOnlySpan<char> text, Tokenization tokenization)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>The symbol that <see cref="MoveNext"/> has found.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    public readonly TextSymbols GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int length = FirstLength(out bool isSymbol);
            Current = _rest[..length];
            _rest = _rest[length..];
            if (isSymbol)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The length of the symbol that the rest of the text begins with, or of what only separates symbols.</summary>
    private readonly int FirstLength(out bool isSymbol)
    {
        int first = Scalar(_rest, out Rune rune);
        switch (tokenization)
        {
            case Tokenization.Characters:
                isSymbol = true;
                return first;
            case Tokenization.WhiteSpace:
                isSymbol = !Rune.IsWhiteSpace(rune);
                return isSymbol ? LengthWhile(static (rune, _) => !Rune.IsWhiteSpace(rune)) : first;
            default:
                bool isWord = IsOfWord(rune);
                isSymbol = isWord || (tokenization == Tokenization.WordsAndPunctuation && !Rune.IsWhiteSpace(rune));
                return isWord ? LengthWhile(static (rune, rest) => IsOfWord(rune) || IsInside(rune, rest)) : first;
        }
    }

    private readonly int LengthWhile(RuneCondition belongs)
    {
        int length = 0;
        while (length < _rest.Length)
        {
            int next = Scalar(_rest[length..], out Rune rune);
            if (!belongs(rune, _rest[(length + next)..]))
            {
                break;
            }

            length += next;
        }

        return length;
    }

    /// <summary>The character at the start of a text, and the number of its UTF-16 units; half a surrogate pair is U+FFFD.</summary>
    private static int Scalar(ReadOnlySpan<char> text, out Rune rune)
    {
        Rune.DecodeFromUtf16(text, out rune, out int length);
        return length;
    }

    /// <summary>Letters and digits, and the accents that stand behind their letter.</summary>
    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>Whether it is an apostrophe before more of the word.</summary>
    private static bool IsInside(Rune rune, ReadOnlySpan<char> rest)
    {
        if (rune.Value is not ('\'' or '’') || rest.IsEmpty)
        {
            return false;
        }

        Scalar(rest, out Rune next);
        return IsOfWord(next);
    }

    private delegate bool RuneCondition(Rune rune, ReadOnlySpan<char> rest);
}
