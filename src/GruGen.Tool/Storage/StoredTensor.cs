using System.Buffers.Binary;
using System.Collections.Immutable;

namespace GruGen.Tool;

/// <summary>A tensor as a file has it. Its numbers are read when they are asked for first.</summary>
/// <param name="name">Its name in the file.</param>
/// <param name="type">The type of its elements, as safetensors writes it: F32, F64, F16, BF16, I64, …</param>
/// <param name="shape">Its shape, row-major.</param>
/// <param name="read">Reads its elements.</param>
internal sealed class StoredTensor(string name, string type, ImmutableArray<int> shape, Func<double[]> read)
{
    private readonly Lazy<double[]> _values = new(read);

    public string Name => name;

    public string Type => type;

    public ImmutableArray<int> Shape => shape;

    /// <summary>The number of elements; 2,147,483,647 stands for more than any array has.</summary>
    public long Length => shape.Aggregate(1L, (product, size) => Math.Min(int.MaxValue, product * size));

    /// <summary>The elements, row-major.</summary>
    public double[] Values => _values.Value;

    /// <summary>Whether the elements are numbers with a fraction.</summary>
    public bool IsReal => type is "F32" or "F64" or "F16" or "BF16";

    /// <summary>The elements in single precision.</summary>
    /// <exception cref="InvalidDataException">One is finite, but not as a float.</exception>
    public float[] Singles() => Array.ConvertAll(Values, value => float.IsInfinity((float)value) && double.IsFinite(value)
        ? throw new InvalidDataException($"'{name}' has the number {value}, which is too large for a float.")
        : (float)value);

    /// <summary>The same elements in another shape, or only some of them.</summary>
    public StoredTensor As(string otherName, ImmutableArray<int> otherShape, Func<double[], double[]> change) =>
        new(otherName, type, otherShape, () => change(Values));

    /// <summary>A matrix [rows, columns] as [columns, rows].</summary>
    public StoredTensor Transposed(string otherName) => As(otherName, [shape[1], shape[0]], values =>
    {
        (int rows, int columns) = (shape[0], shape[1]);
        double[] transposed = new double[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return transposed;
    });

    public override string ToString() => $"{name} {type} [{string.Join(", ", shape)}]";

    /// <summary>The bytes of an element; 0 for a type that is not known.</summary>
    public static int SizeOf(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => 0,
    };

    /// <summary>One element of little-endian bytes.</summary>
    public static double Element(string type, ReadOnlySpan<byte> bytes, int index)
    {
        ReadOnlySpan<byte> at = bytes[(index * SizeOf(type))..];
        return type switch
        {
            "F32" => BinaryPrimitives.ReadSingleLittleEndian(at),
            "F64" => BinaryPrimitives.ReadDoubleLittleEndian(at),
            "F16" => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
            "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(at) << 16),
            "I64" => BinaryPrimitives.ReadInt64LittleEndian(at),
            "U64" => BinaryPrimitives.ReadUInt64LittleEndian(at),
            "I32" => BinaryPrimitives.ReadInt32LittleEndian(at),
            "U32" => BinaryPrimitives.ReadUInt32LittleEndian(at),
            "I16" => BinaryPrimitives.ReadInt16LittleEndian(at),
            "U16" => BinaryPrimitives.ReadUInt16LittleEndian(at),
            "I8" => (sbyte)at[0],
            "U8" or "BOOL" => at[0],
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such type is known."),
        };
    }

    /// <summary>All elements of little-endian bytes.</summary>
    public static double[] Elements(string type, ReadOnlySpan<byte> bytes)
    {
        double[] values = new double[bytes.Length / SizeOf(type)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Element(type, bytes, i);
        }

        return values;
    }
}
