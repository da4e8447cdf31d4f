namespace GruGen;

/// <summary>
/// Sequences that are read anew in each epoch, for data larger than memory. They are prepared on another thread while training goes on.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public abstract class SequenceSource<TInput>
    where TInput : unmanaged
{
    private protected SequenceSource()
    {
    }

    /// <summary>The number of sequences in an epoch, which progress reports show; 0, the default, if it is not known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Count
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Count), value, $"'{nameof(Count)}' is {value}, but must be 0 or more.");
    }

    /// <summary>
    /// The number of items among which the next sequence is drawn, with <see cref="TrainingOptions.Shuffle"/> (tf.data's <c>shuffle</c>);
    /// 1000 by default. With 1 they are taken in their order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int ShuffleBuffer
    {
        get;
        init => field = Check.Positive(value, nameof(ShuffleBuffer));
    } = 1000;

    /// <summary>Reads the items of an epoch.</summary>
    /// <param name="random">Draws the next one among those in the buffer; null to take them in their order.</param>
    /// <returns>For each item a method that adds its sequence to a dataset.</returns>
    internal abstract IEnumerable<Action<SequenceDataset<TInput>>> Read(RandomSource? random);
}

/// <summary>A source of any items, which a method of yours turns into sequences.</summary>
/// <param name="items">
/// Begins to read the items, such as <c>() => File.ReadLines(path)</c>. Called once in each epoch, on another thread. Some items are kept
/// for a while, so each must be an object or a value of its own.
/// </param>
/// <param name="add">
/// Adds the sequence of an item with its target to a dataset, or nothing if the item is to be left out. Called on another thread.
/// </param>
/// <exception cref="ArgumentNullException">An argument is null.</exception>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
/// <typeparam name="TItem">What the sequences are made of.</typeparam>
public sealed class SequenceSource<TInput, TItem>(Func<IEnumerable<TItem>> items, Action<SequenceDataset<TInput>, TItem> add)
    : SequenceSource<TInput>
    where TInput : unmanaged
{
    private readonly Func<IEnumerable<TItem>> _items = items ?? throw new ArgumentNullException(nameof(items));
    private readonly Action<SequenceDataset<TInput>, TItem> _add = add ?? throw new ArgumentNullException(nameof(add));

    internal override IEnumerable<Action<SequenceDataset<TInput>>> Read(RandomSource? random)
    {
        foreach (TItem item in random is null || ShuffleBuffer == 1 ? _items() : Shuffled(random))
        {
            yield return data => _add(data, item);
        }
    }

    /// <summary>Gives one of the buffered items, whose place the next item takes.</summary>
    private IEnumerable<TItem> Shuffled(RandomSource random)
    {
        var buffer = new List<TItem>();
        foreach (TItem item in _items())
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
