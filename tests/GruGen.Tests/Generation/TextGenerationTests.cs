using GruGen.Tests.Passes;

namespace GruGen.Tests.Generation;

[GruModel, Embedding(12, 8), Gru(16, Output = SequenceOutput.EveryStep), Dense(12, Activation.Softmax)]
internal sealed partial class SentenceWriter;

/// <summary>What is written after prompts that are texts.</summary>
public class TextGenerationTests
{
    private const string Sentence = "the whale, the sea.";

    private static readonly GenerationOptions s_greedy = new() { MaxTokens = 12, Sampling = new() { Temperature = 0 } };

    [Fact]
    public void Words_are_written_with_spaces_where_they_belong()
    {
        SentenceWriter model = Trained(Tokenization.WordsAndPunctuation, new VocabularyOptions { EndSymbol = "<end>" });
        Assert.Equal(", the sea.", model.GenerateText("the whale", s_greedy));
        Assert.Equal([",", " the", " sea", "."], model.GenerateSymbols("the whale", s_greedy));
        Assert.Equal(["."], model.GenerateSymbols("the whale, the sea", s_greedy));
        Assert.Equal("whale, the sea.", model.GenerateText("the ", s_greedy)); // the space is there
        Assert.Equal([" whale, the sea.", ", the sea.", "."], model.GenerateTexts(["the", "the whale", "the whale, the sea"], s_greedy));
    }

    [Fact]
    public void A_text_may_begin_with_the_start_token()
    {
        SentenceWriter model = Trained(Tokenization.WordsAndPunctuation, new VocabularyOptions { StartSymbol = "<s>", EndSymbol = "</s>" });
        Assert.Equal(Sentence, model.GenerateText("", s_greedy));
        Assert.Equal([Sentence, ", the sea."], model.GenerateTexts(["", "the whale"], s_greedy));

        model = Trained(Tokenization.Characters, new VocabularyOptions { UnknownSymbol = null });
        Assert.Contains("has no tokens", Assert.Throws<ArgumentException>(() => model.GenerateText("", s_greedy)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_are_written_as_they_are()
    {
        SentenceWriter model = Trained(Tokenization.Characters, new VocabularyOptions { UnknownSymbol = null });
        int[] stop = model.Vocabulary!.Encode(".");
        Assert.Equal("hale, the sea", model.GenerateText("the w", s_greedy with { MaxTokens = 50, StopTokens = stop }));
        Assert.Equal("hale, the sea", string.Concat(model.GenerateSymbols("the w", s_greedy with { MaxTokens = 50, StopTokens = stop })));
    }

    /// <summary>A model that has learned nothing, so that any token would come.</summary>
    [Fact]
    public void Only_symbols_of_texts_are_written()
    {
        var options = new VocabularyOptions { PaddingSymbol = "<pad>", StartSymbol = "<s>", SpecialSymbols = ["<sep>"] };
        var model = new SentenceWriter(0) { Vocabulary = new Vocabulary(["a", "b", "c"], Tokenization.WhiteSpace, options) };
        Assert.Equal(7, model.Vocabulary.Count); // of twelve
        var many = new GenerationOptions { MaxTokens = 2_000 };
        Assert.Equal([" a", " b", " c"], model.GenerateSymbols("a", many).Distinct().Order());

        int[] written = [.. model.Generate([3, 4], many)]; // of tokens, all
        Assert.Equal(12, written.Distinct().Count());

        int unknown = model.Vocabulary.UnknownToken;
        Assert.True(model.GenerateSymbols("a", many with { StopTokens = [unknown] }).Count() < 1_000);
    }

    [Fact]
    public void A_symbol_allocates_nothing()
    {
        SentenceWriter model = Trained(Tokenization.WordsAndPunctuation, new VocabularyOptions());
        using IEnumerator<string> text = model.GenerateSymbols("the", new() { MaxTokens = int.MaxValue }).GetEnumerator();
        for (int i = 0; i < 500; i++)
        {
            text.MoveNext(); // each word has been behind a space once
        }

        Allocated.Nothing("A symbol", () => text.MoveNext());
    }

    [Fact]
    public void What_is_missing_is_said()
    {
        var model = new SentenceWriter(0);
        Assert.Contains("has no vocabulary", Assert.Throws<InvalidOperationException>(() => model.GenerateText("a")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.GenerateTexts(["a"]));
        model.Vocabulary = new Vocabulary(["a", "b"], Tokenization.WhiteSpace, new VocabularyOptions { UnknownSymbol = null });
        Assert.Throws<ArgumentException>(() => model.GenerateText("a c"));
        Assert.Throws<ArgumentNullException>(() => model.GenerateText(null!));
        Assert.Contains("Prompt 1 is null", Assert.Throws<ArgumentException>(() => model.GenerateTexts(["a", null!])).Message, StringComparison.Ordinal);
        Assert.Empty(model.GenerateTexts([]));
    }

    /// <summary>A model that knows one sentence by heart.</summary>
    private static SentenceWriter Trained(Tokenization tokenization, VocabularyOptions options)
    {
        var model = new SentenceWriter(0) { Vocabulary = Vocabulary.FromTexts([Sentence], tokenization, options) };
        int[] Or(int token) => token < 0 ? [] : [token];
        int[] tokens = [.. Or(model.Vocabulary.StartToken), .. model.Encode(Sentence), .. Or(model.Vocabulary.EndToken)];
        SequenceDataset<int> data = SentenceWriter.CreateDataset();
        for (int i = 0; i < 20; i++)
        {
            data.AddPerStep(tokens.AsSpan(..^1), labels: tokens.AsSpan(1..));
        }

        model.Fit(data, new TrainingOptions { Epochs = 40, BatchSize = 4, Optimizer = new Adam(0.01) });
        return model;
    }
}
