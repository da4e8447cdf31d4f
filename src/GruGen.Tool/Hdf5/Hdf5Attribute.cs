namespace GruGen.Tool;

/// <summary>An attribute of a group: a name, and here texts.</summary>
internal sealed class Hdf5Attribute
{
    private readonly Hdf5Bytes _bytes;
    private readonly ulong _type, _space, _data, _end;

    public Hdf5Attribute(Hdf5Bytes bytes, Hdf5Message message)
    {
        (_bytes, _end) = (bytes, message.Place + message.Length);
        int version = bytes.Byte(message.Place);
        ulong name = bytes.UInt16(message.Place + 2), type = bytes.UInt16(message.Place + 4), space = bytes.UInt16(message.Place + 6);
        ulong start = message.Place + (version == 3 ? 9UL : 8UL);
        if (version is not (1 or 2 or 3) || (version > 1 && (bytes.Byte(message.Place + 1) & 3) != 0))
        {
            throw bytes.Damaged($"an attribute has the version {version}");
        }

        ulong padding = version == 1 ? 7UL : 0UL; // each part is filled up to eight bytes
        _type = start + ((name + padding) & ~padding);
        _space = _type + ((type + padding) & ~padding);
        _data = _space + ((space + padding) & ~padding);
        Name = bytes.Utf8(start, name).TrimEnd('\0');
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The texts.</summary>
    /// <param name="most">How many there may be.</param>
    public string[] Texts(int most)
    {
        Hdf5Type type = Hdf5Type.Read(_bytes, _type);
        long count = Hdf5Type.ReadShape(_bytes, _space).Aggregate(1L, (product, size) => Math.Min(int.MaxValue, product * size));
        bool isVariable = type is { Class: Hdf5Type.Variable, IsText: true };
        if ((!isVariable && type.Class != Hdf5Type.Text) || count > most || (isVariable && type.Size != 16))
        {
            throw _bytes.Damaged($"the attribute '{Name}' is no text, or {count} of them");
        }

        if ((ulong)(count * type.Size) > _end - Math.Min(_data, _end))
        {
            throw _bytes.Damaged($"the attribute '{Name}' is longer than its place");
        }

        string[] texts = new string[count];
        for (int i = 0; i < texts.Length; i++)
        {
            ulong place = _data + (ulong)(i * type.Size);
            texts[i] = isVariable
                ? Collected(_bytes.UInt32(place), _bytes.UInt64(place + 4), _bytes.UInt32(place + 12))
                : _bytes.Utf8(place, (ulong)type.Size).TrimEnd('\0', ' ');
        }

        return texts;
    }

    /// <summary>A text of a collection, by its number there.</summary>
    private string Collected(ulong length, ulong collection, uint number)
    {
        if (length == 0)
        {
            return "";
        }

        _bytes.Expect(collection, "GCOL"u8);
        ulong size = _bytes.UInt64(collection + 8);
        _ = _bytes.Span(collection, size);
        for (ulong place = collection + 16; place + 16 <= collection + size;)
        {
            (uint index, ulong bytes) = (_bytes.UInt16(place), _bytes.UInt64(place + 8));
            _ = _bytes.Span(place + 16, bytes);
            if (index == number && index != 0)
            {
                return length <= bytes ? _bytes.Utf8(place + 16, length).TrimEnd('\0')
                    : throw _bytes.Damaged($"a text of {length} bytes lies in {bytes}");
            }

            if (index == 0)
            {
                break; // the rest is free
            }

            place += 16 + ((bytes + 7) & ~7UL);
        }

        throw _bytes.Damaged($"the attribute '{Name}' has a text {number} that is not in its collection");
    }
}
