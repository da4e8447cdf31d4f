using System.Runtime.InteropServices;

namespace GruGen;

/// <content>What is counted in many texts.</content>
public sealed partial class Vocabulary
{
    /// <summary>Gives tokens to the symbols of some texts: to special ones, then to the others, the most frequent one first.</summary>
    /// <remarks>
    /// Of symbols that are equally frequent the one that is smaller in ordinal order comes first. One with half of a surrogate pair gets no
    /// token.
    /// </remarks>
    /// <param name="texts">The texts to learn from; not those to test on, whose words a program could not know.</param>
    /// <param name="tokenization">How a text is cut into symbols.</param>
    /// <param name="options">Which symbols get a token, and which are special; null for all, and one for unknown symbols.</param>
    /// <exception cref="ArgumentException">
    /// A text is null; there is no symbol; two special symbols are the same, or there are more than
    /// <see cref="VocabularyOptions.MaxCount"/> of them.
    /// </exception>
    public static Vocabulary FromTexts(IEnumerable<string> texts, Tokenization tokenization, VocabularyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Check.Defined(tokenization, nameof(tokenization));
        options ??= new VocabularyOptions();
        HashSet<string> special = new(options.AllSpecial(), StringComparer.Ordinal);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string? text in texts)
        {
            string small = Prepared(text ?? throw new ArgumentException("A text is null.", nameof(texts)), options.LowerCase);
            foreach (ReadOnlySpan<char> symbol in new TextSymbols(small, tokenization))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, symbol, out _)++;
            }
        }

        IEnumerable<string> symbols = counts
            .Where(pair => pair.Value >= options.MinFrequency && !special.Contains(pair.Key) && IsWellFormed(pair.Key))
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key)
            .Take(Math.Max(0, options.MaxCount - special.Count));
        return new Vocabulary([.. options.AllSpecial(), .. symbols], tokenization, options);
    }

    /// <summary>The part of the symbols of some texts that have a token of their own, 0 to 1; NaN if there are no symbols.</summary>
    /// <param name="texts">The texts.</param>
    /// <exception cref="ArgumentException">A text is null.</exception>
    public double Coverage(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        long all = 0, known = 0;
        var lookup = _inTexts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string? text in texts)
        {
            string small = Prepared(text ?? throw new ArgumentException("A text is null.", nameof(texts)), LowerCase);
            foreach (ReadOnlySpan<char> symbol in new TextSymbols(small, Tokenization))
            {
                all++;
                known += lookup.ContainsKey(symbol) ? 1 : 0;
            }
        }

        return (double)known / all;
    }
}
