namespace GruGen;

/// <summary>
/// Sequences that are read anew in each epoch, for data larger than memory. They are prepared on another thread while training goes on.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public abstract class SequenceSource<TInput>
    where TInput : unmanaged
{
    private readonly long _count;

    private protected SequenceSource(int parts) => Parts = parts;

    /// <summary>
    /// The number of parts, of which each process of a cluster reads its own alone; 0 for a source that every process reads as a whole.
    /// </summary>
    public int Parts { get; }

    /// <summary>
    /// The number of sequences in an epoch, of which progress reports make the number of batches; 0, the default, if it is not known. That
    /// of a source in parts is the sum of <see cref="PartCounts"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    /// <exception cref="InvalidOperationException">It is set, but the source is in parts.</exception>
    public long Count
    {
        get => _count;
        init
        {
            if (Parts > 0)
            {
                throw new InvalidOperationException(
                    $"'{nameof(Count)}' of a source in {Parts} parts is the sum of '{nameof(PartCounts)}': "
                        + "an epoch has as many batches as its longest part needs.");
            }

            _count = NotNegative(value, nameof(Count));
        }
    }

    /// <summary>
    /// The number of sequences of each part in an epoch, of which progress reports make the number of batches; none, the default, if they
    /// are not known or the source is not in parts. An epoch ends with the part that needs most batches.
    /// </summary>
    /// <exception cref="ArgumentException">There is not one number for each part.</exception>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="OverflowException">The sum of the numbers is too large.</exception>
    public IReadOnlyList<long> PartCounts
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(PartCounts));
            if (value.Count > 0 && value.Count != Parts)
            {
                throw new ArgumentException(
                    $"'{nameof(PartCounts)}' has {value.Count} elements, but {Parts} are expected (one for each part).",
                    nameof(PartCounts));
            }

            field = [.. value.Select((count, part) => NotNegative(count, $"{nameof(PartCounts)}[{part}]"))];
            _count = field.Sum();
        }
    } = [];

    /// <summary>
    /// The number of items among which the next sequence is drawn, with <see cref="TrainingOptions.Shuffle"/> (tf.data's <c>shuffle</c>);
    /// 1000 by default. With 1 they are taken in their order. Each part has so many of its own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int ShuffleBuffer
    {
        get;
        init => field = Check.Positive(value, nameof(ShuffleBuffer));
    } = 1000;

    /// <summary>Reads the items of an epoch.</summary>
    /// <param name="part">The part whose items they are; 0 where there are no parts.</param>
    /// <param name="random">Draws the next one among those in the buffer; null to take them in their order.</param>
    /// <returns>For each item a method that adds its sequence to a dataset.</returns>
    internal abstract IEnumerable<Action<SequenceDataset<TInput>>> Read(int part, RandomSource? random);

    private static long NotNegative(long value, string name) =>
        value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}, but must be 0 or more.");
}

/// <summary>A source of any items, which a method of yours turns into sequences.</summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
/// <typeparam name="TItem">What the sequences are made of.</typeparam>
public sealed class SequenceSource<TInput, TItem> : SequenceSource<TInput>
    where TInput : unmanaged
{
    private readonly Func<int, IEnumerable<TItem>> _items;
    private readonly Action<SequenceDataset<TInput>, TItem> _add;

    /// <summary>A source that every process of a cluster reads as a whole.</summary>
    /// <param name="items">
    /// Begins to read the items, such as <c>() => File.ReadLines(path)</c>. Called once in each epoch, on another thread. Some items are
    /// kept for a while, so each must be an object or a value of its own.
    /// </param>
    /// <param name="add">
    /// Adds the sequence of an item with its target to a dataset, or nothing if the item is to be left out. Called on another thread.
    /// </param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public SequenceSource(Func<IEnumerable<TItem>> items, Action<SequenceDataset<TInput>, TItem> add)
        : base(parts: 0)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(add);
        (_items, _add) = (_ => items(), add);
    }

    /// <summary>
    /// A source in parts, one for each of <see cref="TrainingOptions.Shards"/>: a process of a cluster reads the parts of its own shards
    /// alone, so that no machine needs all data. What is trained depends on the parts, and not on which process reads them.
    /// </summary>
    /// <param name="items">
    /// Begins to read the items of a part, whose number, from 0, it is given, such as <c>part => File.ReadLines($"{part}.txt")</c>. Called
    /// once in each epoch for each part of this process, on another thread, on which all of them take turns. Some items are kept for a
    /// while, so each must be an object or a value of its own. A batch has of each part as many sequences as its shard has of a full one;
    /// a part that is at its end adds none to the batches that are left. So they should be about equally long.
    /// </param>
    /// <param name="add">
    /// Adds the sequence of an item with its target to a dataset, or nothing if the item is to be left out. Called on another thread.
    /// </param>
    /// <param name="parts">The number of parts.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="parts"/> is below 1.</exception>
    public SequenceSource(Func<int, IEnumerable<TItem>> items, Action<SequenceDataset<TInput>, TItem> add, int parts)
        : base(Check.Positive(parts, nameof(parts)))
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(add);
        (_items, _add) = (items, add);
    }

    internal override IEnumerable<Action<SequenceDataset<TInput>>> Read(int part, RandomSource? random)
    {
        IEnumerable<TItem> items = _items(part);
        foreach (TItem item in random is null || ShuffleBuffer == 1 ? items : Shuffled(items, random))
        {
            yield return data => _add(data, item);
        }
    }

    /// <summary>Gives one of the buffered items, whose place the next item takes.</summary>
    private IEnumerable<TItem> Shuffled(IEnumerable<TItem> items, RandomSource random)
    {
        var buffer = new List<TItem>();
        foreach (TItem item in items)
        {
            if (buffer.Count < ShuffleBuffer)
            {
                buffer.Add(item);
                continue;
            }

            int place = random.NextInt32(buffer.Count);
            yield return buffer[place];
            buffer[place] = item;
        }

        while (buffer.Count > 0)
        {
            int place = random.NextInt32(buffer.Count);
            yield return buffer[place];
            buffer[place] = buffer[^1];
            buffer.RemoveAt(buffer.Count - 1);
        }
    }
}
