using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace GruGen;

/// <summary>
/// The header of a safetensors file. The file is: the length of the header as u64, little-endian; the header, a JSON object of
/// <c>"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}</c> with an optional <c>"__metadata__"</c> of strings, maybe
/// padded with spaces; the elements, where offsets count from the end of the header and the tensors lie without a gap.
/// </summary>
/// <param name="Tensors">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The strings of <c>__metadata__</c>.</param>
internal sealed record SafetensorsHeader(ImmutableArray<TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    public const string MetadataKey = "__metadata__";

    /// <summary>The most bytes of a header that the format allows.</summary>
    public const long MaxLength = 100_000_000;

    /// <summary>The bytes of all tensors.</summary>
    public long DataLength => Tensors.IsEmpty ? 0 : Tensors[^1].End;

    /// <summary>
    /// Writes the length and the header for these tensors, and returns the order in which their bytes follow: by alignment of the type,
    /// largest first, then by name. The header is padded to 8 bytes, so that all elements are aligned.
    /// </summary>
    public static int[] Write(Stream stream, IReadOnlyList<TensorEntry> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("safetensors files are little-endian, and this machine is not.");
        }

        int[] order = [.. Enumerable.Range(0, tensors.Count)
            .OrderByDescending(i => TensorType.Size(tensors[i].Type))
            .ThenBy(i => tensors[i].Name, StringComparer.Ordinal)];
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            WriteMetadata(writer, metadata);
            long begin = 0;
            foreach (int i in order)
            {
                WriteTensor(writer, tensors[i], begin);
                begin += tensors[i].Length;
            }

            writer.WriteEndObject();
        }

        int padding = -json.WrittenCount & 7;
        json.GetSpan(padding)[..padding].Fill((byte)' ');
        json.Advance(padding);

        if (json.WrittenCount > MaxLength)
        {
            throw new IOException(
                $"The names and the metadata have {json.WrittenCount} bytes, but {MaxLength} are the most that a reader accepts.");
        }

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.WrittenCount);
        stream.Write(length);
        stream.Write(json.WrittenSpan);
        return order;
    }

    private static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(MetadataKey);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter writer, TensorEntry tensor, long begin)
    {
        writer.WriteStartObject(tensor.Name);
        writer.WriteString("dtype", tensor.Type);
        writer.WriteStartArray("shape");
        foreach (long size in tensor.Shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(begin);
        writer.WriteNumberValue(begin + tensor.Length);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>A tensor as the header names it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its shape, row-major.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
/// <param name="End">Where they end.</param>
internal sealed record TensorEntry(string Name, string Type, ImmutableArray<long> Shape, long Begin, long End)
{
    public long Length => End - Begin;
}
