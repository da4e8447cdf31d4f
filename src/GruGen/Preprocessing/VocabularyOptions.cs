namespace GruGen;

/// <summary>Which symbols of texts get a token, and which tokens have a meaning of their own.</summary>
public sealed record VocabularyOptions
{
    /// <summary>
    /// The largest number of tokens, special ones included; the most frequent symbols get one (Keras' <c>max_tokens</c>,
    /// <c>num_words</c>). No limit by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxCount
    {
        get;
        init => field = Check.Positive(value, nameof(MaxCount));
    } = int.MaxValue;

    /// <summary>How often a symbol must be there to get a token (torchtext's <c>min_freq</c>); once by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MinFrequency
    {
        get;
        init => field = Check.Positive(value, nameof(MinFrequency));
    } = 1;

    /// <summary>Whether texts are made lower-case first, by the rules of no particular language.</summary>
    public bool LowerCase { get; init; }

    /// <summary>The symbol of the token that fills sequences; null, the default, for none.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? PaddingSymbol
    {
        get;
        init => field = NullOrNotEmpty(value, nameof(PaddingSymbol));
    }

    /// <summary>
    /// The symbol of the token that stands for all symbols without one, <c>&lt;unk&gt;</c> by default. Null for none: a text with a symbol
    /// that has no token is then refused.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? UnknownSymbol
    {
        get;
        init => field = NullOrNotEmpty(value, nameof(UnknownSymbol));
    } = "<unk>";

    /// <summary>The symbol of the token that begins a sequence; null, the default, for none.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? StartSymbol
    {
        get;
        init => field = NullOrNotEmpty(value, nameof(StartSymbol));
    }

    /// <summary>The symbol of the token that ends a sequence; null, the default, for none.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? EndSymbol
    {
        get;
        init => field = NullOrNotEmpty(value, nameof(EndSymbol));
    }

    /// <summary>Further symbols with a token that is in no text, such as one that separates question and answer; none by default.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<string> SpecialSymbols
    {
        get;
        init => field = [.. value ?? throw new ArgumentNullException(nameof(SpecialSymbols))];
    } = [];

    /// <summary>All symbols that are in no text, in the order in which they get their tokens.</summary>
    internal IEnumerable<string> AllSpecial()
    {
        string?[] own = [PaddingSymbol, UnknownSymbol, StartSymbol, EndSymbol];
        return own.OfType<string>().Concat(SpecialSymbols);
    }

    private static string? NullOrNotEmpty(string? value, string name) => value is null ? null : Check.NotEmpty(value, name);
}
