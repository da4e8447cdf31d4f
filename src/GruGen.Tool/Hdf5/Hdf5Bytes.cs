using System.Buffers.Binary;
using System.Text;

namespace GruGen.Tool;

/// <summary>
/// The bytes of an HDF5 file. Whatever lies outside of them is an error, and so is reading far more often than a file needs.
/// </summary>
/// <param name="bytes">The file.</param>
/// <param name="source">What is read, for messages.</param>
internal sealed class Hdf5Bytes(byte[] bytes, string source)
{
    /// <summary>The place of what is nowhere.</summary>
    public const ulong Nowhere = ulong.MaxValue;

    private const int Times = 16, Least = 100_000;

    private long _left = Math.Max(Least, (long)Times * bytes.Length);

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
            ? bytes.AsSpan((int)place, (int)length)
            : throw Damaged($"{length} bytes at {place} lie behind its end at {bytes.Length}");
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
        return end >= 0 ? Encoding.UTF8.GetString(rest[..end]) : throw Damaged($"a text at {place} has no end");
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
