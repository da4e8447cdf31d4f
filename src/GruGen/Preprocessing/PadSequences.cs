namespace GruGen;

/// <summary>The side of a sequence at which something is added or taken away.</summary>
public enum SequenceSide
{
    /// <summary>Before its first step.</summary>
    Pre,

    /// <summary>After its last step.</summary>
    Post,
}

/// <summary>
/// Brings sequences to one length, as Keras' <c>pad_sequences</c> does and with its defaults: shorter ones get steps of a value, longer
/// ones lose steps, both before the first step that stays.
/// </summary>
/// <remarks>
/// Datasets and predictions here take sequences of any lengths and need no padding. It is for programs that come from Keras, for models
/// that were trained on padded sequences, and to limit how long sequences may be. Where the value is the model's padding token or mask
/// value, the steps that are added are left out again; elsewhere they are read like all others.
/// </remarks>
public static class PadSequences
{
    /// <summary>Brings sequences to one length.</summary>
    /// <param name="sequences">The tokens of each sequence, or the features of all its steps one after another. They may be empty.</param>
    /// <param name="maxLength">The length in steps; null for that of the longest sequence.</param>
    /// <param name="padding">Where steps are added; before the first by default.</param>
    /// <param name="truncating">Where steps are taken away; the first ones by default, so that the last ones stay.</param>
    /// <param name="value">What the added steps consist of; 0 by default.</param>
    /// <param name="features">The number of elements in a step; 1 by default.</param>
    /// <returns>A new array of <c>maxLength · features</c> elements for each sequence; none, if there is no sequence.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sequences"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">A sequence has no whole number of steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="maxLength"/> or <paramref name="features"/> is below 1, or there is no such side.
    /// </exception>
    /// <exception cref="OverflowException">The length is more than an array can have.</exception>
    /// <typeparam name="T">The type of tokens or features.</typeparam>
    public static T[][] Pad<T>(
        IEnumerable<IEnumerable<T>> sequences,
        int? maxLength = null,
        SequenceSide padding = SequenceSide.Pre,
        SequenceSide truncating = SequenceSide.Pre,
        T value = default,
        int features = 1)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(sequences);
        CheckOptions(padding, truncating, features);
        if (maxLength is int given)
        {
            Check.Positive(given, nameof(maxLength));
        }

        T[][] padded =
        [
            .. sequences.Select((sequence, i) => sequence is null
                ? throw new ArgumentNullException(nameof(sequences), $"Sequence {i} of '{nameof(sequences)}' is null.")
                : sequence as T[] ?? [.. sequence]),
        ];
        int longest = 0;
        for (int i = 0; i < padded.Length; i++)
        {
            longest = Math.Max(longest, Steps(padded[i].Length, features, $"Sequence {i} of '{nameof(sequences)}'", nameof(sequences)));
        }

        int length = checked((maxLength ?? longest) * features);
        for (int i = 0; i < padded.Length; i++)
        {
            T[] row = new T[length];
            Fill<T>(padded[i], row, padding, truncating, value);
            padded[i] = row;
        }

        return padded;
    }

    /// <summary>Brings a sequence to the length of <paramref name="destination"/>, which may be a row of [count, max length].</summary>
    /// <param name="sequence">The tokens of a sequence, or the features of all its steps one after another.</param>
    /// <param name="destination">Receives [max length, features]. It may not be memory of <paramref name="sequence"/>.</param>
    /// <param name="padding">Where steps are added; before the first by default.</param>
    /// <param name="truncating">Where steps are taken away; the first ones by default, so that the last ones stay.</param>
    /// <param name="value">What the added steps consist of; 0 by default.</param>
    /// <param name="features">The number of elements in a step; 1 by default.</param>
    /// <exception cref="ArgumentException">A span has no whole number of steps, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="features"/> is below 1, or there is no such side.</exception>
    /// <typeparam name="T">The type of tokens or features.</typeparam>
    public static void Pad<T>(
        ReadOnlySpan<T> sequence,
        Span<T> destination,
        SequenceSide padding = SequenceSide.Pre,
        SequenceSide truncating = SequenceSide.Pre,
        T value = default,
        int features = 1)
        where T : unmanaged
    {
        CheckOptions(padding, truncating, features);
        Steps(sequence.Length, features, $"'{nameof(sequence)}'", nameof(sequence));
        Steps(destination.Length, features, $"'{nameof(destination)}'", nameof(destination));
        if (sequence.Overlaps(destination))
        {
            throw new ArgumentException($"'{nameof(destination)}' overlaps '{nameof(sequence)}'.", nameof(destination));
        }

        Fill(sequence, destination, padding, truncating, value);
    }

    private static void Fill<T>(ReadOnlySpan<T> sequence, Span<T> destination, SequenceSide padding, SequenceSide truncating, T value)
    {
        int kept = Math.Min(sequence.Length, destination.Length), added = destination.Length - kept;
        int from = truncating == SequenceSide.Pre ? sequence.Length - kept : 0, to = padding == SequenceSide.Pre ? added : 0;
        sequence.Slice(from, kept).CopyTo(destination.Slice(to, kept));
        destination.Slice(padding == SequenceSide.Pre ? 0 : kept, added).Fill(value);
    }

    private static void CheckOptions(SequenceSide padding, SequenceSide truncating, int features)
    {
        Check.Defined(padding, nameof(padding));
        Check.Defined(truncating, nameof(truncating));
        Check.Positive(features, nameof(features));
    }

    private static int Steps(int length, int features, string what, string name)
    {
        (int steps, int rest) = Math.DivRem(length, features);
        return rest == 0
            ? steps
            : throw new ArgumentException(
                $"{what} has {length} elements, but a multiple of {features} (features a step) is expected.", name);
    }
}
