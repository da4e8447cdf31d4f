using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace GruGen.Tool;

/// <summary>The bytes of a pickle, from the first to the last.</summary>
internal ref struct PickleBytes(ReadOnlySpan<byte> bytes, string source)
{
    private const int MaximumDigits = 40; // of an integer; sizes and magic numbers have fewer

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many have been read.</summary>
    public int Place { get; private set; }

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of eight bytes, the highest first.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A text of so many bytes.</summary>
    public string Text(ulong length)
    {
        try
        {
            return s_utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"A text at {Place} of {source} is no UTF-8.", exception);
        }
    }

    /// <summary>Bytes, which no model is made of: they are skipped.</summary>
    public void Skip(ulong length) => Take(length);

    /// <summary>A line of text.</summary>
    public string Line()
    {
        int end = _bytes[Place..].IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new InvalidDataException($"A line at {Place} of {source} has no end.");
        }

        string line = Encoding.Latin1.GetString(Take((ulong)end));
        Place++;
        return line;
    }

    /// <summary>An integer of so many bytes, the lowest first.</summary>
    public object Integer(long length) => length is >= 0 and <= MaximumDigits / 2
        ? Narrow(new BigInteger(Take((ulong)length)))
        : throw new InvalidDataException($"An integer at {Place} of {source} is said to have {length} bytes.");

    /// <summary>An integer in digits.</summary>
    public object Integer(string digits) =>
        digits.Length <= MaximumDigits
        && BigInteger.TryParse(digits.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value)
            ? Narrow(value)
            : throw new InvalidDataException($"An integer at {Place} of {source} has {digits.Length} characters and is none that is read.");

    private static object Narrow(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : new PickleInteger(value);

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - Place))
        {
            throw new InvalidDataException(
                $"{source} ends at {_bytes.Length}, but {length} more bytes are announced at {Place}.");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Place, (int)length);
        Place += (int)length;
        return taken;
    }

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
