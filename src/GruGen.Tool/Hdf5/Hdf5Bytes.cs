using System.Buffers.Binary;
using System.Text;

namespace GruGen.Tool;

/// <summary>
/// The bytes of an HDF5 file. Whatever lies outside of them is an error, and so is reading far more often than a file needs, or making far
/// more of it than it has.
/// </summary>
/// <param name="bytes">The file.</param>
/// <param name="source">What is read, for messages.</param>
internal sealed class Hdf5Bytes(ReadOnlyMemory<byte> bytes, string source)
{
    /// <summary>The place of what is nowhere.</summary>
    public const ulong Nowhere = ulong.MaxValue;

    private const int Times = 16, Least = 100_000;
    private const int Harmless = 1 << 24, Ratio = 64; // bytes that are made, at least and of each one of the file

    private long _left = Math.Max(Least, (long)Times * bytes.Length);
    private long _made;

    /// <summary>The number of bytes.</summary>
    public int Length => bytes.Length;

    /// <summary>Bytes at a place.</summary>
    public ReadOnlySpan<byte> Span(ulong place, ulong length)
    {
        if (--_left < 0)
        {
            throw Damaged("its parts lead back to each other");
        }

        return place <= (ulong)bytes.Length && length <= (ulong)bytes.Length - place
            ? bytes.Span.Slice((int)place, (int)length)
            : throw Damaged($"{length} bytes at {place} lie behind its end at {bytes.Length}");
    }

    /// <summary>Says that so many bytes are made: texts and numbers may be compressed, or be the same bytes of the file.</summary>
    public void Charge(long length)
    {
        _made += length;
        if (_made > Math.Max(Harmless, (long)Ratio * bytes.Length))
        {
            throw Damaged($"its texts and numbers would have more than {_made} bytes out of {bytes.Length}, which weights never have");
        }
    }

    /// <summary>A text of so many bytes.</summary>
    public string Utf8(ulong place, ulong length)
    {
        ReadOnlySpan<byte> text = Span(place, length);
        Charge(text.Length);
        return Encoding.UTF8.GetString(text);
    }

    public byte Byte(ulong place) => Span(place, 1)[0];

    public ushort UInt16(ulong place) => BinaryPrimitives.ReadUInt16LittleEndian(Span(place, 2));

    public uint UInt32(ulong place) => BinaryPrimitives.ReadUInt32LittleEndian(Span(place, 4));

    public ulong UInt64(ulong place) => BinaryPrimitives.ReadUInt64LittleEndian(Span(place, 8));

    /// <summary>A number of so many bytes.</summary>
    public ulong Number(ulong place, int length)
    {
        ulong value = 0;
        ReadOnlySpan<byte> span = Span(place, (ulong)length);
        for (int i = length - 1; i >= 0; i--)
        {
            value = (value << 8) | span[i];
        }

        return value;
    }

    /// <summary>A text up to a zero.</summary>
    public string Text(ulong place)
    {
        ReadOnlySpan<byte> rest = Span(place, (ulong)bytes.Length - Math.Min(place, (ulong)bytes.Length));
        int end = rest.IndexOf((byte)0);
        return end >= 0 ? Utf8(place, (ulong)end) : throw Damaged($"a text at {place} has no end");
    }

    /// <summary>Checks that four letters are where they have to be.</summary>
    public void Expect(ulong place, ReadOnlySpan<byte> letters)
    {
        if (!Span(place, (ulong)letters.Length).SequenceEqual(letters))
        {
            throw Damaged($"there is no '{Encoding.ASCII.GetString(letters)}' at {place}");
        }
    }

    public InvalidDataException Damaged(string what) => new($"{source} is no valid HDF5 file of weights: {what}.");

    public NotSupportedException Unsupported(string what) => new($"{source} is an HDF5 file with {what}, which is not read.");
}
