using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GruGen;

/// <summary>Vocabularies, names and scalers as the texts that a model's file has of them: JSON, docs/files.md.</summary>
internal static class PreprocessingFormat
{
    private static readonly (Tokenization Value, string Word)[] s_tokenizations =
    [
        (Tokenization.Characters, "characters"), (Tokenization.Words, "words"),
        (Tokenization.WordsAndPunctuation, "words_and_punctuation"), (Tokenization.WhiteSpace, "white_space"),
    ];

    public static string Write(Vocabulary vocabulary) => Text(json =>
    {
        (string Name, int Token)[] meanings =
        [
            ("padding", vocabulary.PaddingToken), ("unknown", vocabulary.UnknownToken),
            ("start", vocabulary.StartToken), ("end", vocabulary.EndToken),
        ];
        json.WriteStartObject();
        json.WriteString("tokenization", s_tokenizations.First(pair => pair.Value == vocabulary.Tokenization).Word);
        json.WriteBoolean("lower_case", vocabulary.LowerCase);
        foreach ((string name, int token) in meanings.Where(meaning => meaning.Token >= 0))
        {
            json.WriteNumber(name, token);
        }

        WriteArray(json, "special", Enumerable.Range(0, vocabulary.Count).Where(vocabulary.IsSpecial), json.WriteNumberValue);
        WriteArray(json, "symbols", Enumerable.Range(0, vocabulary.Count).Select(token => vocabulary[token]), json.WriteStringValue);
        json.WriteEndObject();
    });

    public static string Write(IEnumerable<string> names) => Text(json => WriteArray(json, null, names, json.WriteStringValue));

    public static string Write(FeatureScaler scaler) => Text(json =>
    {
        json.WriteStartObject();
        WriteArray(json, "offsets", scaler.Offsets.ToArray(), json.WriteNumberValue);
        WriteArray(json, "scales", scaler.Scales.ToArray(), json.WriteNumberValue);
        json.WriteEndObject();
    });

    /// <exception cref="FormatException">The text is of something else.</exception>
    public static Vocabulary ReadVocabulary(string text) => Read(text, json =>
    {
        string[] symbols = Strings(json.GetProperty("symbols"));
        int[] special = [.. json.GetProperty("special").EnumerateArray().Select(token => token.GetInt32())];
        string word = json.GetProperty("tokenization").GetString()!;
        string?[] meanings = [Symbol("padding"), Symbol("unknown"), Symbol("start"), Symbol("end")];
        var options = new VocabularyOptions
        {
            LowerCase = json.GetProperty("lower_case").GetBoolean(),
            PaddingSymbol = meanings[0],
            UnknownSymbol = meanings[1],
            StartSymbol = meanings[2],
            EndSymbol = meanings[3],
            SpecialSymbols = [.. special.Select(token => symbols[token]).Except(meanings.OfType<string>(), StringComparer.Ordinal)],
        };
        return new Vocabulary(symbols, s_tokenizations.Single(pair => pair.Word == word).Value, options);

        string? Symbol(string name) => json.TryGetProperty(name, out JsonElement token) ? symbols[token.GetInt32()] : null;
    });

    /// <exception cref="FormatException">The text is of something else.</exception>
    public static string[] ReadNames(string text) => Read(text, Strings);

    /// <exception cref="FormatException">The text is of something else.</exception>
    public static FeatureScaler ReadScaler(string text) =>
        Read(text, json => new FeatureScaler(Numbers(json.GetProperty("offsets")), Numbers(json.GetProperty("scales"))));

    private static string Text(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string? name, IEnumerable<T> values, Action<T> write)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartArray();
        foreach (T value in values)
        {
            write(value);
        }

        json.WriteEndArray();
    }

    private static T Read<T>(string text, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException
            or IndexOutOfRangeException or FormatException or ArgumentException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static string[] Strings(JsonElement json) => [.. json.EnumerateArray().Select(text => text.GetString()!)];

    private static double[] Numbers(JsonElement json) => [.. json.EnumerateArray().Select(number => number.GetDouble())];
}
