using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace GruGen.Tool;

/// <summary>
/// A zip archive that believes nothing: each size is checked against the file before it is used, nothing is written anywhere, an entry is
/// read up to the size that its reader expects and no further, and its checksum is compared.
/// </summary>
internal sealed class ZipArchiveFile
{
    private const uint EndSignature = 0x06054b50, DirectorySignature = 0x02014b50, LocalSignature = 0x04034b50;
    private const int EndLength = 22, DirectoryLength = 46, LocalLength = 30, CommentLength = 65_535;
    private const int Stored = 0, Deflated = 8;
    private const int Harmless = 1 << 24, Ratio = 50; // weights have few bits in common: compressed, they are seldom half as long

    private readonly byte[] _bytes;
    private long _read; // of all entries
    private readonly string _source;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    private ZipArchiveFile(byte[] bytes, string source) => (_bytes, _source) = (bytes, source);

    /// <summary>The entries, in the order of the directory.</summary>
    public IReadOnlyCollection<ZipEntry> Entries => _entries.Values;

    /// <summary>Whether a file begins as an archive with entries does.</summary>
    public static bool IsZip(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) is LocalSignature or EndSignature;

    /// <summary>Reads the directory of an archive.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="source">What is read, for messages.</param>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    /// <exception cref="NotSupportedException">It has what this reader does not know.</exception>
    public static ZipArchiveFile Read(byte[] bytes, string source)
    {
        var archive = new ZipArchiveFile(bytes, source);
        archive.ReadDirectory();
        return archive;
    }

    /// <summary>The entry of a name; null if there is none.</summary>
    public ZipEntry? Find(string name) => _entries.GetValueOrDefault(name);

    /// <summary>The bytes of an entry, which are those of the file if it is not compressed.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="limit">The most bytes that it may have.</param>
    /// <exception cref="InvalidDataException">It is damaged or longer.</exception>
    public ReadOnlyMemory<byte> Read(ZipEntry entry, long limit)
    {
        if (entry.Length > limit)
        {
            throw Damaged($"'{entry.Name}' has {entry.Length} bytes, but at most {limit} are expected");
        }

        Charge(entry.Length);
        ArraySegment<byte> packed = Packed(entry);
        ArraySegment<byte> bytes = entry.Method == Stored ? packed : Inflate(entry, packed);
        return Crc32(bytes) == entry.Crc
            ? bytes
            : throw Damaged($"the checksum of '{entry.Name}' is {Crc32(bytes):x8}, but {entry.Crc:x8} is written");
    }

    /// <summary>The first bytes of an entry, whose checksum is not compared.</summary>
    public byte[] ReadStart(ZipEntry entry, int most)
    {
        ArraySegment<byte> packed = Packed(entry);
        int length = (int)Math.Min(most, entry.Length);
        Charge(length);
        if (entry.Method == Stored)
        {
            return [.. packed[..length]];
        }

        byte[] bytes = new byte[length];
        using DeflateStream stream = Inflating(packed);
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    /// <summary>Says that so many bytes of entries are read: several may be the same bytes of the file, or be made of few.</summary>
    private void Charge(long length)
    {
        _read += length;
        if (_read > Math.Max(Harmless, (long)Ratio * _bytes.Length))
        {
            throw Damaged($"its entries would have more than {_read} bytes out of {_bytes.Length}, which weights never have");
        }
    }

    private byte[] Inflate(ZipEntry entry, ArraySegment<byte> packed)
    {
        if (entry.Length > Harmless && entry.Length / Ratio > packed.Count)
        {
            throw Damaged(
                $"'{entry.Name}' would have {entry.Length} bytes out of {packed.Count} compressed ones, which weights never have");
        }

        byte[] bytes = new byte[entry.Length];
        using DeflateStream stream = Inflating(packed);
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length || stream.ReadByte() >= 0)
        {
            throw Damaged($"'{entry.Name}' has {(read < bytes.Length ? $"{read}" : "more")} bytes, but {bytes.Length} are written");
        }

        return bytes;
    }

    private static DeflateStream Inflating(ArraySegment<byte> packed) => new(
        new MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false), CompressionMode.Decompress);

    private ArraySegment<byte> Packed(ZipEntry entry)
    {
        ReadOnlySpan<byte> local = Span(entry.Offset, LocalLength, $"the header of '{entry.Name}'");
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != LocalSignature)
        {
            throw Damaged($"'{entry.Name}' has no header at {entry.Offset}");
        }

        long start = entry.Offset + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(local[26..])
            + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        return Segment(start, entry.PackedLength, $"the bytes of '{entry.Name}'");
    }

    private void ReadDirectory()
    {
        int end = FindEnd();
        ReadOnlySpan<byte> record = _bytes.AsSpan(end);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]), offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        if (count == ushort.MaxValue || size == uint.MaxValue || offset == uint.MaxValue)
        {
            throw new NotSupportedException($"{_source} is a zip archive of more than 4 GB or 65,534 entries, which is not read.");
        }

        if (offset + size > end || count > size / DirectoryLength)
        {
            throw Damaged($"its directory of {count} entries and {size} bytes at {offset} does not fit before {end}");
        }

        long place = offset;
        for (int i = 0; i < count; i++)
        {
            place = ReadEntry(place);
        }
    }

    private long ReadEntry(long place)
    {
        ReadOnlySpan<byte> header = Span(place, DirectoryLength, "its directory");
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != DirectorySignature)
        {
            throw Damaged($"its directory has no entry at {place}");
        }

        int flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        int name = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]), extra = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        var entry = new ZipEntry(
            Encoding.UTF8.GetString(Span(place + DirectoryLength, name, "its directory")),
            BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[42..]));
        if ((flags & 1) != 0)
        {
            throw new NotSupportedException($"'{entry.Name}' in {_source} is encrypted.");
        }

        if (entry.Method is not (Stored or Deflated))
        {
            throw new NotSupportedException($"'{entry.Name}' in {_source} is compressed by method {entry.Method}; only 0 and 8 are read.");
        }

        if (entry.PackedLength > _bytes.Length || (entry.Method == Stored && entry.PackedLength != entry.Length))
        {
            throw Damaged($"'{entry.Name}' has {entry.Length} bytes in {entry.PackedLength} of a file of {_bytes.Length}");
        }

        return _entries.TryAdd(entry.Name, entry)
            ? place + DirectoryLength + name + extra + BinaryPrimitives.ReadUInt16LittleEndian(header[32..])
            : throw Damaged($"'{entry.Name}' is there twice");
    }

    private int FindEnd()
    {
        for (int place = _bytes.Length - EndLength; place >= Math.Max(0, _bytes.Length - EndLength - CommentLength); place--)
        {
            ReadOnlySpan<byte> record = _bytes.AsSpan(place);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == EndSignature
                && BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) == record.Length - EndLength)
            {
                return place;
            }
        }

        throw Damaged("it has no directory at its end, so that a part of it may be missing");
    }

    private ReadOnlySpan<byte> Span(long start, long length, string what) => Segment(start, length, what);

    private ArraySegment<byte> Segment(long start, long length, string what) => start >= 0 && start + length <= _bytes.Length
        ? new ArraySegment<byte>(_bytes, (int)start, (int)length)
        : throw Damaged($"{what} would end at {start + length}, behind the end of the file at {_bytes.Length}");

    private InvalidDataException Damaged(string what) => new($"{_source} is no valid zip archive: {what}.");

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte value in bytes)
        {
            crc = (crc >> 8) ^ s_crc[(byte)(crc ^ value)];
        }

        return ~crc;
    }

    private static readonly uint[] s_crc =
    [
        .. Enumerable.Range(0, 256).Select(value =>
            Enumerable.Range(0, 8).Aggregate((uint)value, (crc, _) => (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1)),
    ];
}

/// <summary>An entry of a zip archive.</summary>
/// <param name="Name">Its name, which is only compared.</param>
/// <param name="Method">How it is compressed.</param>
/// <param name="Crc">The checksum of its bytes.</param>
/// <param name="PackedLength">The number of its bytes in the archive.</param>
/// <param name="Length">The number of its bytes.</param>
/// <param name="Offset">Where its header begins.</param>
internal sealed record ZipEntry(string Name, int Method, uint Crc, long PackedLength, long Length, long Offset);
