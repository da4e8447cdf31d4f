namespace GruGen;

/// <summary>Which sequences of the data train, counted from the first, and which of the same or of other data validate.</summary>
internal readonly record struct DataParts<TData>(
    TData TrainingData, int TrainingCount, TData ValidationData, int ValidationFirst, int ValidationCount)
    where TData : SequenceDataset
{
    /// <summary>Divides <paramref name="data"/> as the options say.</summary>
    /// <exception cref="ArgumentException">
    /// The options ask for validation twice, on data of another kind, on nothing, or leave nothing to train on.
    /// </exception>
    public static DataParts<TData> Of(TData data, TrainingOptions options)
    {
        if (options.ValidationData is not null)
        {
            return OfValidation(options) with { TrainingData = data, TrainingCount = data.Count };
        }

        if (options.ValidationSplit > 0 && data.Streams > 0)
        {
            throw new ArgumentException(
                $"{nameof(options.ValidationSplit)} would cut streams; {nameof(options.ValidationData)} can be a dataset of streams.",
                nameof(options));
        }

        int last = (int)Math.Round(options.ValidationSplit * data.Count);
        if (options.ValidationSplit > 0 && (last == 0 || last == data.Count))
        {
            throw new ArgumentException(
                $"{nameof(options.ValidationSplit)} is {options.ValidationSplit}, of {data.Count} sequences {last}: "
                    + "both parts need one at least.",
                nameof(options));
        }

        return new DataParts<TData>(data, data.Count - last, data, data.Count - last, last);
    }

    /// <summary>What the options say of validation, for training data that cannot be divided: none of it is in the result.</summary>
    /// <exception cref="ArgumentException">The options ask for a split, or validate on data of another kind.</exception>
    public static DataParts<TData> OfValidation(TrainingOptions options)
    {
        if (options.ValidationSplit > 0)
        {
            throw new ArgumentException(
                options.ValidationData is null
                    ? $"{nameof(options.ValidationSplit)} needs a dataset; a source is validated with {nameof(options.ValidationData)}."
                    : $"{nameof(options.ValidationSplit)} and {nameof(options.ValidationData)} exclude each other.",
                nameof(options));
        }

        return options.ValidationData switch
        {
            null => default,
            TData other => new DataParts<TData>(other, 0, other, 0, other.Count),
            var other => throw new ArgumentException(
                $"{nameof(options.ValidationData)} is a {NameOf(other.GetType())}, but a {NameOf(typeof(TData))} is expected.",
                nameof(options)),
        };
    }

    private static string NameOf(Type type) =>
        $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]} of {type.GenericTypeArguments[0].Name}";
}
