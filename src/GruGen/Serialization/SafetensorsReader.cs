using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>Reads a safetensors file from its first byte to its last: the header at once, then the tensors one after another.</summary>
internal sealed class SafetensorsReader
{
    private const int Chunk = 1 << 20;
    private const int LargestRead = 1 << 28; // floats, because a span has at most 2^31 bytes

    private readonly Stream _stream;
    private readonly string _source;

    /// <summary>Reads the header and checks it, against the length of the stream too where that is known.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public SafetensorsReader(Stream stream, string source)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("safetensors files are little-endian, and this machine is not.");
        }

        _stream = stream;
        _source = source;
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        Fill(prefix, "the length of the header");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsHeader.MaxLength)
        {
            throw Damaged($"the header's length is {length}, but {SafetensorsHeader.MaxLength} is the most");
        }

        CheckRemaining((long)length, "the header", exactly: false);
        Header = SafetensorsParser.Parse(ReadBytes((long)length, "the header"), source);
        CheckRemaining(Header.DataLength, "the tensors", exactly: true);
    }

    public SafetensorsHeader Header { get; }

    /// <summary>The bytes of the next tensor.</summary>
    public byte[] ReadBytes(TensorEntry tensor) => ReadBytes(tensor.Length, $"'{tensor.Name}'");

    /// <summary>The elements of the next tensor, of a type that converts to floats.</summary>
    public void ReadSingles(TensorEntry tensor, Span<float> values)
    {
        int size = TensorType.Size(tensor.Type);
        if (tensor.Type == "F32")
        {
            for (; !values.IsEmpty; values = values[Math.Min(values.Length, LargestRead)..])
            {
                // they need not be converted
                Fill(MemoryMarshal.AsBytes(values[..Math.Min(values.Length, LargestRead)]), $"'{tensor.Name}'");
            }

            return;
        }

        byte[] bytes = new byte[(int)Math.Min(Chunk, tensor.Length)];
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, Chunk / size);
            Fill(bytes.AsSpan(0, count * size), $"'{tensor.Name}'");
            TensorType.Convert(tensor.Type, bytes.AsSpan(0, count * size), values[..count]);
            if (tensor.Type == "F64")
            {
                CheckRange(tensor.Name, MemoryMarshal.Cast<byte, double>(bytes.AsSpan(0, count * size)));
            }

            values = values[count..];
        }
    }

    /// <summary>Checks that doubles did not become infinite on their way to floats.</summary>
    private void CheckRange(string name, ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (double.IsFinite(value) && !float.IsFinite((float)value))
            {
                throw new InvalidDataException(
                    $"'{name}' of {_source} has {value.ToString(CultureInfo.InvariantCulture)}, which is too large for float32.");
            }
        }
    }

    /// <summary>Checks that nothing follows the last tensor.</summary>
    public void CheckEnd()
    {
        if (_stream.ReadByte() >= 0)
        {
            throw Damaged("there are bytes after the last tensor");
        }
    }

    /// <summary>Memory grows with the bytes that are there, not with the length that a header claims.</summary>
    private byte[] ReadBytes(long length, string what)
    {
        if (length > Array.MaxLength)
        {
            throw new InsufficientMemoryException($"{what} of {_source} has {length:N0} bytes, more than an array holds.");
        }

        byte[] bytes = new byte[Math.Min(length, _stream.CanSeek ? length : Chunk)];
        int filled = 0;
        while (true)
        {
            Fill(bytes.AsSpan(filled), what);
            if (bytes.Length == length)
            {
                return bytes;
            }

            filled = bytes.Length;
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * filled));
        }
    }

    private void Fill(Span<byte> bytes, string what)
    {
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Damaged($"it ends inside {what}");
        }
    }

    private void CheckRemaining(long length, string what, bool exactly)
    {
        if (!_stream.CanSeek)
        {
            return;
        }

        long remaining = _stream.Length - _stream.Position;
        if (remaining < length)
        {
            throw Damaged($"it ends inside {what}: {length} bytes are expected, {remaining} are there");
        }

        if (exactly && remaining > length)
        {
            throw Damaged($"there are {remaining - length} bytes after the last tensor");
        }
    }

    private InvalidDataException Damaged(string what) => SafetensorsParser.Damaged(_source, what);
}
