using System.Buffers.Binary;
using System.Collections;

namespace GruGen.Tool;

/// <summary>
/// The numbers of a tensor: little-endian bytes as a file has them, of which nothing is copied, or numbers that were made of such.
/// </summary>
internal sealed class StoredNumbers : IReadOnlyList<double>
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Reader _read;
    private readonly int _size;
    private readonly double[]? _made;

    /// <param name="type">The type of the elements, as safetensors writes it.</param>
    /// <param name="bytes">The elements.</param>
    public StoredNumbers(string type, ReadOnlyMemory<byte> bytes)
    {
        (_bytes, _read, _size) = (bytes, ReaderOf(type), StoredTensor.SizeOf(type));
        Length = bytes.Length / _size;
    }

    private StoredNumbers(double[] made) => (_made, _read, Length) = (made, _ => 0, made.Length);

    private delegate double Reader(ReadOnlySpan<byte> at);

    /// <summary>How many there are.</summary>
    public int Length { get; }

    int IReadOnlyCollection<double>.Count => Length;

    public double this[int index] => _made is null ? _read(_bytes.Span.Slice(index * _size, _size)) : _made[index];

    /// <summary>Numbers that were made.</summary>
    public static implicit operator StoredNumbers(double[] made) => new(made);

    /// <summary>All of them.</summary>
    public double[] ToArray()
    {
        double[] values = new double[Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = this[i];
        }

        return values;
    }

    public IEnumerator<double> GetEnumerator()
    {
        for (int i = 0; i < Length; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Reader ReaderOf(string type) => type switch
    {
        "F32" => at => BinaryPrimitives.ReadSingleLittleEndian(at),
        "F64" => BinaryPrimitives.ReadDoubleLittleEndian,
        "F16" => at => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
        "BF16" => at => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(at) << 16),
        "I64" => at => BinaryPrimitives.ReadInt64LittleEndian(at),
        "U64" => at => BinaryPrimitives.ReadUInt64LittleEndian(at),
        "I32" => at => BinaryPrimitives.ReadInt32LittleEndian(at),
        "U32" => at => BinaryPrimitives.ReadUInt32LittleEndian(at),
        "I16" => at => BinaryPrimitives.ReadInt16LittleEndian(at),
        "U16" => at => BinaryPrimitives.ReadUInt16LittleEndian(at),
        "I8" => at => (sbyte)at[0],
        "U8" or "BOOL" => at => at[0],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such type is known."),
    };
}
