namespace GruGen.Tool;

/// <summary>A message of an object's header.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="Length">Its length.</param>
internal readonly record struct Hdf5Message(int Type, ulong Place, ulong Length);

/// <summary>The header of a group or a dataset: messages, in blocks that may lie anywhere.</summary>
internal sealed class Hdf5Object
{
    public const int Dataspace = 0x01, LinkInfo = 0x02, Datatype = 0x03, Link = 0x06, ExternalFiles = 0x07, Layout = 0x08, Filters = 0x0B,
        Attribute = 0x0C, Continuation = 0x10, SymbolTable = 0x11, AttributeInfo = 0x15;

    private const int MaximumMessages = 5000, MaximumBlocks = 200, SharedFlag = 2;

    private readonly List<Hdf5Message> _messages = [];
    private readonly Hdf5Bytes _bytes;

    public Hdf5Object(Hdf5Bytes bytes, ulong place)
    {
        _bytes = bytes;
        var blocks = new Queue<(ulong Place, ulong Length)>();
        if (bytes.Byte(place) == 1)
        {
            blocks.Enqueue((place + 16, bytes.UInt32(place + 8)));
            ReadBlocks(blocks, headerLength: 8, start: 0, end: 0);
            return;
        }

        bytes.Expect(place, "OHDR"u8);
        int flags = bytes.Byte(place + 5);
        ulong start = place + 6 + ((flags & 0x20) != 0 ? 16UL : 0) + ((flags & 0x10) != 0 ? 4UL : 0);
        int size = 1 << (flags & 3);
        blocks.Enqueue((start + (ulong)size, bytes.Number(start, size)));
        ReadBlocks(blocks, headerLength: (flags & 4) != 0 ? 6UL : 4UL, start: 4, end: 4);
    }

    /// <summary>The messages of a type.</summary>
    public IEnumerable<Hdf5Message> All(int type) => _messages.Where(message => message.Type == type);

    /// <summary>The message of a type; null if there is none.</summary>
    public Hdf5Message? Find(int type) => All(type).Select(message => (Hdf5Message?)message).FirstOrDefault();

    /// <param name="blocks">The first block, to which others are added.</param>
    /// <param name="headerLength">The bytes before each message: 8 in the first version of the format, 4 or 6 in the second.</param>
    /// <param name="start">The bytes before the messages of a further block.</param>
    /// <param name="end">The bytes behind them.</param>
    private void ReadBlocks(Queue<(ulong Place, ulong Length)> blocks, ulong headerLength, ulong start, ulong end)
    {
        bool isFirst = headerLength == 8;
        for (int number = 0; blocks.TryDequeue(out (ulong Place, ulong Length) block); number++)
        {
            if (number > MaximumBlocks)
            {
                throw _bytes.Damaged($"a header has more than {MaximumBlocks} blocks");
            }

            _ = _bytes.Span(block.Place, block.Length);
            ulong place = block.Place, last = block.Place + block.Length;
            while (last - place >= headerLength)
            {
                int type = isFirst ? _bytes.UInt16(place) : _bytes.Byte(place);
                ulong length = _bytes.UInt16(place + (isFirst ? 2UL : 1UL));
                int flags = _bytes.Byte(place + (isFirst ? 4UL : 3UL));
                place += headerLength;
                if (length > last - place || _messages.Count > MaximumMessages)
                {
                    throw _bytes.Damaged($"a message of {length} bytes at {place} does not fit its block");
                }

                if (type == Continuation)
                {
                    (ulong next, ulong size) = (_bytes.UInt64(place), _bytes.UInt64(place + 8));
                    if (size < start + end)
                    {
                        throw _bytes.Damaged($"a block of {size} bytes is announced at {place}");
                    }

                    blocks.Enqueue((next + start, size - start - end));
                }
                else if ((flags & SharedFlag) != 0 && type is Dataspace or Datatype or Filters or Attribute)
                {
                    throw _bytes.Unsupported("messages that objects share");
                }
                else
                {
                    _messages.Add(new Hdf5Message(type, place, length));
                }

                place += length;
            }
        }
    }
}
