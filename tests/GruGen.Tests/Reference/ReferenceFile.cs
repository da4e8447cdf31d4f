using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace GruGen.Tests.Reference;

/// <summary>
/// A safetensors file, read by the letter of the format and by nothing that the runtime uses: an independent witness for the files it
/// writes, and the reader of the reference cases. Every value is widened to double, which holds all of them exactly.
/// </summary>
internal sealed class ReferenceFile
{
    private ReferenceFile(Dictionary<string, string> metadata, Dictionary<string, Tensor> tensors) => (Metadata, Tensors) = (metadata, tensors);

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    public Tensor this[string name] => Tensors[name];

    /// <summary>The file of this name in <c>cases/</c>.</summary>
    public static ReferenceFile OfCase(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new FileNotFoundException($"There is no case '{name}'.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Read(memory.ToArray());
    }

    public static ReferenceFile Read(ReadOnlySpan<byte> file)
    {
        long headerLength = checked((long)BinaryPrimitives.ReadUInt64LittleEndian(file));
        Expect(headerLength is > 0 and <= 100_000_000 && 8 + headerLength <= file.Length, $"a header of {headerLength} bytes in a file of {file.Length}");
        Expect(file[8] == (byte)'{', "a header that does not begin with an object");
        ReadOnlySpan<byte> data = file[(8 + (int)headerLength)..];

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var ranges = new List<(int Begin, int End)>();
        using JsonDocument header = JsonDocument.Parse(file.Slice(8, (int)headerLength).ToArray());
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (JsonProperty pair in entry.Value.EnumerateObject())
                {
                    metadata.Add(pair.Name, pair.Value.GetString()!);
                }

                continue;
            }

            string dtype = entry.Value.GetProperty("dtype").GetString()!;
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            int begin = entry.Value.GetProperty("data_offsets")[0].GetInt32(), end = entry.Value.GetProperty("data_offsets")[1].GetInt32();
            Expect(entry.Value.GetProperty("data_offsets").GetArrayLength() == 2, $"'{entry.Name}' with offsets that are no pair");
            Expect(0 <= begin && begin <= end && end <= data.Length, $"'{entry.Name}' at [{begin}, {end}) of {data.Length} bytes");
            double[] values = Values(data[begin..end], dtype);
            Expect(values.LongLength == shape.Aggregate(1L, (product, size) => checked(product * size)), $"'{entry.Name}' with a shape that is not its length");
            tensors.Add(entry.Name, new Tensor(dtype, shape, values));
            ranges.Add((begin, end));
        }

        int place = 0;
        foreach ((int begin, int end) in ranges.Order())
        {
            Expect(begin == place, $"a hole or an overlap at byte {place}");
            place = end;
        }

        Expect(place == data.Length, $"{data.Length - place} bytes that no tensor owns");
        return new ReferenceFile(metadata, tensors);
    }

    /// <summary>A number among the metadata.</summary>
    public int Number(string name) => int.Parse(Metadata[name], CultureInfo.InvariantCulture);

    private static double[] Values(ReadOnlySpan<byte> bytes, string dtype) => dtype switch
    {
        "F32" => Widen(MemoryMarshal.Cast<byte, float>(Whole(bytes, 4)), value => value),
        "F64" => MemoryMarshal.Cast<byte, double>(Whole(bytes, 8)).ToArray(),
        "I32" => Widen(MemoryMarshal.Cast<byte, int>(Whole(bytes, 4)), value => value),
        "I8" => Widen(MemoryMarshal.Cast<byte, sbyte>(bytes), value => value),
        _ => throw new InvalidDataException($"The file has a tensor of {dtype}."),
    };

    private static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> bytes, int size)
    {
        Expect(bytes.Length % size == 0, $"{bytes.Length} bytes that are no whole number of elements");
        return bytes;
    }

    private static double[] Widen<T>(ReadOnlySpan<T> values, Func<T, double> widen)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = widen(values[i]);
        }

        return wide;
    }

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException($"The file has {otherwise}.");
        }
    }

    /// <summary>One tensor, row-major.</summary>
    internal sealed record Tensor(string Dtype, int[] Shape, double[] Values)
    {
        public float[] Floats => [.. Values.Select(value => (float)value)];

        public int[] Integers => [.. Values.Select(value => (int)value)];
    }
}
