using System.IO.Compression;

namespace GruGen.Tool;

/// <summary>A dataset: numbers that lie in the header, together, or in chunks that may be compressed.</summary>
internal sealed class Hdf5Dataset
{
    private const int Deflate = 1, Shuffle = 2, Fletcher = 3;
    private const int MaximumNodes = 100_000, Harmless = 1 << 24, Ratio = 64;

    private readonly Hdf5Bytes _bytes;
    private readonly Hdf5Object _header;
    private readonly Hdf5Type _type;
    private readonly string _path;
    private readonly int _length;

    public Hdf5Dataset(Hdf5Bytes bytes, Hdf5Object header, string path)
    {
        (_bytes, _header, _path) = (bytes, header, path);
        if (header.Find(Hdf5Object.ExternalFiles) is not null)
        {
            throw bytes.Damaged($"the numbers of '{path}' lie in another file");
        }

        _type = Hdf5Type.Read(bytes, Message(Hdf5Object.Datatype).Place);
        Shape = Hdf5Type.ReadShape(bytes, Message(Hdf5Object.Dataspace).Place);
        Element = _type.Element
            ?? throw bytes.Damaged($"'{path}' is of the class {_type.Class} with {_type.Size} bytes, which is no number that is read");
        long length = Shape.Aggregate((long)_type.Size, (product, size) => Math.Min(int.MaxValue, product * size));
        _length = length <= Math.Max(Harmless, Math.Min(int.MaxValue - 64, (long)Ratio * bytes.Length)) ? (int)length
            : throw bytes.Damaged($"'{path}' would have [{string.Join(", ", Shape)}] numbers in a file of {bytes.Length} bytes");
    }

    /// <summary>The sizes.</summary>
    public int[] Shape { get; }

    /// <summary>The type of the numbers, as safetensors writes it.</summary>
    public string Element { get; }

    /// <summary>The numbers, row-major.</summary>
    public StoredNumbers Values()
    {
        byte[] all = Raw();
        for (int i = 0; _type.IsBig && i < all.Length; i += _type.Size)
        {
            all.AsSpan(i, _type.Size).Reverse();
        }

        return new StoredNumbers(Element, all);
    }

    private byte[] Raw()
    {
        _bytes.Charge(_length);
        ulong place = Message(Hdf5Object.Layout).Place;
        (int version, int layout) = (_bytes.Byte(place), _bytes.Byte(place + 1));
        if (version is not (3 or 4))
        {
            throw _bytes.Unsupported($"'{_path}' in the layout of version {version}");
        }

        switch (layout)
        {
            case 0:
                return Exact(_bytes.Span(place + 4, _bytes.UInt16(place + 2)));
            case 1:
                ulong start = _bytes.UInt64(place + 2);
                return _length == 0 ? [] : start != Hdf5Bytes.Nowhere ? Exact(_bytes.Span(start, _bytes.UInt64(place + 10)))
                    : throw _bytes.Damaged($"the numbers of '{_path}' were never written");
            case 2 when version == 3:
                return Chunked(place);
            default:
                throw _bytes.Unsupported(
                    $"'{_path}' in chunks of the newest form, or made of other datasets (save it with libver='earliest')");
        }
    }

    private byte[] Exact(ReadOnlySpan<byte> stored) => stored.Length >= _length ? stored[.._length].ToArray()
        : throw _bytes.Damaged($"'{_path}' takes {_length} bytes, but {stored.Length} are there");

    private byte[] Chunked(ulong place)
    {
        int rank = _bytes.Byte(place + 2) - 1;
        ulong tree = _bytes.UInt64(place + 3);
        if (rank != Shape.Length || rank == 0 || tree == Hdf5Bytes.Nowhere)
        {
            throw _bytes.Damaged($"'{_path}' has chunks of {rank} axes, or none");
        }

        int[] chunk = [.. Enumerable.Range(0, rank)
            .Select(axis => (int)Math.Min(int.MaxValue, _bytes.UInt32(place + 11 + (4 * (ulong)axis))))];
        long size = chunk.Aggregate((long)_type.Size, (product, each) => Math.Min(int.MaxValue, product * each));
        if (size == 0 || size > Math.Max(Harmless, _length * 2L) || Array.Exists(chunk, each => each == 0))
        {
            throw _bytes.Damaged($"'{_path}' has chunks of [{string.Join(", ", chunk)}]");
        }

        byte[] all = new byte[_length];
        int copied = 0;
        List<(int Id, uint Value)> filters = [.. Filters()];
        var seen = new HashSet<ulong>();
        Visit(tree);
        int expected = Shape.Zip(chunk).Aggregate(1, (product, axis) => checked(product * ((axis.First + axis.Second - 1) / axis.Second)));
        return copied == expected ? all : throw _bytes.Damaged($"'{_path}' has {copied} chunks, but {expected} are expected");

        void Visit(ulong node)
        {
            _bytes.Expect(node, "TREE"u8);
            int level = _bytes.Byte(node + 5), count = _bytes.UInt16(node + 6);
            if (!seen.Add(node) || seen.Count > MaximumNodes || level > 8 || _bytes.Byte(node + 4) != 1)
            {
                throw _bytes.Damaged($"the chunks of '{_path}' lead back to each other");
            }

            ulong key = 8 + (8 * (ulong)(rank + 1));
            for (int i = 0; i < count; i++)
            {
                ulong entry = node + 24 + ((key + 8) * (ulong)i);
                ulong child = _bytes.UInt64(entry + key);
                if (level > 0)
                {
                    Visit(child);
                    continue;
                }

                ulong[] offsets = [.. Enumerable.Range(0, rank).Select(axis => _bytes.UInt64(entry + 8 + (8 * (ulong)axis)))];
                ReadOnlySpan<byte> stored = _bytes.Span(child, _bytes.UInt32(entry));
                copied = seen.Add(child) ? copied + 1 : throw _bytes.Damaged($"a chunk of '{_path}' is there twice");
                _bytes.Charge(size + stored.Length);
                Copy(Unfiltered(stored.ToArray(), filters, _bytes.UInt32(entry + 4), (int)size), all, chunk, offsets);
            }
        }
    }

    /// <summary>A chunk to its place; what stands out over the end is left out.</summary>
    private void Copy(byte[] bytes, byte[] all, int[] chunk, ulong[] offsets)
    {
        if (offsets.Zip(Shape).Any(axis => axis.First >= (ulong)axis.Second))
        {
            throw _bytes.Damaged($"a chunk of '{_path}' lies outside");
        }

        int rank = chunk.Length, rows = bytes.Length / _type.Size / chunk[^1];
        int length = (int)Math.Min((ulong)chunk[^1], (ulong)Shape[^1] - offsets[^1]) * _type.Size;
        int[] index = new int[rank - 1];
        for (int row = 0; row < rows; row++)
        {
            long target = 0;
            bool isInside = true;
            for (int axis = 0; axis < rank - 1; axis++)
            {
                long at = (long)offsets[axis] + index[axis];
                isInside &= at < Shape[axis];
                target = (target * Shape[axis]) + at;
            }

            if (isInside)
            {
                target = ((target * Shape[^1]) + (long)offsets[^1]) * _type.Size;
                bytes.AsSpan(row * chunk[^1] * _type.Size, length).CopyTo(all.AsSpan((int)target));
            }

            for (int axis = rank - 2; axis >= 0 && ++index[axis] == chunk[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }

    private IEnumerable<(int Id, uint Value)> Filters()
    {
        if (_header.Find(Hdf5Object.Filters) is not { } message)
        {
            yield break;
        }

        (int version, int count) = (_bytes.Byte(message.Place), _bytes.Byte(message.Place + 1));
        ulong place = message.Place + (version == 1 ? 8UL : 2UL);
        for (int i = 0; i < count; i++)
        {
            int id = _bytes.UInt16(place);
            bool hasName = version == 1 || id >= 256;
            ulong name = hasName ? _bytes.UInt16(place + 2) : 0UL;
            place += hasName ? 4UL : 2UL;
            int values = _bytes.UInt16(place + 2);
            place += 4 + (version == 1 ? (name + 7) & ~7UL : name);
            yield return (id, values > 0 ? _bytes.UInt32(place) : 0);
            place += 4 * (ulong)(values + (version == 1 ? values & 1 : 0));
        }
    }

    private byte[] Unfiltered(byte[] stored, List<(int Id, uint Value)> filters, uint skipped, int size)
    {
        for (int i = filters.Count - 1; i >= 0; i--)
        {
            stored = (skipped & (1u << i)) != 0 ? stored : filters[i].Id switch
            {
                Deflate => Inflated(stored, size),
                Shuffle => Unshuffled(stored, (int)Math.Min(filters[i].Value, 64)),
                Fletcher => stored.Length > 4 ? stored[..^4] : throw _bytes.Damaged($"a chunk of '{_path}' has no checksum"),
                var id => throw _bytes.Unsupported($"'{_path}' filtered by {id}"),
            };
        }

        return stored.Length == size ? stored
            : throw _bytes.Damaged($"a chunk of '{_path}' has {stored.Length} bytes, but {size} are expected");
    }

    private byte[] Inflated(byte[] stored, int size)
    {
        byte[] bytes = new byte[size + 5]; // with a checksum, if there is one, and one that would be too much
        using var stream = new ZLibStream(new MemoryStream(stored, writable: false), CompressionMode.Decompress);
        try
        {
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(_bytes.Damaged($"a chunk of '{_path}' is no compressed data").Message, exception);
        }
    }

    /// <summary>The first bytes of all elements come first, then the second ones.</summary>
    private static byte[] Unshuffled(byte[] stored, int size)
    {
        int count = size == 0 ? 0 : stored.Length / size;
        byte[] bytes = (byte[])stored.Clone();
        for (int i = 0; i < count; i++)
        {
            for (int part = 0; part < size; part++)
            {
                bytes[(i * size) + part] = stored[(part * count) + i];
            }
        }

        return bytes;
    }

    private Hdf5Message Message(int type) => _header.Find(type) ?? throw _bytes.Damaged($"'{_path}' is no dataset");
}
