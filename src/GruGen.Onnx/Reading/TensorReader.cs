using System.Buffers.Binary;
using System.Collections.Immutable;
using GruGen.Onnx.Format;
using Type = GruGen.Onnx.Format.TensorProto.Types.DataType;

namespace GruGen.Onnx;

/// <summary>
/// Reads tensors: their shapes, and their elements as floats or whole numbers, whichever of the format's encodings they have.
/// </summary>
internal static class TensorReader
{
    /// <summary>The tensor of an initializer or of an attribute.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="place">What it is, for messages.</param>
    /// <param name="from">The initializer, if it is one.</param>
    /// <exception cref="InvalidDataException">It is damaged, or its numbers are in another file.</exception>
    /// <exception cref="NotSupportedException">Its elements are of another type.</exception>
    public static Constant Read(TensorProto tensor, string place, ImmutableHashSet<string>? from = null)
    {
        (int[] shape, int count) = ShapeOf(tensor, place);
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
        {
            throw new InvalidDataException($"{place} has its numbers in another file, which is not read; save the model as one file.");
        }

        if (tensor.Segment is not null)
        {
            throw new InvalidDataException($"{place} is in pieces, which no exporter writes.");
        }

        return (Type)tensor.DataType switch
        {
            Type.Float => Floats(Read(tensor.FloatData, BinaryPrimitives.ReadSingleLittleEndian, 4)),
            Type.Double => Floats(
                Array.ConvertAll(Read(tensor.DoubleData, BinaryPrimitives.ReadDoubleLittleEndian, 8), value => Narrow(value, place))),
            Type.Float16 => Floats(Array.ConvertAll(
                Read(tensor.Int32Data, bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes), 2), bits =>
                    (float)BitConverter.Int16BitsToHalf((short)bits))),
            Type.Bfloat16 => Floats(Array.ConvertAll(
                Read(tensor.Int32Data, bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes), 2), bits =>
                    BitConverter.Int32BitsToSingle(bits << 16))),
            Type.Int64 => Numbers(Read(tensor.Int64Data, BinaryPrimitives.ReadInt64LittleEndian, 8)),
            Type.Int32 => Numbers(Widened(BinaryPrimitives.ReadInt32LittleEndian, 4)),
            Type.Int16 => Numbers(Widened(bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes), 2)),
            Type.Int8 => Numbers(Widened(bytes => (sbyte)bytes[0], 1)),
            Type.Uint8 => Numbers(Widened(bytes => bytes[0], 1)),
            Type.Uint16 => Numbers(Widened(bytes => BinaryPrimitives.ReadUInt16LittleEndian(bytes), 2)),
            Type.Bool => Numbers(Array.ConvertAll(Widened(bytes => bytes[0], 1), value => value == 0 ? 0L : 1), isBoolean: true),
            _ => throw new NotSupportedException($"{place} has elements of the type {Name(tensor.DataType)}, which is not read."),
        };

        Constant Floats(float[] values) => Constant.OfFloats(values, shape, from);

        Constant Numbers(long[] values, bool isBoolean = false) =>
            Constant.OfNumbers(Array.ConvertAll(values, value => (Dim?)value), shape, isBoolean, from);

        long[] Widened(Reader<int> reader, int size) => Array.ConvertAll(Read(tensor.Int32Data, reader, size), value => (long)value);

        T[] Read<T>(IReadOnlyCollection<T> values, Reader<T> reader, int size)
        {
            ReadOnlySpan<byte> raw = tensor.RawData.Span;
            if (raw.Length > 0 || values.Count == 0)
            {
                if (raw.Length != (long)count * size)
                {
                    throw new InvalidDataException(
                        $"{place} has {raw.Length} bytes, but {Text(shape)} of {Name(tensor.DataType)} is {(long)count * size}.");
                }

                var read = new T[count];
                for (int i = 0; i < count; i++)
                {
                    read[i] = reader(raw.Slice(i * size, size));
                }

                return read;
            }

            return values.Count == count ? [.. values]
                : throw new InvalidDataException($"{place} has {values.Count} elements, but {Text(shape)} is {count}.");
        }
    }

    /// <summary>What a type of elements is called.</summary>
    public static string Name(int type) => Enum.IsDefined((Type)type) ? ((Type)type).ToString().ToLowerInvariant() : $"type {type}";

    private static (int[] Shape, int Count) ShapeOf(TensorProto tensor, string place)
    {
        Int128 count = 1;
        foreach (long size in tensor.Dims)
        {
            if (size is < 0 or > int.MaxValue || tensor.Dims.Count > 8)
            {
                throw new InvalidDataException($"{place} has the shape {Text(tensor.Dims)}, which no tensor has.");
            }

            count = Int128.Min(count * size, (Int128)1 << 80);
        }

        // One element is a byte at least, or a bit of a number, so a shape that the file cannot hold is known before anything is allocated.
        long held = tensor.RawData.Length + tensor.FloatData.Count + tensor.DoubleData.Count + tensor.Int32Data.Count
            + tensor.Int64Data.Count
            + tensor.Uint64Data.Count + tensor.StringData.Count;
        return count <= held || tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0
            ? ([.. tensor.Dims.Select(size => (int)size)], (int)Int128.Min(count, int.MaxValue))
            : throw new InvalidDataException(
                $"{place} has the shape {Text(tensor.Dims)}, but the file has no more than {held} elements of it.");
    }

    private static float Narrow(double value, string place) => double.IsFinite(value) && !float.IsFinite((float)value)
        ? throw new InvalidDataException($"{place} has the number {value}, which is too large for a float.")
        : (float)value;

    private static string Text<T>(IEnumerable<T> shape) => $"[{string.Join(", ", shape)}]";

    private delegate T Reader<T>(ReadOnlySpan<byte> bytes);
}
