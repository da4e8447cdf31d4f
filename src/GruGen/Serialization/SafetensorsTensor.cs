using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>A tensor of a safetensors file: its name, the type and the shape of its elements, and their bytes.</summary>
public sealed class SafetensorsTensor
{
    private readonly byte[] _bytes;

    internal SafetensorsTensor(TensorEntry entry, byte[] bytes)
    {
        Name = entry.Name;
        Type = entry.Type;
        Shape = entry.Shape;
        _bytes = bytes;
    }

    /// <summary>Makes a tensor of type <c>F32</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape; empty for a scalar.</param>
    /// <param name="values">Its elements, row-major.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="ArgumentException">The number of values is not the product of the sizes.</exception>
    public SafetensorsTensor(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        long expected = 1;
        foreach (long size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            expected = checked(expected * size);
        }

        if (values.Length != expected)
        {
            throw new ArgumentException($"'values' has {values.Length} elements, but the shape asks for {expected}.", nameof(values));
        }

        Name = name;
        Type = "F32";
        Shape = [.. shape];
        _bytes = MemoryMarshal.AsBytes(values).ToArray();
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>
    /// The type of the elements as the format writes it: <c>F32</c>, <c>F64</c>, <c>F16</c>, <c>BF16</c>, <c>I32</c>, <c>BOOL</c>, …
    /// </summary>
    public string Type { get; }

    /// <summary>The shape, row-major; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The elements as the file has them, row-major and little-endian.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>
    /// The elements of a tensor of type F32, F64, F16 or BF16 in single precision; an F64 element that is too large becomes infinite.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public float[] ToSingles()
    {
        float[] values = new float[Count(Type is "F32" or "F64" or "F16" or "BF16")];
        TensorType.Convert(Type, _bytes, values);
        return values;
    }

    /// <summary>The elements of a tensor of type F64 or F32 in double precision.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public double[] ToDoubles()
    {
        _ = Count(Type is "F32" or "F64");
        return Type == "F64" ? MemoryMarshal.Cast<byte, double>(_bytes).ToArray() : Array.ConvertAll(ToSingles(), value => (double)value);
    }

    /// <summary>The elements of a tensor of type I64 or I32.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public long[] ToInt64s()
    {
        _ = Count(Type is "I32" or "I64");
        return Type == "I64"
            ? MemoryMarshal.Cast<byte, long>(_bytes).ToArray()
            : Array.ConvertAll(MemoryMarshal.Cast<byte, int>(_bytes).ToArray(), value => (long)value);
    }

    private int Count(bool converts) => converts
        ? _bytes.Length / TensorType.Size(Type)
        : throw new InvalidOperationException($"The tensor '{Name}' is of type {Type}, which does not convert to this.");
}
