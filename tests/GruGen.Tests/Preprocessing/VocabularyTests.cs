namespace GruGen.Tests.Preprocessing;

/// <summary>Symbols of texts and their tokens.</summary>
public class VocabularyTests
{
    private static readonly VocabularyOptions s_withoutUnknown = new() { UnknownSymbol = null };

    [Theory]
    [InlineData(Tokenization.Words, "Don't stop — it's 1,5 km!", "Don't|stop|it's|1|5|km")]
    [InlineData(Tokenization.WordsAndPunctuation, "Don't stop — it's 1,5 km!", "Don't|stop|—|it's|1|,|5|km|!")]
    [InlineData(Tokenization.WordsAndPunctuation, "'tis the dogs' 'day'", "'|tis|the|dogs|'|'|day|'")]
    [InlineData(Tokenization.WordsAndPunctuation, "cafe\u0301 \U0001F40B!", "cafe\u0301|\U0001F40B|!")]
    [InlineData(Tokenization.WhiteSpace, "  a <unk>\tb-c\n\u00A0d ", "a|<unk>|b-c|d")]
    [InlineData(Tokenization.Characters, "a \U0001F40B.", "a| |\U0001F40B|.")]
    [InlineData(Tokenization.Words, "", "")]
    [InlineData(Tokenization.Words, " -- ", "")]
    public void Texts_are_cut_into_symbols(Tokenization tokenization, string text, string symbols)
    {
        string[] expected = symbols.Split('|', StringSplitOptions.RemoveEmptyEntries);
        var vocabulary = new Vocabulary([.. expected.Distinct(), "other"], tokenization, s_withoutUnknown);
        Assert.Equal(expected, vocabulary.Encode(text).Select(token => vocabulary[token]));
    }

    [Fact]
    public void The_most_frequent_symbols_get_the_first_tokens()
    {
        Vocabulary vocabulary = Vocabulary.FromTexts(["b a c", "b c", "b d"], Tokenization.Words);
        Assert.Equal(["<unk>", "b", "c", "a", "d"], Enumerable.Range(0, vocabulary.Count).Select(token => vocabulary[token]));
        Assert.Equal((0, -1, -1, -1), (vocabulary.UnknownToken, vocabulary.PaddingToken, vocabulary.StartToken, vocabulary.EndToken));
        Assert.Equal("5 tokens: 4 words, 1 special", vocabulary.ToString());
    }

    [Theory]
    [InlineData(3, 1, new[] { "<unk>", "b", "c" })]
    [InlineData(1, 1, new[] { "<unk>" })]
    [InlineData(100, 2, new[] { "<unk>", "b", "c" })]
    [InlineData(100, 4, new[] { "<unk>" })]
    public void Rare_symbols_are_unknown(int maxCount, int minFrequency, string[] symbols)
    {
        var options = new VocabularyOptions { MaxCount = maxCount, MinFrequency = minFrequency };
        Vocabulary vocabulary = Vocabulary.FromTexts(["b a c", "b c", "b d"], Tokenization.Words, options);
        Assert.Equal(symbols, Enumerable.Range(0, vocabulary.Count).Select(token => vocabulary[token]));
        Assert.Equal(symbols.Length > 1 ? [1, 0] : [0, 0], vocabulary.Encode("b e"));
        Assert.Equal(symbols.Length > 1 ? 5.0 / 7 : 0, vocabulary.Coverage(["b a c", "b c", "b d"]));
    }

    [Fact]
    public void Special_symbols_are_in_no_text()
    {
        var options = new VocabularyOptions
        {
            PaddingSymbol = "<pad>",
            StartSymbol = "<s>",
            EndSymbol = "</s>",
            SpecialSymbols = ["<sep>"],
        };
        Vocabulary vocabulary = Vocabulary.FromTexts(["<s> one <pad> <unk> two </s> <sep>"], Tokenization.WhiteSpace, options);
        Assert.Equal(7, vocabulary.Count);
        Assert.Equal([0, 1, 2, 3], [vocabulary.PaddingToken, vocabulary.UnknownToken, vocabulary.StartToken, vocabulary.EndToken]);
        Assert.Equal([1, 5, 1, 1, 6], vocabulary.Encode("<pad> one <sep> <unk> two"));
        Assert.Equal([5, 1], vocabulary.EncodeSymbols(["one", "<s>"]));
        Assert.True(vocabulary.TryGetToken("<sep>", out int separator));
        Assert.False(vocabulary.TryGetToken("three", out int unknown));
        Assert.Equal((4, 1), (separator, unknown));
        Assert.Equal("one <unk> two", vocabulary.Decode(2, 5, 4, 1, 6, 3, 0, 0));
    }

    [Fact]
    public void Special_symbols_among_those_given_keep_their_places()
    {
        var options = new VocabularyOptions { UnknownSymbol = null, StartSymbol = "<start>", EndSymbol = "<end>" };
        var vocabulary = new Vocabulary(["0", "1", "<end>", "<start>"], Tokenization.Characters, options);
        Assert.Equal((4, 3, 2, -1), (vocabulary.Count, vocabulary.StartToken, vocabulary.EndToken, vocabulary.UnknownToken));
        Assert.Equal("101", vocabulary.Decode(vocabulary.Encode("101")));
    }

    [Theory]
    [InlineData("\"Call me Ishmael,\" he said; the White-whale (so called) swam… on!")]
    [InlineData("well--the end.")]
    [InlineData("£5 or 6/7?")]
    public void Sentences_come_back(string text)
    {
        Vocabulary words = Vocabulary.FromTexts([text], Tokenization.WordsAndPunctuation);
        string decoded = words.Decode(words.Encode(text));
        Assert.Equal(text.Replace(" ", ""), decoded.Replace(" ", ""));
        if (!text.Contains('"'))
        {
            Assert.Equal(text, decoded); // of straight quotation marks nobody knows which side they belong to
        }

        Vocabulary characters = Vocabulary.FromTexts([text], Tokenization.Characters);
        Assert.Equal(text, characters.Decode(characters.Encode(text)));
    }

    [Fact]
    public void Letters_are_made_small_where_it_is_asked()
    {
        Vocabulary vocabulary = Vocabulary.FromTexts(["The the THE", "ÄÖ"], Tokenization.Words, new() { LowerCase = true });
        Assert.Equal(["<unk>", "the", "äö"], Enumerable.Range(0, 3).Select(token => vocabulary[token]));
        Assert.Equal([1, 2, 0], vocabulary.Encode("tHe äÖ x"));
        Assert.True(vocabulary.LowerCase);
    }

    [Fact]
    public void A_symbol_without_a_token_is_refused_where_none_is_for_unknown_ones()
    {
        var vocabulary = new Vocabulary(["a", "b"], Tokenization.Characters, s_withoutUnknown);
        var exception = Assert.Throws<ArgumentException>("text", () => vocabulary.Encode("abc"));
        Assert.Contains("Symbol 2 of 'text' is 'c', which is none of the 2 of the vocabulary", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("symbols", () => vocabulary.EncodeSymbols(["c"]));
        Assert.Throws<ArgumentException>("symbols", () => vocabulary.EncodeSymbols([null!]));
        Assert.Throws<ArgumentNullException>("text", () => vocabulary.Encode(null!));
        Assert.Throws<ArgumentOutOfRangeException>("token", () => vocabulary[2]);
        Assert.Throws<ArgumentOutOfRangeException>("token", () => vocabulary.Decode(0, -1));
        Assert.Equal(double.NaN, vocabulary.Coverage([]));
    }

    [Fact]
    public void What_is_no_vocabulary_is_refused()
    {
        Refused("symbols", "'a' is there twice, as token 0 and 2", ["a", "b", "a"], s_withoutUnknown);
        Refused("symbols", "The symbol of token 1 is empty", ["a", ""], s_withoutUnknown);
        Refused("symbols", "The symbol of token 0 is null", [null!], s_withoutUnknown);
        Refused("symbols", "The symbol of token 0 has half of a surrogate pair", ["\uD83D"], s_withoutUnknown);
        Refused("symbols", "The symbol of token 1 has half of a surrogate pair", ["a", "\uFFFD\uD83D"], s_withoutUnknown);
        Refused("symbols", "There are 0 symbols", [], s_withoutUnknown);
        Refused("symbols", "There are 3 symbols, special ones included, but 1 to 2 are expected", ["a", "b"], new() { MaxCount = 2 });
        Refused("options", "Two special symbols are the same", ["a"], new() { PaddingSymbol = "<unk>" });
        Assert.Throws<ArgumentOutOfRangeException>("tokenization", () => new Vocabulary(["a"], (Tokenization)9));
        Assert.Throws<ArgumentException>("symbols", () => Vocabulary.FromTexts([""], Tokenization.Words, s_withoutUnknown));
        Assert.Throws<ArgumentException>("texts", () => Vocabulary.FromTexts([null!], Tokenization.Words));
        Assert.Throws<ArgumentException>("PaddingSymbol", () => new VocabularyOptions { PaddingSymbol = "" });
        Assert.Throws<ArgumentNullException>("SpecialSymbols", () => new VocabularyOptions { SpecialSymbols = null! });
        Assert.Throws<ArgumentOutOfRangeException>("MaxCount", () => new VocabularyOptions { MaxCount = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("MinFrequency", () => new VocabularyOptions { MinFrequency = 0 });

        static void Refused(string name, string message, string[] symbols, VocabularyOptions options)
        {
            var exception = Assert.Throws<ArgumentException>(name, () => new Vocabulary(symbols, Tokenization.Characters, options));
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_special_symbol_in_a_text_is_named_where_none_is_for_unknown_ones()
    {
        Vocabulary vocabulary = Vocabulary.FromTexts(["ab\n"], Tokenization.Characters, new() { EndSymbol = "\n", UnknownSymbol = null });
        Assert.Equal([1, 2], vocabulary.Encode("ab"));
        var exception = Assert.Throws<ArgumentException>("text", () => vocabulary.Encode("a\n"));
        Assert.Contains("which is a special symbol and in no text", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_special_symbols_take_no_longer_than_others()
    {
        string[] symbols = [.. Enumerable.Range(0, 60_000).Select(i => $"s{i}")];
        var vocabulary = new Vocabulary(symbols, Tokenization.Words, new() { SpecialSymbols = symbols, UnknownSymbol = null });
        Assert.True(vocabulary.IsSpecial(59_999));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_in_a_text_is_unknown()
    {
        Vocabulary vocabulary = Vocabulary.FromTexts(["abc\uD83D", "\uDE00"], Tokenization.Characters);
        Assert.Equal(4, vocabulary.Count);
        Assert.Equal([vocabulary.Encode("a")[0], vocabulary.UnknownToken], vocabulary.Encode("a\uD83D"));
    }
}
