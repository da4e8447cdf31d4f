namespace GruGen;

/// <summary>
/// What a program needs beside a model's parameters to feed the model and to understand its outputs. It is kept in the model's file, as
/// texts in the metadata (docs/files.md). It never changes.
/// </summary>
internal sealed record ModelAttachments
{
    public static readonly ModelAttachments None = new();

    private const string VocabularyKey = "vocabulary", LabelsKey = "labels", InputKey = "input_scaling", OutputKey = "output_scaling";

    /// <summary>The tokens of texts.</summary>
    public Vocabulary? Vocabulary { get; init; }

    /// <summary>What the labels are called.</summary>
    public IReadOnlyList<string>? LabelNames { get; init; }

    /// <summary>From features in their own units to those that the model reads.</summary>
    public FeatureScaler? InputScaler { get; init; }

    /// <summary>From targets in their own units to those that the model gives.</summary>
    public FeatureScaler? OutputScaler { get; init; }

    /// <summary>The strings that a file has of it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Metadata()
    {
        (string Key, string? Value)[] texts =
        [
            (VocabularyKey, Vocabulary is null ? null : PreprocessingFormat.Write(Vocabulary)),
            (LabelsKey, LabelNames is null ? null : PreprocessingFormat.Write(LabelNames)),
            (InputKey, InputScaler is null ? null : PreprocessingFormat.Write(InputScaler)),
            (OutputKey, OutputScaler is null ? null : PreprocessingFormat.Write(OutputScaler)),
        ];
        return texts.Where(text => text.Value is not null).Select(text => KeyValuePair.Create(text.Key, text.Value!));
    }

    /// <summary>What a file has, and of all that it does not have what is here.</summary>
    /// <param name="metadata">The strings of the file.</param>
    /// <param name="schema">The model's layers, which it has to fit.</param>
    /// <param name="source">What the file is called in messages.</param>
    /// <exception cref="InvalidDataException">A string is damaged, or does not fit the model.</exception>
    public ModelAttachments With(IReadOnlyDictionary<string, string> metadata, ModelSchema schema, string source)
    {
        return new ModelAttachments
        {
            Vocabulary = Read(VocabularyKey, PreprocessingFormat.ReadVocabulary, CheckVocabulary) ?? Vocabulary,
            LabelNames = Read(LabelsKey, PreprocessingFormat.ReadNames, CheckLabelNames) ?? LabelNames,
            InputScaler = Read(InputKey, PreprocessingFormat.ReadScaler, CheckInputScaler) ?? InputScaler,
            OutputScaler = Read(OutputKey, PreprocessingFormat.ReadScaler, CheckOutputScaler) ?? OutputScaler,
        };

        T? Read<T>(string key, Func<string, T> read, Action<ModelSchema, T> check)
            where T : class
        {
            if (!metadata.TryGetValue(key, out string? text))
            {
                return null;
            }

            try
            {
                T value = read(text);
                check(schema, value);
                return value;
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
            {
                throw new InvalidDataException($"{source} has a '{key}' that cannot be used: {exception.Message}", exception);
            }
        }
    }

    /// <exception cref="InvalidOperationException">The model reads features.</exception>
    /// <exception cref="ArgumentException">It does not fit the model's vocabulary.</exception>
    public static void CheckVocabulary(ModelSchema schema, Vocabulary vocabulary)
    {
        if (!schema.ReadsTokens)
        {
            throw new InvalidOperationException($"{schema.Name} reads features, for which there is no vocabulary.");
        }

        if (vocabulary.Count > schema.InputSize)
        {
            throw new ArgumentException(
                $"The vocabulary has {vocabulary.Count} tokens, but {schema.Name} declares {schema.InputSize}.", nameof(vocabulary));
        }

        int padding = schema.PaddingToken;
        if (padding >= 0 && vocabulary.PaddingToken != padding && (vocabulary.PaddingToken >= 0 || padding < vocabulary.Count))
        {
            throw new ArgumentException(
                $"Token {padding} only fills the sequences of {schema.Name}, but in the vocabulary " + (vocabulary.PaddingToken >= 0
                    ? $"that is token {vocabulary.PaddingToken}." : $"it is '{vocabulary[padding]}'."),
                nameof(vocabulary));
        }
    }

    /// <exception cref="InvalidOperationException">The model has no labels.</exception>
    /// <exception cref="ArgumentException">There are more or fewer than labels, or one is empty or there twice.</exception>
    public static void CheckLabelNames(ModelSchema schema, IReadOnlyList<string> names)
    {
        OutputLabels.Require(schema);
        int labels = Math.Max(2, schema.OutputSize); // of one output, 0 and 1 are its two
        if (names.Count != labels)
        {
            throw new ArgumentException($"There are {names.Count} names, but {schema.Name} has {labels} labels.", nameof(names));
        }

        if (names.Any(name => string.IsNullOrEmpty(name) || !GruGen.Vocabulary.IsWellFormed(name))
            || names.Distinct(StringComparer.Ordinal).Count() != labels)
        {
            throw new ArgumentException(
                "A name is empty or has half of a surrogate pair, or two labels have the same name.", nameof(names));
        }
    }

    /// <exception cref="InvalidOperationException">The model reads tokens.</exception>
    /// <exception cref="ArgumentException">It is for another number of features.</exception>
    public static void CheckInputScaler(ModelSchema schema, FeatureScaler scaler)
    {
        if (schema.ReadsTokens)
        {
            throw new InvalidOperationException($"{schema.Name} reads tokens, which are not scaled.");
        }

        if (scaler.FeatureCount != schema.InputSize)
        {
            throw new ArgumentException(
                $"The scaler has {scaler.FeatureCount} features, but a step of {schema.Name} has {schema.InputSize}.", nameof(scaler));
        }
    }

    /// <exception cref="ArgumentException">The model has several outputs, or one that cannot be divided into so many features.</exception>
    public static void CheckOutputScaler(ModelSchema schema, FeatureScaler scaler)
    {
        if (schema.Outputs.Length > 1)
        {
            throw new ArgumentException($"{schema.Name} has {schema.Outputs.Length} outputs, but a scaler is of one.", nameof(scaler));
        }

        if (schema.OutputSize % scaler.FeatureCount != 0)
        {
            throw new ArgumentException(
                $"The scaler has {scaler.FeatureCount} features, which {schema.OutputSize} outputs of {schema.Name} are no multiple of.",
                nameof(scaler));
        }
    }
}
