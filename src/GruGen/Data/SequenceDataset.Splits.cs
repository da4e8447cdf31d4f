namespace GruGen;

/// <content>
/// Parts of a dataset, for example to train on one and test on the other. Sequences are copied. What <see cref="TrainingOptions"/> keeps
/// for validation with <c>ValidationSplit</c> is not made here: that takes the last sequences, as Keras does. Of few sequences a part may
/// be empty, which training and evaluation refuse.
/// </content>
public sealed partial class SequenceDataset<TInput>
{
    /// <summary>Copies the sequences, shuffled, to two new datasets, for example to train on one and test on the other.</summary>
    /// <param name="fraction">
    /// The size of the first part as a fraction of the whole, 0 to 1; rounded to whole sequences, half to even.
    /// </param>
    /// <param name="seed">The same seed gives the same split.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fraction"/> is not between 0 and 1.</exception>
    public (SequenceDataset<TInput> First, SequenceDataset<TInput> Second) Split(double fraction, int seed)
    {
        int first = PartOf(Count, fraction);
        int[] order = Shuffled(Count, seed);
        return (Subset(order.AsSpan(0, first)), Subset(order.AsSpan(first)));
    }

    /// <summary>
    /// Copies the first sequences to one new dataset and the others to another, in their order. (scikit-learn: <c>train_test_split</c>
    /// with <c>shuffle=False</c>.)
    /// </summary>
    /// <remarks>
    /// Where sequences stand in the order of time, the second part is later. Windows of a series overlap, so that a target of the second
    /// part may still be an input of the first: let <see cref="WindowDatasets"/> make them for each part by itself.
    /// </remarks>
    /// <param name="fraction">
    /// The size of the first part as a fraction of the whole, 0 to 1; rounded to whole sequences, half to even.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fraction"/> is not between 0 and 1.</exception>
    public (SequenceDataset<TInput> First, SequenceDataset<TInput> Second) SplitInOrder(double fraction)
    {
        int first = PartOf(Count, fraction);
        int[] order = [.. Enumerable.Range(0, Count)];
        return (Subset(order.AsSpan(0, first)), Subset(order.AsSpan(first)));
    }

    /// <summary>
    /// Copies the sequences, shuffled, to two new datasets in which each label is as frequent as in the whole, as nearly as whole sequences
    /// allow. (scikit-learn: <c>train_test_split</c> with <c>stratify</c>, which refuses labels that one sequence alone has; here it is in
    /// one of the parts.)
    /// </summary>
    /// <remarks>
    /// Of a label with n of N sequences the first part, which has F, has F·n/N, rounded down, and those that are missing then are of the
    /// labels with the largest fractions, of equal ones the smaller label first.
    /// </remarks>
    /// <param name="fraction">
    /// The size of the first part as a fraction of the whole, 0 to 1; rounded to whole sequences, half to even.
    /// </param>
    /// <param name="seed">The same seed gives the same split.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fraction"/> is not between 0 and 1.</exception>
    /// <exception cref="InvalidOperationException">The targets are numbers, labels of steps, or those of several outputs.</exception>
    public (SequenceDataset<TInput> First, SequenceDataset<TInput> Second) SplitStratified(double fraction, int seed)
    {
        int first = PartOf(Count, fraction);
        if (Targets.Length > 1)
        {
            throw new InvalidOperationException($"{Schema.Name} has several outputs, so a sequence has no one label.");
        }

        if (Kind == TargetKind.Values || Schema.Output == SequenceOutput.EveryStep)
        {
            string targets = Kind == TargetKind.Values ? "numbers" : "labels of steps";
            throw new InvalidOperationException($"The targets of the dataset are {targets}, but sequences with a label each are needed.");
        }

        (int Label, int Count)[] labels =
            [.. Enumerable.Range(0, Count).CountBy(i => Label(i, 0)).Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key)];
        var left = labels.ToDictionary(label => label.Label, label => (int)((long)first * label.Count / Count));
        foreach ((int label, _) in labels.OrderByDescending(label => (long)first * label.Count % Count).Take(first - left.Values.Sum()))
        {
            left[label]++;
        }

        ILookup<bool, int> parts = Shuffled(Count, seed).ToLookup(i => left[Label(i, 0)]-- > 0);
        return (Subset([.. parts[true]]), Subset([.. parts[false]]));
    }

    /// <summary>
    /// Copies the sequences, shuffled, to two new datasets so that all sequences of a group are in the same one, such as those of a patient
    /// or of a machine. (scikit-learn: <c>GroupShuffleSplit</c>.)
    /// </summary>
    /// <param name="groups">The group of each sequence.</param>
    /// <param name="fraction">
    /// The number of groups in the first part as a fraction of all groups, 0 to 1; rounded to whole groups, half to even.
    /// </param>
    /// <param name="seed">The same seed gives the same split.</param>
    /// <exception cref="ArgumentException"><paramref name="groups"/> has not one element for each sequence.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fraction"/> is not between 0 and 1.</exception>
    /// <typeparam name="TGroup">A number, a name, or what else tells groups apart.</typeparam>
    public (SequenceDataset<TInput> First, SequenceDataset<TInput> Second) SplitByGroup<TGroup>(
        IReadOnlyList<TGroup> groups, double fraction, int seed)
        where TGroup : notnull
    {
        ArgumentNullException.ThrowIfNull(groups);
        CheckLength(groups.Count, Count, nameof(groups), "one for each sequence");
        TGroup[] distinct = [.. groups.Distinct()]; // in the order of their first sequences
        HashSet<TGroup> first = [.. Shuffled(distinct.Length, seed).Take(PartOf(distinct.Length, fraction)).Select(i => distinct[i])];
        ILookup<bool, int> parts = Shuffled(Count, seed).ToLookup(i => first.Contains(groups[i]));
        return (Subset([.. parts[true]]), Subset([.. parts[false]]));
    }

    private static int PartOf(int count, double fraction) => fraction is >= 0 and <= 1
        ? (int)Math.Round(fraction * count)
        : throw new ArgumentOutOfRangeException(nameof(fraction), fraction, $"'{nameof(fraction)}' is {fraction}, but must be 0 to 1.");

    private static int[] Shuffled(int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new RandomSource((ulong)seed, RandomSource.SplitStream).Shuffle(order);
        return order;
    }
}
