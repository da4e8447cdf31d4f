using System.Collections.Immutable;

namespace GruGen.Tool;

/// <summary>
/// A group of an HDF5 file: what files of Keras need of the format, which is groups by symbol tables or links, texts as attributes, and
/// numbers that lie together or in chunks. Nothing outside the file is ever opened.
/// </summary>
internal sealed class Hdf5Group
{
    private const int MaximumLinks = 100_000, MaximumTexts = 100_000;

    private readonly Hdf5Bytes _bytes;
    private readonly Hdf5Object _header;
    private readonly Dictionary<string, ulong> _links = new(StringComparer.Ordinal);
    private readonly HashSet<string> _elsewhere = new(StringComparer.Ordinal);

    private Hdf5Group(Hdf5Bytes bytes, ulong place)
    {
        (_bytes, _header) = (bytes, new Hdf5Object(bytes, place));
        if (_header.Find(Hdf5Object.SymbolTable) is { } table)
        {
            ulong heap = bytes.UInt64(table.Place + 8);
            bytes.Expect(heap, "HEAP"u8);
            ReadTree(bytes.UInt64(table.Place), bytes.UInt64(heap + 24), []);
        }

        foreach (Hdf5Message link in _header.All(Hdf5Object.Link))
        {
            ReadLink(link.Place);
        }

        if (_header.Find(Hdf5Object.LinkInfo) is { } info
            && bytes.UInt64(info.Place + ((bytes.Byte(info.Place + 1) & 1) != 0 ? 10UL : 2UL)) != Hdf5Bytes.Nowhere)
        {
            throw bytes.Unsupported("groups of many links in the newest form (save it with libver='earliest')");
        }
    }

    /// <summary>Whether a file begins as HDF5 files do.</summary>
    public static bool IsHdf5(ReadOnlySpan<byte> bytes) => bytes.Length > 7 && bytes[0] == 0x89
        && bytes[1..8].SequenceEqual("HDF\r\n\x1a\n"u8);

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">It has what Keras does not write.</exception>
    public static Hdf5Group Open(ReadOnlyMemory<byte> file, string source)
    {
        var bytes = new Hdf5Bytes(file, source);
        int version = bytes.Byte(8);
        (ulong sizes, ulong start) = version < 2 ? (13UL, version == 0 ? 24UL : 28UL) : (9UL, 12UL);
        if (version > 3 || bytes.Byte(sizes) != 8 || bytes.Byte(sizes + 1) != 8 || bytes.UInt64(start) != 0)
        {
            throw bytes.Damaged($"its version is {version}, its places have {bytes.Byte(sizes)} bytes");
        }

        ulong end = bytes.UInt64(start + 16);
        return end <= (ulong)file.Length
            ? new Hdf5Group(bytes, bytes.UInt64(version < 2 ? start + 40 : start + 24))
            : throw bytes.Damaged($"it has {file.Length} bytes, but says that it has {end}");
    }

    /// <summary>The names of what is in it.</summary>
    public IReadOnlyList<string> Names => [.. _links.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A group in it; null if there is none.</summary>
    public Hdf5Group? Group(string name)
    {
        CheckHere(name);
        return _links.TryGetValue(name, out ulong place) ? new Hdf5Group(_bytes, place) : null;
    }

    /// <summary>The texts of an attribute, which may be in parts, <c>name0</c>, <c>name1</c>, …; null if there is none.</summary>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (_header.Find(Hdf5Object.AttributeInfo) is { } info
            && _bytes.UInt64(info.Place + ((_bytes.Byte(info.Place + 1) & 1) != 0 ? 4UL : 2UL)) != Hdf5Bytes.Nowhere)
        {
            throw _bytes.Unsupported("many or long attributes in the newest form (save it with libver='earliest')");
        }

        Dictionary<string, Hdf5Message> attributes = [];
        foreach (Hdf5Message message in _header.All(Hdf5Object.Attribute))
        {
            attributes[new Hdf5Attribute(_bytes, message).Name] = message;
        }

        if (attributes.TryGetValue(name, out Hdf5Message whole))
        {
            return new Hdf5Attribute(_bytes, whole).Texts(MaximumTexts);
        }

        var texts = new List<string>();
        for (int part = 0; attributes.TryGetValue($"{name}{part}", out Hdf5Message message); part++)
        {
            texts.AddRange(new Hdf5Attribute(_bytes, message).Texts(MaximumTexts));
        }

        return texts.Count > 0 ? texts : null;
    }

    /// <summary>The tensor at a path of groups.</summary>
    /// <param name="path">The path.</param>
    /// <param name="name">The name that it gets.</param>
    /// <exception cref="InvalidDataException">It is not there, or no tensor of numbers.</exception>
    public StoredTensor Tensor(string path, string name)
    {
        string[] parts = path.Split('/');
        Hdf5Group group = this;
        foreach (string part in parts[..^1])
        {
            group = group.Group(part) ?? throw _bytes.Damaged($"there is no group '{part}' of '{path}'");
        }

        group.CheckHere(parts[^1]);
        if (!group._links.TryGetValue(parts[^1], out ulong place))
        {
            throw _bytes.Damaged($"there is no tensor '{path}'");
        }

        var dataset = new Hdf5Dataset(_bytes, new Hdf5Object(_bytes, place), path);
        return new StoredTensor(name, dataset.Element, [.. dataset.Shape], dataset.Values);
    }

    private void CheckHere(string name)
    {
        if (_elsewhere.Contains(name))
        {
            throw _bytes.Damaged($"'{name}' is a link into another file, or one by name, which is not followed");
        }
    }

    /// <summary>A tree of nodes whose leaves list names and places.</summary>
    private void ReadTree(ulong place, ulong names, HashSet<ulong> seen)
    {
        _bytes.Expect(place, "TREE"u8);
        int level = _bytes.Byte(place + 5), count = _bytes.UInt16(place + 6);
        if (!seen.Add(place) || seen.Count > MaximumLinks || level > 8 || _bytes.Byte(place + 4) != 0)
        {
            throw _bytes.Damaged("the nodes of a group lead back to each other");
        }

        for (int i = 0; i < count; i++)
        {
            ulong child = _bytes.UInt64(place + 32 + (16 * (ulong)i));
            if (level > 0)
            {
                ReadTree(child, names, seen);
                continue;
            }

            _bytes.Expect(child, "SNOD"u8);
            int links = _bytes.UInt16(child + 6);
            for (int link = 0; link < links; link++)
            {
                ulong entry = child + 8 + (40 * (ulong)link);
                Add(_bytes.Text(names + _bytes.UInt64(entry)), _bytes.UInt64(entry + 8), isHere: _bytes.UInt32(entry + 16) != 2);
            }
        }
    }

    private void ReadLink(ulong place)
    {
        int flags = _bytes.Byte(place + 1);
        ulong next = place + 2;
        int type = (flags & 8) != 0 ? _bytes.Byte(next++) : 0;
        next += ((flags & 4) != 0 ? 8UL : 0) + ((flags & 16) != 0 ? 1UL : 0);
        int size = 1 << (flags & 3);
        ulong length = _bytes.Number(next, size);
        string name = _bytes.Utf8(next + (ulong)size, length);
        Add(name, type == 0 ? _bytes.UInt64(next + (ulong)size + length) : 0, isHere: type == 0);
    }

    private void Add(string name, ulong place, bool isHere)
    {
        if (isHere && (!_links.TryAdd(name, place) || _links.Count > MaximumLinks))
        {
            throw _bytes.Damaged($"a group has '{name}' twice, or no end");
        }

        if (!isHere)
        {
            _elsewhere.Add(name);
        }
    }
}
