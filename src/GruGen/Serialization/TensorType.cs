using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>The types of elements that safetensors files have, by the names of the format.</summary>
internal static class TensorType
{
    /// <summary>The number of bytes of an element; 0 for an unknown type.</summary>
    public static int Size(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => 0,
    };

    /// <summary>Whether <see cref="Convert"/> knows the type.</summary>
    public static bool IsFloat(string type) => type is "F32" or "F64" or "F16" or "BF16";

    /// <summary>Elements of type F32, F64, F16 or BF16 in single precision, rounded to nearest.</summary>
    public static void Convert(string type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case "F32":
                bytes.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case "F64":
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(bytes);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)doubles[i];
                }

                break;
            case "F16":
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)halves[i];
                }

                break;
            default:
                // bf16 is the upper half of a float
                ReadOnlySpan<ushort> uppers = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BitConverter.UInt32BitsToSingle((uint)uppers[i] << 16);
                }

                break;
        }
    }
}
