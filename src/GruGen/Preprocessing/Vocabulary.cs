using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace GruGen;

/// <summary>
/// The symbols of texts, characters or words, and their tokens: the numbers 0, 1, … that a model with an <see cref="EmbeddingAttribute"/>
/// reads. It never changes. A model that has one (<see cref="SequenceModel{TInput}.Vocabulary"/>) keeps it in its file.
/// </summary>
/// <remarks>
/// <para>Special symbols, such as the one that stands for unknown ones, are in no text: where a text has the same letters, they are a
/// symbol like any other.</para>
/// <para>Keras: <c>StringLookup</c>, <c>TextVectorization</c>, <c>Tokenizer</c>; torchtext: <c>Vocab</c>.</para>
/// </remarks>
public sealed class Vocabulary
{
    private readonly string[] _symbols;
    private readonly string?[] _spaced; // the symbol behind a space, once it was wanted
    private readonly Dictionary<string, int> _tokens = new(StringComparer.Ordinal); // of all symbols
    private readonly Dictionary<string, int> _inTexts = new(StringComparer.Ordinal); // of those that are not special

    /// <summary>A vocabulary of known symbols, such as that of a model that was trained elsewhere.</summary>
    /// <param name="symbols">
    /// The symbols in the order of their tokens. Special ones that are not among them get the first tokens, in the order padding, unknown,
    /// start, end, further ones.
    /// </param>
    /// <param name="tokenization">How a text is cut into symbols.</param>
    /// <param name="options">Special symbols, and whether letters are made small; null for one that stands for unknown symbols.</param>
    /// <exception cref="ArgumentException">
    /// A symbol is empty, half of a surrogate pair, or there twice; there is none; or there are more than
    /// <see cref="VocabularyOptions.MaxCount"/>.
    /// </exception>
    public Vocabulary(IEnumerable<string> symbols, Tokenization tokenization, VocabularyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        Tokenization = Check.Defined(tokenization, nameof(tokenization));
        options ??= new VocabularyOptions();
        LowerCase = options.LowerCase;
        string[] given = [.. symbols], special = [.. options.AllSpecial()];
        _symbols = [.. special.Except(given, StringComparer.Ordinal), .. given];
        _spaced = new string?[_symbols.Length];
        if (_symbols.Length == 0 || _symbols.Length > options.MaxCount)
        {
            throw new ArgumentException(
                $"There are {_symbols.Length} symbols, special ones included, but 1 to {options.MaxCount} are expected.", nameof(symbols));
        }

        for (int token = 0; token < _symbols.Length; token++)
        {
            CheckSymbol(_symbols[token], token);
            if (!_tokens.TryAdd(_symbols[token], token))
            {
                int first = _tokens[_symbols[token]];
                throw new ArgumentException($"'{_symbols[token]}' is there twice, as token {first} and {token}.", nameof(symbols));
            }

            if (!special.Contains(_symbols[token], StringComparer.Ordinal))
            {
                _inTexts.Add(_symbols[token], token);
            }
        }

        if (special.Distinct(StringComparer.Ordinal).Count() != special.Length)
        {
            throw new ArgumentException($"Two special symbols are the same: {string.Join(", ", special)}.", nameof(options));
        }

        PaddingToken = TokenOf(options.PaddingSymbol);
        UnknownToken = TokenOf(options.UnknownSymbol);
        StartToken = TokenOf(options.StartSymbol);
        EndToken = TokenOf(options.EndSymbol);
    }

    /// <summary>The number of tokens, special ones included: at most what a model's <c>Embedding</c> declares.</summary>
    public int Count => _symbols.Length;

    /// <summary>How a text is cut into symbols.</summary>
    public Tokenization Tokenization { get; }

    /// <summary>Whether letters are made small first.</summary>
    public bool LowerCase { get; }

    /// <summary>The token that fills sequences; −1 if there is none. No text has it.</summary>
    public int PaddingToken { get; }

    /// <summary>The token of symbols without one of their own; −1 if there is none.</summary>
    public int UnknownToken { get; }

    /// <summary>The token that begins a sequence; −1 if there is none. No text has it.</summary>
    public int StartToken { get; }

    /// <summary>The token that ends a sequence; −1 if there is none. No text has it.</summary>
    public int EndToken { get; }

    /// <summary>The symbol of a token.</summary>
    /// <param name="token">The token, 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public string this[int token] => _symbols[Checked(token)];

    /// <summary>Gives tokens to the symbols of some texts: to special ones, then to the others, the most frequent one first.</summary>
    /// <remarks>Of symbols that are equally frequent the one that is smaller in ordinal order comes first.</remarks>
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
        string[] special = [.. options.AllSpecial()];
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
            .Where(pair => pair.Value >= options.MinFrequency && !special.Contains(pair.Key, StringComparer.Ordinal))
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key)
            .Take(Math.Max(0, options.MaxCount - special.Length));
        return new Vocabulary([.. special, .. symbols], tokenization, options);
    }

    /// <summary>The token of a symbol, special ones included, if it has one.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="token">Its token, or <see cref="UnknownToken"/>.</param>
    /// <returns>Whether it has a token of its own.</returns>
    public bool TryGetToken(string symbol, out int token)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        if (_tokens.TryGetValue(symbol, out token))
        {
            return true;
        }

        token = UnknownToken;
        return false;
    }

    /// <summary>Turns a text into tokens.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The tokens, without the ones for start and end.</returns>
    /// <exception cref="ArgumentException">A symbol has no token, and there is none for unknown ones.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>(Tokenization == Tokenization.Characters ? text.Length : text.Length / 4);
        var lookup = _inTexts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (ReadOnlySpan<char> symbol in new TextSymbols(Prepared(text, LowerCase), Tokenization))
        {
            tokens.Add(lookup.TryGetValue(symbol, out int token) ? token : Unknown(symbol, tokens.Count, nameof(text)));
        }

        return [.. tokens];
    }

    /// <summary>
    /// Turns symbols that a tokenizer of yours has cut into tokens. They are taken as they are; special ones are none of a text.
    /// </summary>
    /// <param name="symbols">The symbols.</param>
    /// <exception cref="ArgumentException">
    /// A symbol is null, or has no token, and there is none for unknown ones.
    /// </exception>
    public int[] EncodeSymbols(IEnumerable<string> symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        return
        [
            .. symbols.Select((symbol, i) => symbol is null
                ? throw new ArgumentException($"Symbol {i} is null.", nameof(symbols))
                : _inTexts.TryGetValue(symbol, out int token) ? token : Unknown(symbol, i, nameof(symbols))),
        ];
    }

    /// <summary>Turns tokens into a text.</summary>
    /// <remarks>
    /// Words are joined by spaces, and punctuation stands where it does in English, so the text is the one that was encoded but for white
    /// space, letters that were made small, and what was left out. Special symbols are no part of it but the one for unknown ones.
    /// </remarks>
    /// <param name="tokens">The tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public string Decode(params ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder();
        int before = -1;
        foreach (int token in tokens)
        {
            text.Append(TextOf(Checked(token), before));
            before = IsWritten(token) ? token : before;
        }

        return text.ToString();
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

    /// <summary>The number of tokens, how many of them are special, and how texts are cut.</summary>
    public override string ToString()
    {
        string kind = Tokenization switch
        {
            Tokenization.Characters => "characters",
            Tokenization.Words => "words",
            Tokenization.WordsAndPunctuation => "words and punctuation",
            _ => "symbols between white space",
        };
        int special = _tokens.Count - _inTexts.Count;
        return string.Create(
            CultureInfo.InvariantCulture, $"{Count:N0} tokens: {_inTexts.Count:N0} {kind}{(special > 0 ? $", {special} special" : "")}");
    }

    /// <summary>Whether a token stands for no part of a text.</summary>
    internal bool IsSpecial(int token) => !_inTexts.ContainsKey(_symbols[token]);

    /// <summary>What a token adds to a text behind another one, or at its start, where <paramref name="before"/> is −1.</summary>
    internal string TextOf(int token, int before)
    {
        if (!IsWritten(token))
        {
            return "";
        }

        bool space = before >= 0 && Tokenization != Tokenization.Characters
            && (Tokenization == Tokenization.WhiteSpace || Punctuation.HasSpaceBetween(_symbols[before], _symbols[token]));
        return space ? _spaced[token] ??= " " + _symbols[token] : _symbols[token];
    }

    /// <summary>Whether a token is to be seen in a text.</summary>
    internal bool IsWritten(int token) => token == UnknownToken || !IsSpecial(token);

    private static string Prepared(string text, bool lowerCase) => lowerCase ? text.ToLowerInvariant() : text;

    private static void CheckSymbol(string? symbol, int token)
    {
        if (string.IsNullOrEmpty(symbol))
        {
            throw new ArgumentException($"The symbol of token {token} is {(symbol is null ? "null" : "empty")}.", "symbols");
        }

        foreach (Rune rune in symbol.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !symbol.Contains('\uFFFD', StringComparison.Ordinal))
            {
                throw new ArgumentException($"The symbol of token {token} has half of a surrogate pair.", "symbols");
            }
        }
    }

    private int TokenOf(string? symbol) => symbol is null ? -1 : _tokens[symbol];

    private int Unknown(ReadOnlySpan<char> symbol, int place, string name) => UnknownToken >= 0
        ? UnknownToken
        : throw new ArgumentException(
            $"Symbol {place} of '{name}' is '{symbol}', which is none of the {Count} of the vocabulary, and it has none for unknown ones.",
            name);

    private int Checked(int token) => (uint)token < (uint)Count
        ? token
        : throw new ArgumentOutOfRangeException(
            nameof(token), token, $"There is no token {token}; the vocabulary has the tokens 0 to {Count - 1}.");
}
