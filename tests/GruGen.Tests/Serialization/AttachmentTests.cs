using GruGen.Tests.Passes;

namespace GruGen.Tests.Serialization;

/// <summary>Vocabularies, names of labels and scalers, which are in the file of their model.</summary>
public class AttachmentTests
{
    private static readonly string[] s_topics = ["news", "sports", "weather"];

    private static readonly Vocabulary s_words = Vocabulary.FromTexts(
        ["Rain — \"again\" \\ \u00E9\u0301 \U0001F40B", "the match"],
        Tokenization.WordsAndPunctuation,
        new() { PaddingSymbol = "<pad>", EndSymbol = "</s>", SpecialSymbols = ["<sep>"], LowerCase = true });

    [Fact]
    public void A_file_has_all_that_a_program_needs()
    {
        var written = new AttachedTopics(seed: 1) { Vocabulary = s_words, LabelNames = s_topics };
        AttachedTopics read = AttachedTopics.Load(Bytes(written));
        Vocabulary words = Assert.IsType<Vocabulary>(read.Vocabulary);
        Assert.Equal(Symbols(s_words), Symbols(words));
        Assert.Equal(
            (s_words.PaddingToken, s_words.UnknownToken, s_words.StartToken, s_words.EndToken, s_words.Tokenization, s_words.LowerCase),
            (words.PaddingToken, words.UnknownToken, words.StartToken, words.EndToken, words.Tokenization, words.LowerCase));
        Assert.True(words.IsSpecial(words.EncodeSymbols(["<sep>"])[0]));
        const string text = "The \"rain\"! \U0001F40B";
        Assert.Equal(s_words.Encode(text), read.Encode(text));
        Assert.Equal(written.Predict(s_words.Encode(text)), read.Predict(text));
        Assert.Equal(read.Predict(text), ((SequenceModel<int>)read).Predict(text));
        Assert.Equal(s_topics[read.PredictLabel(text)], read.PredictLabelName(text));
        Assert.Equal([read.PredictLabel(text), read.PredictLabel("")], read.PredictLabels([text, ""]));
        Assert.Equal([read.PredictLabelName(text), read.PredictLabelName("")], read.PredictLabelNames([text, ""]));
        Assert.Equal(Bytes(written), Bytes(read));
        Assert.Same(read.Vocabulary, read.Clone().Vocabulary);
    }

    [Fact]
    public void Scalers_come_back_to_the_bit()
    {
        float[] rows = [1, 10, 2, 30, 4, 20];
        var written = new AttachedForecast(seed: 2)
        {
            InputScaler = FeatureScaler.Standard(rows, 2),
            OutputScaler = FeatureScaler.MinMax([3f, 7.3f], 1),
        };
        AttachedForecast read = AttachedForecast.Load(Bytes(written));
        Assert.Equal(written.InputScaler.Offsets, read.InputScaler!.Offsets);
        Assert.Equal(written.InputScaler.Scales, read.InputScaler.Scales);
        Assert.Equal(written.OutputScaler.Offsets, read.OutputScaler!.Offsets);
        float[] expected = read.Predict(read.InputScaler.Transform(rows));
        Assert.Equal(read.OutputScaler.InverseTransform(expected), read.PredictUnscaled(rows));
        Assert.Equal([1f, 10, 2, 30, 4, 20], rows);
        read.OutputScaler = null;
        Assert.Equal(expected, read.PredictUnscaled(rows));
        Assert.Throws<ArgumentException>("input", () => read.PredictUnscaled([1, 2, 3]));
    }

    /// <summary>Padding is not to be seen in features that are scaled, and a step of means would be taken for it.</summary>
    [Fact]
    public void Features_that_may_be_masked_are_not_scaled()
    {
        var model = new AttachedMasked { InputScaler = FeatureScaler.Standard([1f, 2, 3, 4], 2) };
        Assert.Contains(
            "AttachedMasked", Assert.Throws<InvalidOperationException>(() => model.PredictUnscaled([0, 0, 1, 2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_a_copy_that_nobody_changes()
    {
        string[] names = [.. s_topics];
        var model = new AttachedTopics { LabelNames = names };
        names[0] = "other";
        Assert.Equal(s_topics, model.LabelNames);
        Assert.Throws<NotSupportedException>(() => ((IList<string>)model.LabelNames)[0] = "other");
    }

    [Fact]
    public void A_trainers_file_has_them_too()
    {
        var model = new AttachedTopics(seed: 1) { Vocabulary = s_words, LabelNames = s_topics };
        using var file = new MemoryStream();
        using (Trainer<int> trainer = model.BeginTraining())
        {
            trainer.Save(file);
        }

        file.Position = 0;
        var other = new AttachedTopics(seed: 2) { LabelNames = ["x", "y", "z"] };
        using (Trainer<int> trainer = other.BeginTraining())
        {
            trainer.Restore(file);
        }

        Assert.Equal(Symbols(s_words), Symbols(other.Vocabulary!));
        Assert.Equal(s_topics, other.LabelNames);
        Assert.Equal(Bytes(model), Bytes(other));
    }

    [Fact]
    public void A_file_without_them_leaves_what_the_model_has()
    {
        byte[] bare = Bytes(new AttachedTopics(seed: 1));
        var model = new AttachedTopics(seed: 2) { Vocabulary = s_words, LabelNames = s_topics };
        model.LoadParameters(bare);
        Assert.Same(s_words, model.Vocabulary);
        Assert.Equal(s_topics, model.LabelNames);
        model.LoadParameters(Bytes(new AttachedTopics(seed: 3) { LabelNames = ["a", "b", "c"] }));
        Assert.Same(s_words, model.Vocabulary);
        Assert.Equal(["a", "b", "c"], model.LabelNames);
        Assert.Null(AttachedTopics.Load(bare).Vocabulary);
    }

    [Fact]
    public void A_text_needs_a_vocabulary_and_a_name_needs_names()
    {
        var model = new AttachedTopics();
        Assert.Contains(
            "AttachedTopics has no vocabulary", Assert.Throws<InvalidOperationException>(() => model.Predict("x")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.PredictLabel("x"));
        Assert.Throws<InvalidOperationException>(() => model.PredictLabelName([1]));
        model.Vocabulary = s_words;
        Assert.Throws<ArgumentNullException>("text", () => model.Predict((string)null!));
        Assert.Throws<ArgumentException>("texts", () => model.PredictLabels(new string[] { null! }));
        Assert.Throws<InvalidOperationException>(() => new AttachedForecast().PredictUnscaled([1, 2]));
    }

    [Fact]
    public void What_does_not_fit_the_model_is_refused()
    {
        var model = new AttachedTopics();
        Vocabulary large = new(Enumerable.Range(0, 41).Select(i => $"w{i}"), Tokenization.Words, new() { PaddingSymbol = "w0", UnknownSymbol = null });
        Refused.Argument<ArgumentException>("vocabulary", ["41", "40"], () => model.Vocabulary = large);
        Vocabulary unpadded = new(["a", "b"], Tokenization.Words);
        Refused.Argument<ArgumentException>("vocabulary", ["Token 0", "<unk>"], () => model.Vocabulary = unpadded);
        Vocabulary elsewhere = new(["a", "<pad>"], Tokenization.Words, new() { PaddingSymbol = "<pad>", UnknownSymbol = null });
        Refused.Argument<ArgumentException>("vocabulary", ["Token 0", "token 1"], () => model.Vocabulary = elsewhere);
        Refused.Argument<ArgumentException>("names", ["2", "3"], () => model.LabelNames = ["a", "b"]);
        Refused.Argument<ArgumentException>("names", ["two labels"], () => model.LabelNames = ["a", "b", "a"]);
        Refused.Argument<ArgumentException>("names", ["surrogate"], () => model.LabelNames = ["a", "b", "\uD83D"]);
        Assert.Throws<InvalidOperationException>(() => model.InputScaler = FeatureScaler.Standard([1f, 2], 1));

        var forecast = new AttachedForecast();
        Assert.Throws<InvalidOperationException>(() => forecast.Vocabulary = unpadded);
        Assert.Throws<InvalidOperationException>(() => forecast.LabelNames = ["a", "b"]);
        Refused.Argument<ArgumentException>("scaler", ["1", "2"], () => forecast.InputScaler = FeatureScaler.Standard([1f, 2], 1));
        Refused.Argument<ArgumentException>("scaler", ["3", "4"], () => forecast.OutputScaler = FeatureScaler.Standard([1f, 2, 3], 3));
        forecast.OutputScaler = FeatureScaler.Standard([1f, 2, 3, 4], 2);
        Assert.Null(forecast.Vocabulary);
        Assert.Null(model.LabelNames);
    }

    [Theory]
    [InlineData("vocabulary", "{}")]
    [InlineData("vocabulary", "[")]
    [InlineData("vocabulary", "{\"tokenization\":\"syllables\",\"lower_case\":false,\"special\":[],\"symbols\":[\"a\"]}")]
    [InlineData("vocabulary", "{\"tokenization\":\"words\",\"lower_case\":false,\"special\":[7],\"symbols\":[\"a\"]}")]
    [InlineData("vocabulary", "{\"tokenization\":\"words\",\"lower_case\":false,\"padding\":-1,\"special\":[],\"symbols\":[\"a\"]}")]
    [InlineData("vocabulary", "{\"tokenization\":\"words\",\"lower_case\":false,\"special\":[],\"symbols\":[\"a\",null]}")]
    [InlineData("vocabulary", "{\"tokenization\":\"words\",\"lower_case\":false,\"special\":[],\"symbols\":[\"a\"]}")] // no padding, but the model has
    [InlineData("labels", "[\"a\",\"b\"]")]
    [InlineData("labels", "{\"a\":0}")]
    [InlineData("labels", "[\"a\",\"b\",3]")]
    [InlineData("input_scaling", "{\"offsets\":[0],\"scales\":[1]}")]
    [InlineData("output_scaling", "{\"offsets\":[0],\"scales\":[]}")]
    [InlineData("output_scaling", "{\"offsets\":[0],\"scales\":[0]}")]
    [InlineData("output_scaling", "{\"offsets\":[1e999],\"scales\":[1]}")]
    public void A_damaged_text_is_named_and_changes_nothing(string key, string text)
    {
        SafetensorsFile file = SafetensorsFile.Read(Bytes(new AttachedTopics(seed: 1)));
        using var edited = new MemoryStream();
        new SafetensorsFile(file.Tensors, new Dictionary<string, string>(file.Metadata) { [key] = text }).Save(edited);
        var model = new AttachedTopics(seed: 2) { Vocabulary = s_words, LabelNames = s_topics };
        float[] before = [.. model.Parameters.All];
        var exception = Assert.Throws<InvalidDataException>(() => model.LoadParameters(edited.ToArray()));
        Assert.Contains($"The file has a '{key}' that cannot be used", exception.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => AttachedTopics.Load(edited.ToArray()));
        Assert.Equal(before, model.Parameters.All);
        Assert.Same(s_words, model.Vocabulary);
    }

    private static byte[] Bytes<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    private static string[] Symbols(Vocabulary vocabulary) => [.. Enumerable.Range(0, vocabulary.Count).Select(token => vocabulary[token])];
}

/// <summary>Topics of sentences.</summary>
[GruModel]
[Embedding(40, 4, PaddingToken = 0)]
[Gru(5)]
[Dense(3, Activation.Softmax)]
internal sealed partial class AttachedTopics;

/// <summary>Features of which some steps only fill a sequence.</summary>
[GruModel(inputSize: 2, MaskValue = 0)]
[Gru(3)]
[Dense(1)]
internal sealed partial class AttachedMasked;

/// <summary>Two targets of each of two days to come.</summary>
[GruModel(inputSize: 2)]
[Gru(5)]
[Dense(4)]
internal sealed partial class AttachedForecast;
