using System.Buffers;
using System.Globalization;
using System.Text;

namespace GruGen;

/// <summary>
/// The symbols of texts, characters or words, and their tokens: the numbers 0, 1, … that a model with an <see cref="EmbeddingAttribute"/>
/// reads. It never changes. A model that has one (<see cref="SequenceModel{TInput}.Vocabulary"/>) keeps it in its file.
/// </summary>
/// <remarks>
/// <para>Special symbols, such as the one for the end, are in no text: where a text has the same characters, that is a symbol without a
/// token. So padding and ends cannot be written into a text.</para>
/// <para>Keras: <c>StringLookup</c>, <c>TextVectorization</c>, <c>Tokenizer</c>; torchtext: <c>Vocab</c>.</para>
/// </remarks>
public sealed partial class Vocabulary
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
    /// <param name="options">Special symbols, and whether texts are made lower-case; null for one that stands for unknown symbols.</param>
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
        HashSet<string> inNoText = new(special, StringComparer.Ordinal);
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

            if (!inNoText.Contains(_symbols[token]))
            {
                _inTexts.Add(_symbols[token], token);
            }
        }

        if (inNoText.Count != special.Length)
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

    /// <summary>Whether texts are made lower-case first.</summary>
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
    /// space, capitals that were made lower-case, and what was left out. Special symbols are no part of it but the one for unknown ones.
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

    /// <summary>Whether a text has no half of a surrogate pair, so that a file can have it.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    private static string Prepared(string text, bool lowerCase) => lowerCase ? text.ToLowerInvariant() : text;

    private static void CheckSymbol(string? symbol, int token)
    {
        if (string.IsNullOrEmpty(symbol))
        {
            throw new ArgumentException($"The symbol of token {token} is {(symbol is null ? "null" : "empty")}.", "symbols");
        }

        if (!IsWellFormed(symbol))
        {
            throw new ArgumentException($"The symbol of token {token} has half of a surrogate pair.", "symbols");
        }
    }

    private int TokenOf(string? symbol) => symbol is null ? -1 : _tokens[symbol];

    private int Unknown(ReadOnlySpan<char> symbol, int place, string name)
    {
        if (UnknownToken >= 0)
        {
            return UnknownToken;
        }

        string reason = _tokens.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(symbol)
            ? "which is a special symbol and in no text"
            : $"which is none of the {Count} of the vocabulary";
        throw new ArgumentException($"Symbol {place} of '{name}' is '{symbol}', {reason}; there is no token for unknown ones.", name);
    }

    private int Checked(int token) => (uint)token < (uint)Count
        ? token
        : throw new ArgumentOutOfRangeException(
            nameof(token), token, $"There is no token {token}; the vocabulary has the tokens 0 to {Count - 1}.");
}
