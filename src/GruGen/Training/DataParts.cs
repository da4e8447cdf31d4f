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
            if (options.ValidationSplit > 0)
            {
                throw new ArgumentException(
                    $"{nameof(options.ValidationSplit)} and {nameof(options.ValidationData)} exclude each other.", nameof(options));
            }

            if (options.ValidationData is not TData other)
            {
                throw new ArgumentException(
                    $"{nameof(options.ValidationData)} is a {NameOf(options.ValidationData.GetType())}, "
                        + $"but a {NameOf(typeof(TData))} is expected.",
                    nameof(options));
            }

            return new DataParts<TData>(data, data.Count, other, 0, other.Count);
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

    private static string NameOf(Type type) =>
        $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]} of {type.GenericTypeArguments[0].Name}";
}
