namespace GruGen.Tests.Preprocessing;

/// <summary>The snippets about vocabularies of docs/text.md.</summary>
public class VocabularyPageTests
{
    private static readonly string[] s_reviews = ["What a lovely film!", "The film was long, and I slept.", "Lovely, lovely."];

    [Fact]
    public void A_vocabulary_is_learned_from_texts()
    {
        string[] reviews = s_reviews;
        var vocabulary = Vocabulary.FromTexts(
            reviews,
            Tokenization.WordsAndPunctuation,
            new VocabularyOptions { MaxCount = PageReview.InputSize, PaddingSymbol = "<pad>", LowerCase = true });
        int[] tokens = vocabulary.Encode("A lovely evening!"); // evening is in none of the texts: <unk>
        string text = vocabulary.Decode(tokens);

        Assert.Equal("a lovely <unk>!", text);
        Assert.Equal("15 tokens: 13 words and punctuation, 2 special", vocabulary.ToString());
    }

    [Fact]
    public void A_vocabulary_is_given()
    {
        var digits = new Vocabulary(
            ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "<end>", "<start>"],
            Tokenization.Characters,
            new VocabularyOptions { UnknownSymbol = null, StartSymbol = "<start>", EndSymbol = "<end>" });

        Assert.Equal([3, 0, 7], digits.Encode("307"));
        Assert.Equal((11, 10), (digits.StartToken, digits.EndToken));
    }

    [Fact]
    public void A_model_has_its_vocabulary_and_the_names_of_its_labels()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var vocabulary = Vocabulary.FromTexts(s_reviews, Tokenization.WordsAndPunctuation, new() { PaddingSymbol = "<pad>" });
        try
        {
            var model = new PageReview { Vocabulary = vocabulary, LabelNames = ["negative", "positive"] };
            model.Save(path);

            PageReview loaded = PageReview.Load(path);
            string label = loaded.PredictLabelName("The film was lovely.");
            float probability = loaded.Predict("The film was lovely.");
            int[] labels = loaded.PredictLabels(["Lovely!", "I slept."]);

            Assert.Equal(probability > 0.5f ? "positive" : "negative", label);
            Assert.Equal([loaded.PredictLabel("Lovely!"), loaded.PredictLabel("I slept.")], labels);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Texts_are_added_as_tokens()
    {
        (string Text, int Label)[] reviews = [.. s_reviews.Select((text, i) => (text, i % 2))];
        var vocabulary = Vocabulary.FromTexts(s_reviews, Tokenization.WordsAndPunctuation, new() { PaddingSymbol = "<pad>" });
        SequenceDataset<int> data = PageReview.CreateDataset();
        foreach ((string text, int label) in reviews)
        {
            data.Add(vocabulary.Encode(text), label);
        }

        Assert.Equal(3, data.Count);
        Assert.Equal(9, data.MaxLength);
    }
}

/// <summary>A review's polarity.</summary>
[GruModel]
[Embedding(100, 8, PaddingToken = 0)]
[Gru(8)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class PageReview;
